"""Working time: which days count, when a limit ends, and how to say it.

Pure arithmetic over a `WorkCalendar`; nothing here reads a table or the wall clock. Every datetime that comes
in must be aware, every one that goes out is aware and in Asia/Shanghai (no summer time since 1991).
Duty hours are 08:30–12:00 and 14:30–17:30: 390 minutes are one working day. A calendar with shifts has more of them,
for limits in hours alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from branches.calendar.workcalendar import ONE_DAY, SHANGHAI, WorkCalendar, date_of, local

SESSIONS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
OPENS, CLOSES = SESSIONS[0][0], SESSIONS[-1][1]
DAY_MINUTES = 390
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class Limit:
    """A time allowed: `amount` working days ("d"), hours of duty ("h") or minutes of duty ("m")."""

    amount: int
    unit: str

    @property
    def minutes(self) -> int:
        return self.amount * {"d": DAY_MINUTES, "h": 60, "m": 1}[self.unit]

    @property
    def under_a_day(self) -> bool:
        return self.minutes < DAY_MINUTES

    def __str__(self) -> str:
        if self.unit == "m":
            return _exact(self.amount)
        return f"{self.amount} {'个工作日' if self.unit == 'd' else '小时'}"


@dataclass(frozen=True)
class TimeLeft:
    """`days` working days and `minutes` of duty time until the deadline, or since it if `overdue`."""

    overdue: bool
    days: int
    minutes: int
    text: str


@dataclass(frozen=True)
class Day:
    """One line of 为什么是这一天; `counted` is the number of the day, `kind` receipt, counted, off or end.

    Of a limit in hours or minutes no day has a number; `minutes` is what it counts for.
    """

    date: date
    counted: int | None
    note: str
    kind: str
    minutes: int = 0

    @property
    def counts(self) -> bool:
        return self.counted is not None or self.minutes > 0

    @property
    def label(self) -> str:
        return f"{self.date.month}月{self.date.day}日 周{WEEKDAYS[self.date.weekday()]}"


def parse_limit(text: str) -> Limit:
    """`"5d"` → 5 working days, `"2h"` → 2 hours of duty, `"90m"` → 90 minutes. Raises ValueError on anything else."""
    found = re.fullmatch(r"([1-9][0-9]{0,2})([dh])|([1-9][0-9]{0,4})(m)", text)
    if not found:
        raise ValueError(f"not a limit like 5d or 2h: {text!r}")
    return Limit(int(found[1] or found[3]), found[2] or found[4])


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, SHANGHAI)


def _sessions(calendar, day) -> Iterator[tuple[datetime, datetime]]:
    """The spans of duty on one day, in order; with shifts, what overlaps is one span."""
    plain = [(_at(day, opens), _at(day, closes)) for opens, closes in SESSIONS] if calendar.is_workday(day) else []
    return _united(plain + _shifts_on(calendar, day)) if calendar.shifts else iter(plain)


def _shifts_on(calendar, day):
    midnight, next_midnight = _at(day, time.min), _at(day + ONE_DAY, time.min)
    clipped = ((max(begin, midnight), min(end, next_midnight)) for begin, end in calendar.shifts)
    return [(begin, end) for begin, end in clipped if begin < end]


def _united(spans):
    begin = end = None
    for opens, closes in sorted(spans):
        if end is None or opens > end:
            if end is not None:
                yield begin, end
            begin, end = opens, closes
        else:
            end = max(end, closes)
    if end is not None:
        yield begin, end


def received_at(calendar: WorkCalendar, at: datetime) -> datetime:
    """When what arrived at `at` counts as received.

    After 17:30 or on a rest day: the next working day 08:30. Before 08:30: 08:30. The lunch break is today.
    """
    at = local(at)
    if calendar.is_workday(at.date()) and at.time() <= CLOSES:
        return max(at, _at(at.date(), OPENS))
    return _at(calendar.nth_workday_after(at.date(), 1), OPENS)


def read_at(calendar: WorkCalendar, at: datetime) -> datetime:
    """The same for limits in hours: at once during a shift, and when the next one begins if that is sooner."""
    at = local(at)
    return min([received_at(calendar, at), *(max(begin, at) for begin, end in calendar.shifts if end > at)])


def attended(calendar: WorkCalendar, now: datetime) -> tuple[bool, datetime]:
    """Whether somebody reads at `now`, and until when; else when the next one begins to."""
    now = local(now)
    opens = _advance(calendar, now, timedelta(microseconds=1)) - timedelta(microseconds=1)
    if opens > now:
        return False, opens
    until, day = now, now.date()
    while True:  # a shift over midnight is two spans that meet
        for begin, end in _sessions(calendar, day):
            if begin <= until < end:
                until = end
        day += ONE_DAY
        if until < _at(day, time.min):
            return True, until


def _advance(calendar, start, span: timedelta) -> datetime:
    """The earliest instant by which `span` of duty time has passed; an end at 12:00 stays 12:00."""
    day = start.date()
    while span:
        for opens, closes in _sessions(calendar, day):
            begin = max(start, opens)
            if begin < closes and span <= closes - begin:
                return begin + span
            span -= max(closes - begin, timedelta())
        day += ONE_DAY
    return start


def add_workdays(calendar: WorkCalendar, at: datetime, n: int) -> datetime:
    """17:30 of the n-th working day after the day on which `at` counts as received."""
    return _at(calendar.nth_workday_after(received_at(calendar, at).date(), n), CLOSES)


def due_at(calendar: WorkCalendar, at: datetime, limit: Limit) -> datetime:
    """The last instant that is still in time. Hours run only while there is duty."""
    if limit.unit == "d":
        return add_workdays(calendar, at, limit.amount)
    return _advance(calendar, read_at(calendar, at), timedelta(minutes=limit.minutes))


def counting_from(calendar: WorkCalendar, at: datetime, limit: Limit) -> datetime:
    """From when the working time of a limit runs: days from 08:30 of day 1, hours and minutes from receipt."""
    if limit.unit == "d":
        return _at(calendar.nth_workday_after(received_at(calendar, at).date(), 1), OPENS)
    return read_at(calendar, at)


def fraction_at(calendar: WorkCalendar, at: datetime, limit: Limit, percent: int) -> datetime:
    """When `percent` of the working time of a limit has passed that is counted from `at`."""
    return _advance(calendar, counting_from(calendar, at, limit), timedelta(minutes=limit.minutes) * percent / 100)


def share_at(calendar: WorkCalendar, start: datetime, end: datetime, percent: int) -> datetime:
    """When `percent` of the working time between two instants has passed (70 % of 5 days is day 4, 11:45)."""
    return _advance(calendar, read_at(calendar, start), working_time(calendar, start, end) * percent / 100)


def workdays_before(calendar: WorkCalendar, at: datetime, n: int) -> datetime:
    """The cutoff with: a deadline is n working days overdue at `at` exactly when `deadline <= cutoff`.

    A deadline of date D is n days overdue from 17:30 of the n-th working day after D, whatever its own hour.
    Raises ValueError unless n is at least 1.
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    at = local(at)
    day = at.date() + ONE_DAY if at.time() >= CLOSES else at.date()
    while n:
        day -= ONE_DAY
        n -= calendar.is_workday(day)
    return _at(day, time.min) - timedelta(microseconds=1)


