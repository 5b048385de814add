"""Working time against a slow second opinion that walks minute by minute and shares no code with it."""

from datetime import date, datetime, timedelta
from itertools import islice

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
