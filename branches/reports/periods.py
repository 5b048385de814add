"""The periods of reports: pure arithmetic over Shanghai days, no table and no clock.

A period is written 2026-10, 2026-Q4, 2026-H2, 2026, and for an event as its day, 2026-10-12.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from django.core.exceptions import ValidationError
from django.db.models import TextChoices

from branches.calendar.workcalendar import ONE_DAY, SHANGHAI, date_of, local
from branches.calendar.worktime import CLOSES

BAD = "期别要写成 2026-10、2026-Q4、2026-H2 或 2026。"
OUTSIDE = "期别只有 2000 年到 2099 年的，请写这之间的一期。"
QUARTERS, HALVES = "一二三四", "上下"


class Form(TextChoices):
    MONTH = "month", "支部工作月报"
    QUARTER = "quarter", "支部工作季报"
    HALF_YEAR = "half-year", "支部工作半年报"
    YEAR = "year", "支部工作年报"
    EVENT = "event", "专项报告"

    @property
    def short(self):
        """月报, 季报 …"""
        return self.label.removeprefix("支部工作")

    @property
    def this(self):
        """“本月”: what the one period is called in a column head; 上月 is the one before."""
        return {"month": "本月", "quarter": "本季度", "half-year": "本半年", "year": "本年"}.get(self, "当天")


# How many months one of them has; an event has a day.
MONTHS = {Form.MONTH: 1, Form.QUARTER: 3, Form.HALF_YEAR: 6, Form.YEAR: 12}
PERIODIC = tuple(MONTHS)
_SHAPES = {
    Form.MONTH: r"(20\d\d)-(0[1-9]|1[0-2])", Form.QUARTER: r"(20\d\d)-Q([1-4])", Form.HALF_YEAR: r"(20\d\d)-H([12])",
    Form.YEAR: r"(20\d\d)", Form.EVENT: r"(20\d\d)-(0[1-9]|1[0-2])-([0-2]\d|3[01])",
}


@dataclass(frozen=True)
class Period:
    """`first` and `last` are Shanghai days, both included."""

    form: Form
    first: date
    last: date

    @property
    def code(self) -> str:
        year, place = self.first.year, (self.first.month - 1) // MONTHS.get(self.form, 1) + 1
        return {
            Form.MONTH: f"{year}-{place:02}", Form.QUARTER: f"{year}-Q{place}", Form.HALF_YEAR: f"{year}-H{place}",
            Form.YEAR: f"{year}", Form.EVENT: self.first.isoformat(),
        }[self.form]

    @property
    def label(self) -> str:
        """2026 年 10 月, 2026 年第四季度, 2026 年下半年, 2026 年, 2026 年 10 月 12 日."""
        return f"{self.first.year} 年{self._rest}"

    @property
    def title(self) -> str:
        """2026 年 10 月支部工作月报, 2026 年第四季度支部工作报告; an event has a subject instead."""
        return f"{self.label}支部工作{'月报' if self.form == Form.MONTH else '报告'}"

    @property
    def short(self) -> str:
        """The same without the year: 10 月, 第四季度, 下半年; the year itself keeps it."""
        return self._rest.strip() or self.label

    @property
    def _rest(self):
        first, place = self.first, (self.first.month - 1) // MONTHS.get(self.form, 1)
        return {
            Form.MONTH: f" {first.month} 月", Form.QUARTER: f"第{QUARTERS[place % 4]}季度",
            Form.HALF_YEAR: f"{HALVES[place % 2]}半年", Form.YEAR: "", Form.EVENT: f" {first.month} 月 {first.day} 日",
        }[self.form]

    @property
    def ends_at(self) -> datetime:
        """17:30 of the last day, working day or not: from this instant on the report can be opened."""
        return datetime.combine(self.last, CLOSES, SHANGHAI)

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """The first instant and the first one after: start <= moment < end."""
        return tuple(datetime.combine(day, time.min, SHANGHAI) for day in (self.first, self.last + ONE_DAY))

    @property
    def previous(self) -> "Period":
        """The one before; the day before, for an event."""
        return of(self.form, self.first - ONE_DAY)

    @property
    def following(self) -> "Period":
        return of(self.form, self.last + ONE_DAY)


def of(form, day: date) -> Period:
    """The period of this form that a Shanghai day lies in."""
    form = Form(form)
    if form == Form.EVENT:
        return Period(form, day, day)
    length = MONTHS[form]
    first = date(day.year, (day.month - 1) // length * length + 1, 1)
    beyond = first.month - 1 + length
    following = date(first.year + beyond // 12, beyond % 12 + 1, 1)
    return Period(form, first, following - ONE_DAY)


def latest_ended(form, now: datetime) -> Period:
    """The period that ended last; 17:30:00 sharp of its last day is its end."""
    period = of(form, date_of(now))
    return period if local(now) >= period.ends_at else period.previous


def parse(text: str) -> Period:
    """The period that is written so. Raises ValueError on anything else, impossible days included."""
    for form, shape in _SHAPES.items():
        if found := re.fullmatch(shape, text, re.ASCII):
            return of(form, _day(form, *map(int, found.groups())))
    raise ValueError(BAD)


def check(text):
    """`parse` as a validator of a field: ValidationError with the sentence."""
    try:
        parse(text)
    except ValueError as error:
        raise ValidationError(why_not(text)) from error


def why_not(text):
    """The sentence for what `parse` does not take: OUTSIDE where only the year is wrong."""
    shapes = (shape.replace(r"20\d\d", r"(?!20)\d{4}") for shape in _SHAPES.values())
    return OUTSIDE if any(re.fullmatch(shape, text, re.ASCII) for shape in shapes) else BAD


def _day(form, year, place=1, day=1):
    return date(year, (place - 1) * MONTHS.get(form, 1) + 1, day)
