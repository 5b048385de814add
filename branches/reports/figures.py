"""Figures of the reports. Higher rooms define them; settings.REPORT_FIGURES says where, in what order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string


class Figure(NamedTuple):
    """One branch's number; `ids` are the records that were counted, of the denominator where there is one."""

    value: int
    denominator: int | None = None
    ids: tuple = ()


class Line(NamedTuple):
    """One counted record as a list shows it."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class FigureKind:
    """What is counted, and how that is said.

    count(branch_ids, start, end) -> {branch_id: Figure}, set-based; start <= moment < end. A branch that is
    missing counts as zero. rows(user, ids) -> QuerySet of the records this person may see; line(row) -> Line.
    """

    code: str
    group: str
    title: str
    unit: str
    how: str
    count: Callable
    rows: Callable
    line: Callable
    of_many: bool = False  # has a denominator


@cache
def figure_kinds():
    """In the order of the settings, where a path names one kind or a tuple of them."""
    found = [import_string(path) for path in settings.REPORT_FIGURES]
    return tuple(kind for one in found for kind in (one if isinstance(one, tuple) else (one,)))


def by_code(code):
    """The FigureKind, or None for a code of the past."""
    return next((figure for figure in figure_kinds() if figure.code == code), None)


def count_all(branch_ids, month):
    """`{branch_id: [(FigureKind, Figure), …]}` of the month that begins on `month`, as of now."""
    start, end = bounds(month)
    counted = [(figure, figure.count(branch_ids, start, end)) for figure in figure_kinds()]
    return {
        pk: [(figure, found.get(pk) or Figure(0, 0 if figure.of_many else None)) for figure, found in counted]
        for pk in branch_ids
    }


def bounds(month: date) -> tuple[datetime, datetime]:
    """The first instant of the month and the first one after it, in Shanghai."""
    zone = timezone.get_default_timezone()
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return datetime.combine(month, time.min, zone), datetime.combine(following, time.min, zone)
