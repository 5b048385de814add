import sys

from django.core.management.base import BaseCommand

from appeals.invariants import CHECKS, broken


class Command(BaseCommand):
    help = "Prove what must hold for every appeal; print the rows that break it and exit with 1."

    def handle(self, **options):
        found = broken()
        for name, rows in found.items():
            self.stderr.write(f"{name.replace('_', ' ')}: {len(rows)}")
            for row in rows:
                self.stderr.write(f"  {row}")
        if found:
            sys.exit(1)
        self.stdout.write(f"{len(CHECKS)} checks passed.")
