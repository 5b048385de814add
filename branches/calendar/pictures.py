"""A year as a picture: twelve months of weeks, each day with its sign where it departs from the weekday rule."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from branches.calendar.changes import spans
from branches.calendar.notice_text import SIGNS

MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """One square; `sign` is 休, 班 or nothing, `rest` an ordinary weekend."""

    day: date
    sign: str
    name: str
    rest: bool
    today: bool


@dataclass(frozen=True)
class Month:
    """`weeks` of seven cells, None outside the month; `told` the holidays in words."""

    number: int
    weeks: list
    told: list


def months(calendar, year, today):
    return [_month(calendar, year, number, today) for number in MONTHS]


def _month(calendar, year, number, today):
    weeks = [
        [_cell(calendar, day, today) if day.month == number else None for day in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    listed = sorted(day for day in calendar.days if (day.year, day.month) == (year, number))
    return Month(number, weeks, [line for said in _kinds(calendar, listed) for line in said])


def _kinds(calendar, listed):
    """元旦：1–3 日休, 4 日班"""
    for what in dict.fromkeys(calendar.days[day] for day in listed):
        kind, name = what
        days = [day for day in listed if calendar.days[day] == what]
        yield [f"{_span(first, last)} {SIGNS[kind]} {name}" for first, last in spans(days)]


def _span(first, last):
    return f"{first.day} 日" if first == last else f"{first.day}–{last.day} 日"


def _cell(calendar, day, today):
    kind, name = calendar.days.get(day, ("", ""))
    return Cell(day, SIGNS.get(kind, ""), name, not kind and day.weekday() > 4, day == today)
