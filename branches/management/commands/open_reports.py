from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from branches.admission.services import admitted_codes
from branches.reports import periods
from branches.reports.services import BATCH, open_reports


class Command(BaseCommand):
    help = "Open the reports of a period that has ended, for every branch that has none; what is open or filed stays."

    def add_arguments(self, parser):
        parser.add_argument("period", help="2026-10, 2026-Q4, 2026-H2 or 2026")

    def handle(self, *args, period, **options):
        period, now = self._period(period), timezone.now()
        if now < period.ends_at:
            raise CommandError(f"{period.label}还没有结束，{period.ends_at:%Y-%m-%d %H:%M} 以后才能开。", returncode=2)
        if not admitted_codes({period.form: period.ends_at}):
            self.stderr.write(f"注意：{period.form.label}那时还没有准入，现在是照您的意思手工开的。")
        opened = 0
        while found := open_reports(period, at=now):
            opened += found
            if found < BATCH:
                break
        self.stdout.write(f"{period.title}：新开 {opened} 份。")

    def _period(self, text):
        try:
            period = periods.parse(text)
        except ValueError:
            raise CommandError(periods.why_not(text), returncode=2) from None
        if period.form == periods.Form.EVENT:
            raise CommandError("专项报告在网页上开，写明事项。", returncode=2)
        return period
