"""What a branch has not recorded yet in the month, quarter or year that runs (domain.md §3.2).

A help for its own officers and shown to nobody else: no list of branches is ever made of it (domain.md §7.3).
"""

from collections import defaultdict
from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from branches.organisation.models import Branch, number_of
from branches.organisation.terms import months_later
from branches.rules.services import rules_on
from members.groups.models import PartyGroup
from members.meetings.models import Meeting
from members.models import Member

Kind = Meeting.Kind
ASKED = (Kind.MEMBERS, Kind.COMMITTEE, Kind.GROUP, Kind.PARTY_DAY, Kind.LECTURE, Kind.LIFE, Kind.APPRAISAL)
WITHOUT_MEMBERS = (Kind.PARTY_DAY, Kind.LECTURE)  # open to who takes part: all that a 功能型党支部 is asked for
SPANS = {1: "本月", 3: "本季度", 12: "今年"}


class Planned(NamedTuple):
    """The next meeting of a kind that has its day already."""

    pk: int
    starts_at: datetime


class Asked(NamedTuple):
    """A Kind, and of 党小组会 whose."""

    kind: str
    group: PartyGroup | None = None
    planned: Planned | None = None

    @property
    def label(self):
        return f"{self.kind.label}（{self.group.name}）" if self.group else self.kind.label


class Missing(NamedTuple):
    """`asked` is of what nothing is recorded in the span `said`."""

    said: str
    asked: list


def missing(branch_ids, today=None):
    """`[(Branch, [Missing])]` of the branches where something is missing, shortest span first.

    In two statements, and one for the groups where there are any.
    """
    if not branch_ids:
        return []
    today = today or timezone.localdate()
    book = rules_on(today)
    asked = {kind: int(book.number(f"MEETING_{kind}")) for kind in ASKED}
    committee_from, branches = book.number("BRANCH_COMMITTEE_FROM"), list(_with_latest(branch_ids, today))
    groups, found = _groups([branch.pk for branch in branches if branch.has_groups], today), []
    ends = {kind: _ends(today, months) for kind, months in asked.items()}
    for branch in branches:
        latest = _latest(branch, groups[branch.pk], committee_from, ends)
        open_ = [one for one, at in latest.items() if at is None or at < begins(today, asked[one.kind])]
        spans = [
            Missing(SPANS.get(months, f"这 {months} 个月"), [one for one in open_ if asked[one.kind] == months])
            for months in sorted({asked[one.kind] for one in open_})
        ]
        if spans:
            found.append((branch, spans))
    return found


def begins(today, months):
    """The first instant of the span of so many months, counted from January, that `today` lies in."""
    month = (today.month - 1) // months * months + 1
    return _midnight(date(today.year, month, 1))


def _ends(today, months):
    """The first instant after it."""
    return _midnight(months_later(begins(today, months).date(), months))


def _midnight(day):
    return datetime.combine(day, time.min, timezone.get_default_timezone())


def _latest(branch, groups, committee_from, ends):
    """`{Asked: when the last one was, or None}` of whatever this branch is asked for, in the order of ASKED.

    What is planned for after the end of its span does not help this one.
    """
    found = {}
    for kind in ASKED if branch.holds_relations else WITHOUT_MEMBERS:
        if kind == Kind.GROUP:
            found |= {Asked(kind, group, _planned(group, kind, ends)): group.latest for group in groups}
        elif kind != Kind.COMMITTEE or branch.full >= committee_from:
            found[Asked(kind, planned=_planned(branch, kind, ends))] = getattr(branch, f"latest_{kind.lower()}")
    return found


def _groups(branch_ids, today):
    """`{branch: [PartyGroup]}`, those that stand: each with its last recorded meeting and the next that is planned."""
    held = Q(meetings__kind=Kind.GROUP, meetings__state__in=Meeting.HELD)
    standing = PartyGroup.objects.standing().filter(branch__in=branch_ids)
    found = defaultdict(list)
    coming = _coming(Kind.GROUP, today, group=OuterRef("pk"))
    for group in standing.annotate(latest=Max("meetings__starts_at", filter=held), **coming):
        found[group.branch_id].append(group)
    return found


def _coming(kind, today, **whose):
    """Annotations of the next meeting of a kind that is planned for this day or a later one; read by `_planned`."""
    coming = Meeting.objects.filter(
        kind=kind, state=Meeting.State.PLANNED, starts_at__gte=_midnight(today), **whose
    ).order_by("starts_at", "pk")
    return {f"next_{kind.lower()}_{name}": Subquery(coming.values(name)[:1]) for name in Planned._fields}


def _planned(row, kind, ends):
    found = Planned(*(getattr(row, f"next_{kind.lower()}_{name}") for name in Planned._fields))
    return found if found.pk and found.starts_at < ends[kind] else None


def _with_latest(branch_ids, today):
    """Each with its full members, whether it has groups, and by kind the last that was recorded and the next planned.

    The next ones stand in the same statement: the first page of a branch asks for enough already.
    """
    there = Q(members__left_on=None) | Q(members__left_on__gt=today)
    held = Meeting.objects.held().filter(branch=OuterRef("pk")).order_by()
    newest = held.values("branch").annotate(at=Max("starts_at")).values("at")
    columns = {}
    for kind in (one for one in ASKED if one != Kind.GROUP):
        columns[f"latest_{kind.lower()}"] = Subquery(newest.filter(kind=kind))
        columns |= _coming(kind, today, branch=OuterRef("pk"))
    return Branch.objects.filter(pk__in=branch_ids).annotate(
        full=number_of(Branch, "members", there & Q(members__standing=Member.Standing.FULL)),
        has_groups=Exists(PartyGroup.objects.standing().filter(branch=OuterRef("pk"))), **columns,
    )
