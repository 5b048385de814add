"""Periods of reports, boundary by boundary."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError

from branches.calendar.workcalendar import SHANGHAI
from branches.reports import periods
from branches.reports.periods import Form

SECOND = timedelta(seconds=1)


def at(*numbers):
    return datetime(*numbers, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "form", "first", "last"),
    [
        ("2026-10", "month", date(2026, 10, 1), date(2026, 10, 31)),
        ("2026-02", "month", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", "month", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-12", "month", date(2026, 12, 1), date(2026, 12, 31)),
        ("2026-Q1", "quarter", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q4", "quarter", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-H1", "half-year", date(2026, 1, 1), date(2026, 6, 30)),
        ("2026-H2", "half-year", date(2026, 7, 1), date(2026, 12, 31)),
        ("2026", "year", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-10-12", "event", date(2026, 10, 12), date(2026, 10, 12)),
        ("2028-02-29", "event", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_period_reads_as_it_is_written(text, form, first, last):
    period = periods.parse(text)
    assert (period.form, period.first, period.last, period.code) == (form, first, last, text)


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-13", "2026-00", "2026-1", "2026-Q5", "2026-Q0", "2026-H3", "26-10", "2026-q4", " 2026",
        "2026-02-29", "2026-10-32", "2026\n", "２０２６", "2026-1０", "2026-10\0", "x" * 9999,
    ],
)
def test_anything_else_is_no_period(text):
    with pytest.raises(ValueError):
        periods.parse(text)
    with pytest.raises(ValidationError, match="期别要写成"):
        periods.check(text)


@pytest.mark.parametrize("text", ["1999-01", "2100-Q4", "1926-H1", "0000", "1999-10-12"])
def test_another_century_is_none_either_and_its_spelling_is_not_blamed(text):
    with pytest.raises(ValueError):
        periods.parse(text)
    with pytest.raises(ValidationError, match="期别只有 2000 年到 2099 年的"):
        periods.check(text)


def test_it_ends_at_half_past_five_sharp_of_its_last_day():
    end = at(2026, 11, 30, 17, 30)
    assert periods.latest_ended(Form.MONTH, end).code == "2026-11"
    assert periods.latest_ended(Form.MONTH, end - SECOND).code == "2026-10"


def test_the_clock_of_xinyu_counts_and_no_other():
    assert periods.latest_ended(Form.MONTH, at(2026, 12, 31, 17, 30).astimezone(tz=None)).code == "2026-12"


def test_four_periods_end_together_at_the_end_of_a_year():
    def ended(now):
        return [periods.latest_ended(form, now).code for form in periods.PERIODIC]

    end = at(2026, 12, 31, 17, 30)
    assert ended(end) == ["2026-12", "2026-Q4", "2026-H2", "2026"]
    assert ended(end - SECOND) == ["2026-11", "2026-Q3", "2026-H1", "2025"]


def test_the_end_of_february():
    assert periods.latest_ended(Form.MONTH, at(2028, 2, 28, 23, 59)).code == "2028-01"
    assert periods.latest_ended(Form.MONTH, at(2028, 2, 29, 17, 30)).code == "2028-02"


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2026-01", "2025-12"), ("2028-03", "2028-02"), ("2026-Q1", "2025-Q4"), ("2026-H1", "2025-H2"),
        ("2026", "2025"), ("2026-01-01", "2025-12-31"),
    ],
)
def test_the_one_before(text, before):
    assert periods.parse(text).previous == periods.parse(before)


def test_its_bounds_are_whole_days():
    assert periods.parse("2026-Q4").bounds == (at(2026, 10, 1), at(2027, 1, 1))


@pytest.mark.parametrize(
    ("text", "title", "short"),
    [
        ("2026-10", "2026 年 10 月支部工作月报", "10 月"), ("2026-Q4", "2026 年第四季度支部工作报告", "第四季度"),
        ("2026-H2", "2026 年下半年支部工作报告", "下半年"), ("2026", "2026 年支部工作报告", "2026 年"),
    ],
)
def test_how_it_is_called(text, title, short):
    assert (periods.parse(text).title, periods.parse(text).short) == (title, short)
