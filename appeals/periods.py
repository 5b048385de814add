"""The periods that the statistics know: the last 30 days, a month, a quarter, a year. Shanghai days."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

_KEY = re.compile(r"(?P<year>20\d\d)(?:-(?P<month>\d\d)|-Q(?P<quarter>[1-4]))?")
LAST = "30d"
MONTHS, QUARTERS, YEARS = 6, 4, 2  # so many of each are offered


@dataclass(frozen=True)
class Period:
    """`key` as it stands in the address: 30d, 2026-11, 2026-Q4 or 2026. Until `end` exclusive, `before` is the key of
    the one before, or nothing."""

    key: str
    label: str
    start: datetime
    end: datetime
    before: str = ""


def period_of(key, now):
    """The period of a key; what is none is the last 30 days."""
    match = _KEY.fullmatch(key or "")
    if match is None:
        return Period(LAST, "近 30 天", now - timedelta(days=30), now)
    year, month, quarter = int(match["year"]), match["month"], match["quarter"]
    if quarter:
        first, length, label = int(quarter) * 3 - 2, 3, f"{year} 年第 {quarter} 季度"
    elif month:
        if not 1 <= int(month) <= 12:
            return period_of("", now)
        first, length, label = int(month), 1, f"{year} 年 {int(month)} 月"
    else:
        first, length, label = 1, 12, f"{year} 年"
    return Period(key, label, _at(year, first), _at(year, first + length), _before(year, first, length))


def offered(now):
    """Every period to choose from, the newest first."""
    today = timezone.localdate(now)
    months = [_key(today.year, today.month - n, 1) for n in range(MONTHS)]
    quarters = [_key(today.year, (today.month - 1) // 3 * 3 + 1 - 3 * n, 3) for n in range(QUARTERS)]
    years = [str(today.year - n) for n in range(YEARS)]
    return [period_of(key, now) for key in ("", *months, *quarters, *years)]


def _key(year, month, length):
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    if length == 12:
        return str(year)
    return f"{year}-Q{(month + 2) // 3}" if length == 3 else f"{year}-{month:02d}"


def _before(year, month, length):
    return _key(year, month - length, length)


def _at(year, month):
    day = date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)
    return timezone.make_aware(datetime.combine(day, time()))
