import csv
from datetime import date, timedelta
from pathlib import Path

from django.utils import timezone

from branches.calendar.models import DutyShift, WorkDay
from branches.calendar.workcalendar import WorkCalendar

WORKDAYS_CSV = Path(__file__).resolve().parent.parent / "data" / "workdays.csv"
SHIFTS_SINCE = timedelta(days=30)  # no limit in hours is counted from earlier


def load_workdays(path=None) -> int:
    """Enter the days of a CSV file (columns date, kind, name) and return how many it has.

    Days already there take the kind and name of the file; days it does not know stay. Safe to repeat.
    Raises ValidationError for a kind or a date that does not exist, before anything is written.
    """
    days = _days_of(path or WORKDAYS_CSV)
    for day in days:
        day.clean_fields()
    WorkDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name"]
    )
    return len(days)


def _days_of(path):
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return [WorkDay(**row) for row in csv.DictReader(lines)]


def shipped_calendar() -> WorkCalendar:
    """The calendar that comes with the portal, for who asks before anything was entered."""
    days = _days_of(WORKDAYS_CSV)
    return WorkCalendar({date.fromisoformat(day.date): (day.kind, day.name) for day in days})


def current_calendar() -> WorkCalendar:
    """The calendar as entered, in one SQL statement; read it once per request or batch."""
    rows = WorkDay.objects.values_list("date", "kind", "name")
    return WorkCalendar({day: (kind, name) for day, kind, name in rows})


def with_duty(calendar) -> WorkCalendar:
    """The calendar with the shifts that end later than `SHIFTS_SINCE` before now; one statement."""
    shifts = DutyShift.objects.filter(ends_at__gt=timezone.now() - SHIFTS_SINCE)
    return calendar.with_shifts(shifts.values_list("starts_at", "ends_at"))
