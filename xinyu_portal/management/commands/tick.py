from django.core.management.base import BaseCommand

from xinyu_portal.clock import tick


class Command(BaseCommand):
    help = "Run every sweep once, as Celery's beat does each minute, and print how many rows each moved."

    def handle(self, **options):
        for path, rows in tick().items():
            self.stdout.write(f"{path}: {'failed' if rows is None else rows}")
