"""A calendar that changes moves what is counted in working days. The rooms above say what, by settings.

`CALENDAR_MOVES`: `f(before, after, *, now)` -> `[Moved]`, what would move. `CALENDAR_CHANGED`: `f(before, after, *,
actor, at)`, called in the transaction that wrote the days; returns how many moved.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.utils.module_loading import import_string

from branches.calendar.workcalendar import ONE_DAY, WorkCalendar


@dataclass(frozen=True)
class Moved:
    """One deadline that moves: whose, by its number and address, what is due, and when before and after."""

    number: str
    url: str
    what: str
    before: datetime
    after: datetime

    @property
    def sooner(self):
        return self.after < self.before


def turned(before: WorkCalendar, after: WorkCalendar) -> list[date]:
    """The days, in order, that are working days in one of the two calendars and days off in the other."""
    days = {*before.days, *after.days}
    return sorted(day for day in days if before.is_workday(day) != after.is_workday(day))


def moves(before, after, *, now):
    """Everything that would move, nearest first."""
    found = [one for path in settings.CALENDAR_MOVES for one in import_string(path)(before, after, now=now)]
    return sorted(found, key=lambda one: (one.before, one.number))


def tell(before, after, *, actor, at):
    return sum(import_string(path)(before, after, actor=actor, at=at) for path in settings.CALENDAR_CHANGED)


def spans(days):
    """Days in order as (first, last) of what is unbroken: a holiday in one line."""
    found = []
    for day in days:
        if found and day - found[-1][1] == ONE_DAY:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
