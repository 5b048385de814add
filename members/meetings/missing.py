"""What a branch has not recorded yet in the month, quarter or year that runs (domain.md §3.2).

A help for its own officers and shown to nobody else: no list of branches is ever made of it (domain.md §7.3).
"""

from datetime import date, datetime, time
from typing import NamedTuple

from django.db.models import Exists, Max, OuterRef, Q, Subquery
from django.utils import timezone

from branches.organisation.models import Branch, number_of
from branches.rules.services import rules_on
from members.groups.models import PartyGroup
from members.meetings.models import Meeting
from members.models import Member

Kind = Meeting.Kind
ASKED = (Kind.MEMBERS, Kind.COMMITTEE, Kind.GROUP, Kind.PARTY_DAY, Kind.LECTURE, Kind.LIFE, Kind.APPRAISAL)
SPANS = {1: "本月", 3: "本季度", 12: "今年"}


class Missing(NamedTuple):
    """`kinds` are Kinds of which nothing is recorded in the span `said`."""

    said: str
    kinds: list


def missing(branch_ids, today=None):
    """`[(Branch, [Missing])]` of the branches where something is missing, in two statements; shortest span first."""
    if not branch_ids:
        return []
    today = today or timezone.localdate()
    book = rules_on(today)
    committee_from = book.number("BRANCH_COMMITTEE_FROM")
    found = []
    for branch in _with_latest(branch_ids, today):
        asked = {kind: int(book.number(f"MEETING_{kind}")) for kind in ASKED}
        if branch.full < committee_from:
            del asked[Kind.COMMITTEE]
        if not branch.has_groups:
            del asked[Kind.GROUP]
        open_ = [
            (months, kind) for kind, months in asked.items()
            if (latest := getattr(branch, f"latest_{kind.lower()}")) is None or latest < begins(today, months)
        ]
        spans = [
            Missing(SPANS.get(months, f"这 {months} 个月"), [kind for n, kind in open_ if n == months])
            for months in sorted({months for months, _ in open_})
        ]
        if spans:
            found.append((branch, spans))
    return found


def begins(today, months):
    """The first instant of the span of so many months, counted from January, that `today` lies in."""
    month = (today.month - 1) // months * months + 1
    return datetime.combine(date(today.year, month, 1), time.min, timezone.get_default_timezone())


def _with_latest(branch_ids, today):
    """Each with its number of full members, whether it has groups, and by kind when the last recorded one was."""
    there = Q(members__left_on=None) | Q(members__left_on__gt=today)
    held = Meeting.objects.held().filter(branch=OuterRef("pk")).order_by()
    newest = held.values("branch").annotate(at=Max("starts_at")).values("at")
    latest = {f"latest_{kind.lower()}": Subquery(newest.filter(kind=kind)) for kind in ASKED}
    return Branch.objects.filter(pk__in=branch_ids).annotate(
        full=number_of(Branch, "members", there & Q(members__standing=Member.Standing.FULL)),
        has_groups=Exists(PartyGroup.objects.standing().filter(branch=OuterRef("pk"))), **latest,
    )
