"""The calendar of working days: the weekday rule and the exceptions that are data."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFF, WORK = "off", "work"
ONE_DAY = timedelta(days=1)


def local(at: datetime) -> datetime:
    """The same instant on the clock of Xinyu. Raises ValueError for a naive datetime."""
    if at.tzinfo is None:
        raise ValueError("working time needs aware datetimes")
    return at.astimezone(SHANGHAI)


def date_of(day: date) -> date:
    """The Shanghai date of an aware datetime; a date as it is."""
    return local(day).date() if isinstance(day, datetime) else day


@dataclass(frozen=True, eq=False)
class WorkCalendar:
    """The exceptions from the weekday rule: `{date: ("off" | "work", name of the holiday)}`.

    A year without a single row is unknown: its days follow the weekday rule and are provisional (暂定).
    `shifts` are spans (from, until) of aware datetimes in which somebody reads beyond the hours of duty; only limits
    in hours run in them (design §5). They may overlap, and come in any order.
    """

    days: Mapping[date, tuple[str, str]]
    shifts: tuple[tuple[datetime, datetime], ...] = ()

    def __post_init__(self):
        object.__setattr__(self, "days", MappingProxyType(dict(self.days)))
        object.__setattr__(self, "shifts", tuple(sorted((local(one), local(other)) for one, other in self.shifts)))

    @cached_property
    def years(self) -> frozenset[int]:
        return frozenset(day.year for day in self.days)

    def with_shifts(self, shifts) -> "WorkCalendar":
        """The same days with these spans of duty beside them."""
        return replace(self, shifts=tuple(shifts))

    def is_workday(self, day: date) -> bool:
        kind, _ = self.days.get(day, (None, ""))
        return day.weekday() < 5 if kind is None else kind == WORK

    def reason(self, day: date) -> str:
        """Why this day is on or off, in one word: 工作日, 周末, 国庆节, 春节调休上班."""
        kind, name = self.days.get(day, (None, ""))
        if kind is None:
            return "工作日" if self.is_workday(day) else "周末"
        return f"{name}调休上班" if kind == WORK else name

    def is_provisional(self, first: date, last: date) -> bool:
        """Whether `first` to `last` (dates or aware datetimes) touch a year that nobody entered yet."""
        years = range(date_of(first).year, date_of(last).year + 1)
        return not self.years.issuperset(years)

    def workdays_after(self, day: date) -> Iterator[date]:
        """The working days after `day`, without end."""
        while True:
            day += ONE_DAY
            if self.is_workday(day):
                yield day

    def nth_workday_after(self, day: date, n: int) -> date:
        """The n-th working day after `day`; `day` itself for 0."""
        following = self.workdays_after(day)
        for _ in range(n):
            day = next(following)
        return day

    def count_workdays(self, after: date, until: date) -> int:
        """Working days later than `after`, up to and including `until`."""
        span = (until - after).days
        return sum(self.is_workday(after + timedelta(days=step)) for step in range(1, span + 1))
