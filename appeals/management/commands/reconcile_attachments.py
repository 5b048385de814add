import time

from django.core.management.base import BaseCommand, CommandError

from appeals.attachments import reconciling, store


class Command(BaseCommand):
    help = "Compare the store of attachments with their rows; exits 1 when a file is missing or is another."

    def add_arguments(self, parser):
        parser.add_argument("--delete", action="store_true", help="remove files without row")
        parser.add_argument("--hash", action="store_true", help="read every file and compare its SHA-256")

    def handle(self, *args, delete, hash, **options):  # noqa: A002 - named by the command line
        for path in reconciling.without_row(time.time()):
            self.stdout.write(f"{'removed' if delete else 'no row'}  {path.relative_to(store.folder())}")
            if delete:
                path.unlink()
        broken = 0
        for file, why in reconciling.broken(hash):
            broken += 1
            self.stdout.write(f"{why}  {file.appeal.number} {file.uuid}")
        if broken:
            raise CommandError(f"{broken} attachments have a row and not their file")
        self.stdout.write("every row has its file")
