"""Quarters of the year, each named by its first day."""

from datetime import date

from django.utils import timezone

FIRST_MONTHS = (1, 4, 7, 10)
SAID = "一二三四"


def quarter_of(day=None) -> date:
    """The first day of the quarter of a Shanghai day, today by default."""
    day = day or timezone.localdate()
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def said(quarter) -> str:
    """“2026 年第四季度” of the first day of a quarter."""
    return f"{quarter.year} 年第{SAID[quarter.month // 3]}季度"
