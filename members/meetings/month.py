"""A month as a picture: weeks of days, each with its meetings and its sign where the working calendar departs."""

from calendar import Calendar
from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from branches.calendar.notice_text import SIGNS
from branches.calendar.workcalendar import WorkCalendar
from branches.organisation.terms import months_later


@dataclass(frozen=True)
class Day:
    """One square; `sign` is 休, 班 or nothing, `works` whether it is a working day."""

    day: date
    meetings: list
    sign: str
    name: str
    works: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """`weeks` of seven Days, None outside of the month."""

    first: date
    weeks: list

    @property
    def earlier(self):
        return months_later(self.first, -1)

    @property
    def later(self):
        return months_later(self.first, 1)

    @property
    def days(self):
        return [day for week in self.weeks for day in week if day]


def picture(first, meetings, calendar: WorkCalendar, today):
    """The Month that begins on `first`; `meetings` in the order in which a day shall name them."""
    of_day = defaultdict(list)
    for meeting in meetings:
        of_day[timezone.localdate(meeting.starts_at)].append(meeting)
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return Month(first, [
        [_day(day, of_day[day], calendar, today) if day.month == first.month else None for day in week]
        for week in weeks
    ])


def _day(day, meetings, calendar, today):
    kind, name = calendar.days.get(day, ("", ""))
    return Day(day, meetings, SIGNS.get(kind, ""), name, calendar.is_workday(day), day == today)
