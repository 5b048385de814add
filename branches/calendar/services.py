import csv
from pathlib import Path

from branches.calendar.models import WorkDay
from branches.calendar.workcalendar import WorkCalendar

WORKDAYS_CSV = Path(__file__).resolve().parent.parent / "data" / "workdays.csv"


def load_workdays(path=None) -> int:
    """Enter the days of a CSV file (columns date, kind, name) and return how many it has.

    Days already there take the kind and name of the file; days it does not know stay. Safe to repeat.
    Raises ValidationError for a kind or a date that does not exist, before anything is written.
    """
    with open(path or WORKDAYS_CSV, encoding="utf-8-sig", newline="") as lines:
        days = [WorkDay(**row) for row in csv.DictReader(lines)]
    for day in days:
        day.clean_fields()
    WorkDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name"]
    )
    return len(days)


def current_calendar() -> WorkCalendar:
    """The calendar as entered, in one SQL statement; read it once per request or batch."""
    rows = WorkDay.objects.values_list("date", "kind", "name")
    return WorkCalendar({day: (kind, name) for day, kind, name in rows})
