import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from anchors.census import services
from anchors.census.models import Import

FOLDER = "census"


class Command(BaseCommand):
    help = "Read a census workbook and write all its good rows at once; asks nothing. Exits 2 when it takes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--round", default="", help="name of the round; this month's by default")

    def handle(self, *, file, **options):
        try:
            content = file.read_bytes()
        except OSError as error:
            self._refuse(f"打不开 {file.name}：{error.strerror}。")
        try:
            row = services.upload(content, file_name=file.name, actor=None, round_name=options["round"])
        except ValidationError as error:
            self._refuse(error.messages[0])
        with self._bar() as show:
            services.work(only=row, progress=show)
            row.refresh_from_db()
            if row.state == Import.State.READ and row.counts["people"]:
                services.confirm(row, actor=None)
                services.work(only=row, progress=show)
                row.refresh_from_db()
        if row.state == Import.State.REFUSED:
            self._refuse(row.refusal)
        self.stdout.write(self._summary(row))

    def _refuse(self, sentence):
        self.stderr.write(sentence)
        sys.exit(2)

    def _bar(self):
        """A progress bar on a terminal; nothing elsewhere."""
        return _Bar(Console(stderr=True))

    def _summary(self, row):
        counts = row.counts
        written = row.state == Import.State.DONE
        return (
            f"rows={counts['rows']} people={counts['people']} accounts={counts['accounts']}"
            f" rejected={counts['rejected']} created={counts['new'] if written else 0}"
            f" updated={counts['changed'] if written else 0} rejected_file={self._rejected_file(row)}"
        )

    def _rejected_file(self, row):
        if not row.counts["rejected"]:
            return "-"
        folder = settings.VAR / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"rejected-{row.pk}.xlsx"
        path.touch(mode=0o600)
        path.write_bytes(services.rejected_workbook(row))
        return path


class _Bar:
    """`with _Bar(console) as show: show(row)`."""

    def __init__(self, console):
        columns = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn()
        self.progress = Progress(*columns, console=console, disable=not console.is_terminal)
        self.task = self.progress.add_task("读取", total=None)

    def __enter__(self):
        self.progress.start()
        return self.show

    def __exit__(self, *exception):
        self.progress.stop()

    def show(self, row):
        self.progress.update(self.task, description=row.get_state_display(), total=row.total, completed=row.done)
