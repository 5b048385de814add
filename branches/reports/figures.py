"""Figures of the reports. Higher rooms define them; settings.REPORT_FIGURES says where, in what order."""

import hashlib
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.utils.module_loading import import_string

from branches.reports import periods


class Figure(NamedTuple):
    """One branch's number; `ids` are the records that were counted, of the denominator where there is one.

    `inner` are those of them that make the numerator, None where it does not count records. A value of None is not
    nought: nothing of the kind could be counted.
    """

    value: int | None
    denominator: int | None = None
    ids: tuple = ()
    inner: tuple | None = None

    @property
    def numerator(self):
        """The value, of a figure that has a denominator."""
        return None if self.denominator is None else self.value


class Line(NamedTuple):
    """One counted record as a list shows it."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class FigureKind:
    """What is counted, and how that is said.

    count(branch_ids, start, end) -> {branch_id: Figure}, set-based, of any period; start <= moment < end. A branch that
    is missing counts as zero. rows(user, ids) -> QuerySet of the records this person may see; line(row) -> Line.
    `forms` are the forms it stands in.
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
    is_private: bool = False  # its records are for those whom they are about: reports say the number alone
    forms: tuple = periods.PERIODIC

    def counted(self, branch_ids, period):
        """`{branch_id: Figure}`, of every branch, as of now."""
        found, nought = self.count(branch_ids, *period.bounds), Figure(0, 0 if self.of_many else None)
        return {pk: found.get(pk) or nought for pk in branch_ids}


@cache
def figure_kinds():
    """In the order of the settings, where a path names one kind or a tuple of them."""
    found = [import_string(path) for path in settings.REPORT_FIGURES]
    return tuple(kind for one in found for kind in (one if isinstance(one, tuple) else (one,)))


def kinds_of(form):
    """The FigureKinds of a form, in the order of the report."""
    return [kind for kind in figure_kinds() if form in kind.forms]


def by_code(code):
    """The FigureKind, or None for a code of the past."""
    return next((figure for figure in figure_kinds() if figure.code == code), None)


def count_all(branch_ids, period):
    """`{branch_id: [(FigureKind, Figure), …]}` of a Period, as of now: one statement or a few for each kind."""
    counted = [(kind, kind.counted(branch_ids, period)) for kind in kinds_of(period.form)]
    return {pk: [(kind, found[pk]) for kind, found in counted] for pk in branch_ids}


def shared(found):
    """`{branch_id: Figure}` of `(branch_id, id, whether it counts)`: those that count, of all."""
    ids, inner = defaultdict(list), defaultdict(list)
    for branch_id, pk, counts in found:
        ids[branch_id].append(pk)
        if counts:
            inner[branch_id].append(pk)
    return {
        branch_id: Figure(len(inner[branch_id]), len(of), tuple(sorted(of)), tuple(sorted(inner[branch_id])))
        for branch_id, of in ids.items()
    }


def listed(pairs):
    """`{branch_id: Figure}` of `(branch_id, id)` of what is counted; an id that comes twice counts once."""
    found = defaultdict(set)
    for branch_id, pk in pairs:
        found[branch_id].add(pk)
    return {branch_id: Figure(len(ids), None, tuple(sorted(ids))) for branch_id, ids in found.items()}


def stamp(line):
    """How a record reads, as 12 characters: whoever opens a filed report sees by it that a record changed."""
    return hashlib.sha256(f"{line.title}\n{line.note}".encode()).hexdigest()[:12]


def stamps(kind, user, ids):
    """The stamp of each id in turn, "" of what this person cannot see; one statement, or none without ids."""
    found = {row.pk: stamp(kind.line(row)) for row in kind.rows(user, ids)} if ids else {}
    return [found.get(pk, "") for pk in ids]
