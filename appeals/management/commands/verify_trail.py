import sys

from django.core.management.base import BaseCommand, CommandError

from appeals.models import Appeal
from appeals.proof.verify import faults


class Command(BaseCommand):
    help = "Recompute the trails and compare them with the rows and the seals; exit with 1 naming the first fault."

    def add_arguments(self, parser):
        parser.add_argument("number", nargs="?", help="only this appeal, SQ-YYYYMMDD-NNNN")

    def handle(self, *, number=None, **options):
        if number and not Appeal.objects.filter(number=number).exists():
            raise CommandError(f"no appeal has the number {number}")
        first = next(faults(number), None)
        if first:
            self.stderr.write(str(first))
            sys.exit(1)
        self.stdout.write(f"{number or Appeal.objects.count()} verified.")
