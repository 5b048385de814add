"""The committee's first page: what needs somebody now, then the counts, then the chain by level."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from appeals import statistics
from appeals.models import Appeal, Event
from appeals.querysets import overdue, soon_overdue
from appeals.workflow import ACTIVE, LADDER, Level, Outcome, Status, Verb
from branches.organisation.policy import hats
from xinyu_portal.todo.committee import LINES
from xinyu_portal.todo.desk import Desk, lines, list_url

HELPED = (Outcome.RESOLVED, Outcome.PARTLY, Outcome.EXPLAINED)
MOVES_UP = (Verb.HAND_UP, Verb.ESCALATE)


@dataclass(frozen=True)
class Figure:
    label: str
    value: str
    unit: str
    links: list


@dataclass(frozen=True)
class Node:
    """A level of the chain: what is there now, and in words what came up from below in 30 days."""

    label: str
    open: int
    soon: int
    late: int
    came: tuple


@dataclass(frozen=True)
class Ended:
    label: str
    n: int
    percent: int


@require_safe
def committee_home(request):
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied("这一页是给市行业党委的。")
    now, seen = timezone.now(), Appeal.objects.visible_to(request.user)
    tallies = _tallies(seen, now)
    context = {
        "today": timezone.localtime(now), "todo": lines(Desk(request.user, now), LINES),
        "figures": _figures(tallies), "how": [share.how for share in statistics.FRONT],
        "due": _total(tallies, "due"), "nodes": _nodes(seen, now, tallies), "ended": _ended(tallies),
        "open": _total(tallies, "open"), "submitted": _total(tallies, "submitted"),
        "closed": _total(tallies, "closed_lately"), "few": statistics.FEW,
    }
    return render(request, "portal/committee.html", context)


def _tallies(seen, now):
    """`{level: {what: n}}` of everything counted on the page, in one statement."""
    since = now - statistics.PERIOD
    wanted = {
        "open": Q(status__in=ACTIVE), "soon": soon_overdue(now), "late": overdue(now),
        "waiting": Q(status=Status.SUBMITTED), "submitted": Q(submitted_at__gt=since),
        "closed_lately": Q(status=Status.CLOSED, closed_at__gt=since), **_shown(now),
    }
    wanted["ended"] = wanted["closed_lately"] & Q(outcome__in=HELPED)
    rows = seen.order_by().values("current__level").annotate(
        **{f"n_{name}": Count("pk", filter=condition) for name, condition in wanted.items()}
    )
    found = {row["current__level"]: row for row in rows}
    return {level: {name: found.get(level, {}).get(f"n_{name}", 0) for name in wanted} for level in LADDER}


def _total(tallies, name):
    return sum(tally[name] for tally in tallies.values())


def _figures(tallies):
    now_open = _total(tallies, "open")
    found = [Figure("在办", str(now_open), "件", [(f"看 {now_open} 件", list_url(tab="open"))])]
    for share in statistics.FRONT:
        n, of = _total(tallies, share.numerator), _total(tallies, share.denominator)
        percent = statistics.percent(n, of)
        value, unit = (percent, "%") if percent else (str(n), f"件，共 {of} 件") if of else ("", "")
        links = [(str(n), _figure_url(share.numerator)), (f"{of} {share.of}".strip(), _figure_url(share.denominator))]
        found.append(Figure(share.label, value, unit, links if of else []))
    return found


def _shown(now):
    """The conditions of the figures on this page alone."""
    known = statistics.conditions(now)
    return {key: known[key] for share in statistics.FRONT for key in (share.denominator, share.numerator)}


def _figure_url(key):
    return list_url(tab="figure", figure=key)


def _nodes(seen, now, tallies):
    moves = dict.fromkeys(((level, verb) for level in LADDER for verb in MOVES_UP), 0)
    from_contact_to_contact = Q(level=Level.MEMBER, facts__to=Level.MEMBER)
    counted = (
        Event.objects.filter(~from_contact_to_contact, verb__in=MOVES_UP, at__gt=now - statistics.PERIOD)
        .filter(appeal__in=seen).order_by().values_list("level", "verb").annotate(n=Count("pk"))
    )
    moves |= {(level, verb): n for level, verb, n in counted}
    return [
        Node(
            "党委" if level == Level.COMMITTEE else level.label,
            *(tallies[level][name] for name in ("open", "soon", "late")),
            () if below is None else (f"上交 {moves[below, Verb.HAND_UP]}", f"自动 {moves[below, Verb.ESCALATE]}"),
        )
        for below, level in zip((None, *LADDER), LADDER, strict=False)
    ]


def _ended(tallies):
    """Where the appeals closed in 30 days were answered, as bars of the whole."""
    total = _total(tallies, "ended")
    return [
        Ended(
            "党委" if level == Level.COMMITTEE else level.label, tallies[level]["ended"],
            round(100 * tallies[level]["ended"] / total) if total else 0,
        )
        for level in LADDER
    ]
