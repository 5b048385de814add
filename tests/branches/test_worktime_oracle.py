"""Working time against a slow second opinion that walks minute by minute and shares no code with it."""

import random
from bisect import bisect_left, bisect_right
from datetime import date, datetime, timedelta
from itertools import accumulate, islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI, WorkCalendar

pytestmark = pytest.mark.slow

FIRST = date(2026, 12, 1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# Exceptions lie anywhere over the turn of a year: long holidays and made-up weekends of any shape occur.
calendars = st.dictionaries(
    st.integers(0, 60).map(lambda n: FIRST + n * DAY), st.sampled_from(["off", "work"]), max_size=40
)
moments = st.integers(0, 60 * 1440).map(
    lambda n: datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=SHANGHAI) + n * MINUTE
)
many = settings(max_examples=600, deadline=None)


def built(kinds):
    return WorkCalendar({day: (kind, "节") for day, kind in kinds.items()})


def works(kinds, day):
    return kinds.get(day, "off" if day.isoweekday() > 5 else "work") == "work"


def on_duty(minute_of_day):
    return 510 <= minute_of_day < 720 or 870 <= minute_of_day < 1050


DUTY = [minute for minute in range(1440) if on_duty(minute)]


def midnight(day):
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def duty_minutes(kinds, start):
    """The beginnings of all minutes on duty from `start` on, without end."""
    day = start.date()
    while True:
        if works(kinds, day):
            yield from (m for n in DUTY if (m := midnight(day) + n * MINUTE) >= start)
        day += DAY


def after_minutes(kinds, start, n):
    return next(islice(duty_minutes(kinds, start), n - 1, None)) + MINUTE


def receipt(kinds, at):
    """Minute by minute until somebody could have it in hand; lunch is on, 17:30 itself is on."""
    while not (works(kinds, at.date()) and 510 <= at.hour * 60 + at.minute <= 1050):
        at += MINUTE
    return at


def nth_workday(kinds, day, n):
    days = [day + k * DAY for k in range(1, 140)]
    return [one for one in days if works(kinds, one)][n - 1]


def end_of(day):
    return midnight(day) + 1050 * MINUTE


@many
@given(calendars, moments, st.integers(1, 15))
def test_limits_in_days(kinds, at, n):
    expected = end_of(nth_workday(kinds, receipt(kinds, at).date(), n))
    assert worktime.due_at(built(kinds), at, worktime.Limit(n, "d")) == expected
    assert worktime.add_workdays(built(kinds), at, n) == expected


@many
@given(calendars, moments, st.integers(1, 12))
def test_limits_in_hours(kinds, at, n):
    expected = after_minutes(kinds, receipt(kinds, at), n * 60)
    assert worktime.due_at(built(kinds), at, worktime.Limit(n, "h")) == expected


