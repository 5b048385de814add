from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from xinyu_portal import clock
from xinyu_portal.errors import Conflict


class Command(BaseCommand):
    help = "Say that the wall clock is right: the sweeps that waited since it jumped go on. Kept as an audit event."

    def add_arguments(self, parser):
        parser.add_argument("--reason", required=True, help="what happened, and how you know that it is right now")

    def handle(self, *, reason, **options):
        try:
            clock.confirm(reason=reason)
        except Conflict:
            raise CommandError("The clock is not held; there is nothing to confirm.") from None
        except ValidationError as error:
            raise CommandError(error.messages[0]) from None
        self.stdout.write("The sweeps go on with the next tick.")
