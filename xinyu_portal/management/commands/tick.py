from django.core.management.base import BaseCommand

from xinyu_portal.clock import held, tick


class Command(BaseCommand):
    help = "Run every sweep once, as Celery's beat does each minute, and print how many rows each moved."

    def handle(self, **options):
        counts = tick()
        if not counts and held():
            self.stdout.write("The wall clock jumped: no sweep runs until manage.py confirm_clock --reason …")
        for path, rows in counts.items():
            self.stdout.write(f"{path}: {'failed' if rows is None else rows}")