@many
@given(calendars, moments, st.integers(1, 5), st.sampled_from("dh"), st.sampled_from([10, 50, 70, 90, 100]))
def test_fractions(kinds, at, n, unit, percent):
    start, minutes = receipt(kinds, at), n * 60
    if unit == "d":
        start, minutes = midnight(nth_workday(kinds, start.date(), 1)), n * 390
    expected = after_minutes(kinds, start, minutes * percent // 100)
    assert worktime.fraction_at(built(kinds), at, worktime.Limit(n, unit), percent) == expected


@many
@given(calendars, moments, st.integers(0, 4 * 1440))
def test_working_minutes(kinds, start, length):
    end = start + length * MINUTE
    expected = 0
    for minute in duty_minutes(kinds, start):
        if minute >= end:
            break
        expected += 1
    assert worktime.working_minutes(built(kinds), start, end) == expected


@many
@given(calendars, moments, moments, st.integers(1, 6))
def test_days_overdue(kinds, deadline, now, n):
    over = end_of(nth_workday(kinds, deadline.date(), n)) <= now
    assert (deadline <= worktime.workdays_before(built(kinds), now, n)) is over


@many
@given(calendars, moments, st.integers(1, 6))
def test_the_explanation_ends_on_the_due_day_and_counts_to_the_limit(kinds, at, n):
    days = worktime.explain(built(kinds), at, worktime.Limit(n, "d"))
    assert [day.counted for day in days if day.counted] == list(range(1, n + 1))
    assert all(works(kinds, day.date) is (day.kind != "off") for day in days[1:])
    assert [day.kind == "end" for day in days] == [False] * (len(days) - 1) + [True]
    assert days[-1].date == nth_workday(kinds, receipt(kinds, at).date(), n)


# 100 000 instants and limits over the shipped calendar, against a count that is inverted by bisection: it tells how
# much duty has passed until a second, from a table of working days, and looks for the second at which it is enough.
PAIRS, CHUNKS = 100_000, 10
CSV = Path(__file__).resolve().parents[2] / "branches" / "data" / "workdays.csv"
DAWN, DUSK = date(2024, 1, 1), date(2028, 12, 31)
SEED = 20261128


def shipped_days():
    with open(CSV, encoding="utf-8-sig") as lines:
        rows = [line.strip().split(",") for line in lines][1:]
    return {date.fromisoformat(day): (kind, name) for day, kind, name in rows}


class Table:
    """Working days from DAWN to DUSK, and how many there were before each day."""

    def __init__(self, days):
        kinds = {day: kind for day, (kind, _) in days.items()}
        self.all = [DAWN + n * DAY for n in range((DUSK - DAWN).days + 1)]
        self.works = [works(kinds, day) for day in self.all]
        self.before = [0, *accumulate(self.works)]
        self.working = [n for n, on in enumerate(self.works) if on]

    def passed(self, second):
        """Seconds of duty from DAWN until this one."""
        day, clock = divmod(second, 86400)
        today = min(max(clock - 30600, 0), 12600) + min(max(clock - 52200, 0), 10800) if self.works[day] else 0
        return self.before[day] * 23400 + today

    def received_on(self, second):
        day, clock = divmod(second, 86400)
        return day if self.works[day] and clock <= 63000 else self.working[bisect_right(self.working, day)]

    def due(self, second, amount, unit):
        if unit == "d":
            first = bisect_right(self.working, self.received_on(second))
            return self.working[first + amount - 1] * 86400 + 63000
        wanted = self.passed(second) + amount * {"h": 3600, "m": 60}[unit]
        return bisect_left(range(len(self.all) * 86400), wanted, key=self.passed)


def pairs(chance, days, n):
    """Anywhere in three years, every third beside a day that departs from the weekday rule or the end of a year."""
    edges = [*days, *(date(year, 12, 31) for year in (2024, 2025, 2026, 2027))]
    for place in range(n):
        day = chance.choice(edges) + chance.randrange(-6, 3) * DAY if place % 3 == 0 else (
            DAWN + chance.randrange(15, 1200) * DAY
        )
        clock = chance.choice([30600, 43200, 52200, 63000]) if place % 7 == 0 else chance.randrange(86400)
        unit = chance.choice("dhm")
        amount = chance.randrange(1, {"d": 31, "h": 60, "m": 3000}[unit])
        yield max((day - DAWN).days, 10) * 86400 + clock, amount, unit


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_a_hundred_thousand_deadlines(chunk):
    print(f"seed {SEED + chunk}")
    days = shipped_days()
    calendar, table, chance = WorkCalendar(days), Table(days), random.Random(SEED + chunk)
    dawn = midnight(DAWN)
    for place, (second, amount, unit) in enumerate(pairs(chance, days, PAIRS // CHUNKS)):
        at, limit = dawn + timedelta(seconds=second), worktime.Limit(amount, unit)
        due = worktime.due_at(calendar, at, limit)
        assert due == dawn + timedelta(seconds=table.due(second, amount, unit)), (at, limit)
        if place % 10 == 0:
            told = worktime.explain(calendar, at, limit)
            assert (told[0].date, told[-1].date, told[-1].kind) == (at.date(), due.date(), "end"), (at, limit)
            assert unit != "d" or [day.counted for day in told if day.counted] == list(range(1, amount + 1))
