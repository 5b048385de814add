from django.core.management.base import BaseCommand

from xinyu_portal import reference


class Command(BaseCommand):
    help = "Enter divisions, facts, categories, service levels and the working calendar. Safe to repeat."

    def handle(self, *args, **options):
        for name, rows in reference.load().items():
            self.stdout.write(f"{name} {rows}")
