import time

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from xinyu_portal.demo import city


class Command(BaseCommand):
    help = "Make the demo city in an empty database and print its eight logins; a second run only prints them."

    def handle(self, **options):
        if settings.PRODUCTION:
            raise CommandError("PORTAL_ENV=production takes no demo data.")
        if not city.exists():
            self._load()
        self.stdout.write(city.logins() or f"The passwords were in {settings.VAR / city.LOGINS_FILE}, which is gone.")

    def _load(self):
        started = time.monotonic()
        try:
            counts = city.load(progress=self._progress)
        except city.Refused as refused:
            raise CommandError(str(refused))
        said = ", ".join(f"{count} {what}" for what, count in counts.items())
        self.stdout.write(f"{said} in {time.monotonic() - started:.1f} s")

    def _progress(self, what, share):
        if self.stderr.isatty():
            self.stderr.write(f"\r{what} {share:4.0%}", ending="\n" if share >= 1 else "")