def working_time(calendar: WorkCalendar, start: datetime, end: datetime) -> timedelta:
    """Duty time between two instants, zero if `end` is not later."""
    start, end = local(start), local(end)
    total, day = timedelta(), start.date()
    while day <= end.date():
        for opens, closes in _sessions(calendar, day):
            total += max(min(closes, end) - max(opens, start), timedelta())
        day += ONE_DAY
    return total


def working_minutes(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    """Whole minutes of duty time between two instants."""
    return working_time(calendar, start, end) // timedelta(minutes=1)


def workdays_left(calendar: WorkCalendar, now: datetime, deadline: datetime) -> int:
    """Working days after today, up to and including the day of the deadline; 0 on that day and later."""
    return calendar.count_workdays(date_of(now), date_of(deadline))


def say(at: datetime, now: datetime, *, weekday: bool = True) -> str:
    """今天 17:30, 明天 17:30, 11月24日（周二）17:30; with the year only when it is not the present one."""
    at, now = local(at), local(now)
    away = (at.date() - now.date()).days
    if away in (0, 1):
        return f"{'今天' if away == 0 else '明天'} {at:%H:%M}"
    year = "" if at.year == now.year else f"{at.year}年"
    gap = f"（周{WEEKDAYS[at.weekday()]}）" if weekday else " "
    return f"{year}{at.month}月{at.day}日{gap}{at:%H:%M}"


def by(deadline: datetime, now: datetime) -> str:
    """今天 17:30 前, to be followed by a verb: 接单, 答复."""
    return f"{say(deadline, now)} 前"


def time_left(calendar: WorkCalendar, now: datetime, deadline: datetime) -> TimeLeft:
    """Whole days are counted by date; on the day of the deadline itself hours and minutes of duty are.

    A later deadline in the middle of a day is named instead: its last day is not a whole one.
    """
    now, deadline = local(now), local(deadline)
    if now > deadline:
        return _overdue(calendar, now, deadline)
    days, minutes = workdays_left(calendar, now, deadline), working_minutes(calendar, now, deadline)
    if now.date() == deadline.date():
        text = f"剩 {_span(max(minutes, 1))}"
    elif days and deadline.time() == CLOSES:
        text = f"剩 {days} 个工作日"
    else:
        text = by(deadline, now)
    return TimeLeft(False, days, minutes, text)


def _overdue(calendar, now, deadline) -> TimeLeft:
    days, minutes = workdays_left(calendar, deadline, now), working_minutes(calendar, deadline, now)
    # In the evening and at the weekend no duty time has passed yet; "超时 0 分钟" would read as a fault.
    text = f"超时 {_span(minutes)}" if minutes else "已超时"
    return TimeLeft(True, days, minutes, f"超时 {days} 个工作日" if days else text)


def _span(minutes: int) -> str:
    """Hours rounded to the nearest, a half downwards; under one hour the minutes."""
    return f"{minutes} 分钟" if minutes < 60 else f"{(minutes + 29) // 60} 小时"


def explain(
    calendar: WorkCalendar, at: datetime, limit: Limit, *, today: date | None = None, arrived: str = "收到",
    until: datetime | None = None,
) -> list[Day]:
    """Every day from the arrival at `at` to the deadline, and what it counts for.

    `arrived` is the verb of the first line (到支部), `today` the date that is marked 今天. `until` is the deadline
    where it is not to be counted once more: minutes are kept whole, and may end within the one before it.
    """
    at, end = local(at), local(until) if until else due_at(calendar, at, limit)
    receipt = received_at(calendar, at) if limit.unit == "d" else read_at(calendar, at)
    counted, lines, day = 0, [], at.date()
    while day <= end.date():
        if day < receipt.date():
            line = _before_receipt(calendar, day, at, arrived)
        elif limit.unit != "d":
            line = _hours(calendar, day, at, receipt, end, arrived)
        elif not calendar.is_workday(day):
            line = Day(day, None, f"{calendar.reason(day)}，不计", "off")
        elif day == receipt.date():
            line = Day(day, None, f"{_arrival(day, at, arrived)}，当天不计", "receipt")
        else:
            counted += 1
            line = _counted(calendar, day, counted, end, today)
        lines.append(line)
        day += ONE_DAY
    return lines


def _arrival(day, at, arrived) -> str:
    return f"{at:%H:%M} {arrived}" if day == at.date() else f"算这天{arrived}"


def _before_receipt(calendar, day, at, arrived) -> Day:
    if day > at.date():
        return Day(day, None, f"{calendar.reason(day)}，不计", "off")
    why = "已下班" if calendar.is_workday(day) else calendar.reason(day)
    return Day(day, None, f"{at:%H:%M} {arrived}，{why}，算下一个工作日", "receipt")


def _counted(calendar, day, counted, end, today) -> Day:
    last = day == end.date()
    parts = [f"第 {counted} 天", *_remarks(calendar, day)]
    if last:
        parts.append(f"{'今天 ' if day == today else ''}{end:%H:%M} 到期")
    elif day == today:
        parts.append("今天")
    return Day(day, counted, "，".join(parts), "end" if last else "counted")


def _hours(calendar, day, at, receipt, end, arrived) -> Day:
    first, last = day == receipt.date(), day == end.date()
    begin, finish = max(receipt, _at(day, time.min)), min(end, _at(day + ONE_DAY, time.min))
    minutes, shifts = working_minutes(calendar, begin, finish), _shifts_on(calendar, day)
    if not (minutes or first or last or calendar.is_workday(day)):
        return Day(day, None, f"{calendar.reason(day)}，不计", "off")
    parts = [_arrival(day, at, arrived)] if first else []
    parts += [f"计 {_exact(minutes)}", *_remarks(calendar, day)]
    if any(opens < finish and closes > begin for opens, closes in shifts):
        parts.append("有人值班")
    if last:
        parts.append(f"{end:%H:%M} 到期")
    return Day(day, None, "，".join(parts), "end" if last else "receipt" if first else "counted", minutes)


def _exact(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    return " ".join(f"{n} {unit}" for n, unit in ((hours, "小时"), (rest, "分钟")) if n) or "0 分钟"


def _remarks(calendar, day) -> list[str]:
    """What is not plain about a working day: made up for a holiday, or of a year nobody entered yet."""
    made_up = [calendar.reason(day)] if day in calendar.days else []
    return made_up + (["暂定"] if calendar.is_provisional(day, day) else [])
