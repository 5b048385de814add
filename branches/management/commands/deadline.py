from datetime import datetime

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from branches.calendar import worktime
from branches.calendar.services import current_calendar, shipped_calendar
from branches.calendar.workcalendar import SHANGHAI


class Command(BaseCommand):
    help = "Print when what arrives at AT is due within LIMIT (5d, 2h, 90m), then every day and what it counts for."

    def add_arguments(self, parser):
        parser.add_argument("at", help='an instant like "2026-02-13 15:00", in Shanghai unless it names its offset')
        parser.add_argument("limit", help="5d working days, 2h hours of duty or 90m minutes of duty")

    def handle(self, *args, at, limit, **options):
        at, limit, calendar = self._instant(at), self._limit(limit), self._calendar()
        try:
            due = worktime.due_at(calendar, at, limit)
            days = worktime.explain(calendar, at, limit)
        except OverflowError:
            raise CommandError(f"{at:%Y-%m-%d} is beyond the calendar.", returncode=2) from None
        self.stdout.write(due.isoformat())
        for day in days:
            self.stdout.write(f"{day.date} 周{worktime.WEEKDAYS[day.date.weekday()]} {day.note}")
        if calendar.is_provisional(at, due):
            self.stdout.write("暂定：有的日子所在年份还没有录入放假通知，按周一到周五上班算。")

    def _calendar(self):
        """As entered; before that, and before there is a database, the one that comes with the portal."""
        try:
            calendar = current_calendar()
        except DatabaseError as error:
            self.stderr.write(f"The calendar as entered cannot be read ({error}); this is the shipped one.")
            return shipped_calendar()
        return calendar if calendar.days else shipped_calendar()

    def _instant(self, text):
        try:
            at = datetime.fromisoformat(text.strip())
            return worktime.local(at if at.tzinfo else at.replace(tzinfo=SHANGHAI))
        except (ValueError, OverflowError):
            raise CommandError(f"{text!r} is no instant; write it like 2026-02-13 15:00.", returncode=2) from None

    def _limit(self, text):
        try:
            return worktime.parse_limit(text.strip())
        except ValueError:
            raise CommandError(
                f"{text!r} is no limit; write 5d for working days, 2h or 90m for time on duty.", returncode=2
            ) from None
