"""The committee's first page: what needs somebody now, then the counts, then the chain by level."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Exists, OuterRef, Q
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from appeals import explaining, statistics
from appeals.models import Appeal, Event
from appeals.querysets import overdue, soon_overdue
from appeals.workflow import ACTIVE, LADDER, Level, Outcome, Status, Verb
from branches.calendar.services import current_calendar
from branches.organisation.models import Branch, Post
from branches.organisation.policy import BRANCH_HANDLERS, hats
from branches.reports.models import Report

NAMED = 3  # so many titles stand in one line of the to-do
HELPED = (Outcome.RESOLVED, Outcome.PARTLY, Outcome.EXPLAINED)
MOVES_UP = (Verb.HAND_UP, Verb.ESCALATE)
READ = 60  # rows read for the to-do: the list behind the button has them all


@dataclass(frozen=True)
class Todo:
    """One line of the to-do: what, which, until when, and the one button. `face` is late, amber or nothing."""

    icon: str
    title: str
    detail: str
    button: str
    url: str
    face: str = ""
    chip: explaining.Chip | None = None
    demo: list = field(default_factory=list)


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
def committee(request):
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied("这一页是给市行业党委的。")
    now, seen = timezone.now(), Appeal.objects.visible_to(request.user)
    tallies = _tallies(seen, now)
    todo = [*_at_committee(seen, now, tallies), *_vacant(seen), *_stepped_aside(seen), *_reports()]
    context = {
        "today": timezone.localtime(now), "todo": sorted(todo, key=lambda one: ORDER.index(one.face)),
        "figures": _figures(tallies), "how": [share.how for share in statistics.SHARES],
        "due": _total(tallies, "due"), "nodes": _nodes(seen, now, tallies), "ended": _ended(tallies),
        "open": _total(tallies, "open"), "submitted": _total(tallies, "submitted"),
        "closed": _total(tallies, "closed_lately"), "few": statistics.FEW,
    }
    return render(request, "portal/committee.html", context)


ORDER = ("late", "amber", "")


def _tallies(seen, now):
    """`{level: {what: n}}` of everything counted on the page, in one statement."""
    since = now - statistics.PERIOD
    wanted = {
        "open": Q(status__in=ACTIVE), "soon": soon_overdue(now), "late": overdue(now),
        "waiting": Q(status=Status.SUBMITTED), "submitted": Q(submitted_at__gt=since),
        "closed_lately": Q(status=Status.CLOSED, closed_at__gt=since), **statistics.conditions(now),
    }
    wanted["ended"] = wanted["closed_lately"] & Q(outcome__in=HELPED)
    rows = seen.order_by().values("current__level").annotate(
        **{f"n_{name}": Count("pk", filter=condition) for name, condition in wanted.items()}
    )
    found = {row["current__level"]: row for row in rows}
    return {level: {name: found.get(level, {}).get(f"n_{name}", 0) for name in wanted} for level in LADDER}


def _total(tallies, name):
    return sum(tally[name] for tally in tallies.values())


def _at_committee(seen, now, tallies):
    """Overdue, waiting and soon overdue at the committee itself: one line each, nearest first."""
    here = seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE)
    pressing = here.filter(overdue(now) | soon_overdue(now) | Q(status=Status.SUBMITTED))
    rows = list(pressing.select_related("current").order_by("current__deadline_at")[:READ])
    late = [row for row in rows if row.current.deadline_at < now]
    waiting = [row for row in rows if row not in late and row.status == Status.SUBMITTED]
    soon = [row for row in rows if row not in late and row.status == Status.HANDLING]
    tally, calendar = tallies[Level.COMMITTEE], current_calendar()
    found = (
        (late, "alert-triangle", f"{tally['late']} 件在党委超时{_cards(late)}", "late", "late", "去办"),
        (waiting, "inbox", f"{len(waiting)} 件等党委接单", "amber", "waiting", "接单"),
        (soon, "hourglass-empty", f"{len(soon)} 件在党委即将超时", "amber", "soon", "去办"),
    )
    return [
        Todo(
            icon, title, _titles(group), button, _list_url(tab=tab, level=Level.COMMITTEE), face,
            explaining.chip(group[0], now, calendar),
        )
        for group, icon, title, face, tab, button in found if group
    ]


def _cards(late):
    yellow, red = (sum(getattr(row.current, f"{card}_fired") > 0 for row in late) for card in ("yellow", "red"))
    return f"，已亮黄牌，其中红牌 {red} 件" if red else "，已亮黄牌" if yellow else ""


def _titles(rows):
    shown = "、".join(row.title for row in rows[:NAMED])
    return f"{shown} 等" if len(rows) > NAMED else shown


def _list_url(**query):
    return f"{reverse('appeals:list')}?{urlencode(query)}"


def _vacant(seen):
    """Branches without anybody who may take an appeal: the chain passes them over."""
    handlers = Post.objects.current().filter(branch=OuterRef("pk"), role__in=BRANCH_HANDLERS)
    here = Q(appeals__in=seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE))
    branches = Branch.objects.filter(~Exists(handlers)).annotate(arrived=Count("appeals", filter=here))
    return [
        Todo(
            "user-off", f"{branch.name}没有人接单，诉求直接到党委",
            f"{f'现在有 {branch.arrived} 件在党委。' if branch.arrived else ''}补上书记或组织委员，诉求就不再跳级。",
            "看支部", reverse("branches:detail", args=[branch.pk]), "late",
            explaining.Chip("空缺", "late", "user-off"), [branch],
        )
        for branch in branches
    ]


def _stepped_aside(seen):
    """Rows that the clock could not move; it tries again by itself, but somebody should know."""
    stuck = list(
        seen.filter(current__retry_at__isnull=False).select_related("current").order_by("current__retry_at")[:READ]
    )
    if not stuck:
        return []
    first = stuck[0]
    return [
        Todo(
            "rotate-clockwise", f"{len(stuck)} 件没能自动往下走，系统会再试",
            "、".join(appeal.number for appeal in stuck[:NAMED]), "看一看",
            reverse("appeals:detail", args=[first.pk]), "late",
            explaining.Chip(f"试过 {first.current.failures} 次", "late", "rotate-clockwise"),
        )
    ]


def _reports():
    """Monthly reports that were filed and that nobody here has looked at."""
    reports = list(
        Report.objects.filter(state=Report.State.FILED, seen_at=None).select_related("branch").order_by("filed_at")
    )
    if not reports:
        return []
    names = "、".join(dict.fromkeys(_marked(report.branch) for report in reports))
    url = reverse("reports:detail", args=[reports[0].pk]) if len(reports) == 1 else reverse("reports:list")
    return [Todo("file-text", f"{len(reports)} 份月报等看", names, "去看", url)]


def _marked(branch):
    return f"{branch.short_name}（演示）" if branch.is_demo else branch.short_name


def _figures(tallies):
    now_open = _total(tallies, "open")
    found = [Figure("在办", str(now_open), "件", [(f"看 {now_open} 件", _list_url(tab="open"))])]
    for share in statistics.SHARES:
        n, of = _total(tallies, share.numerator), _total(tallies, share.denominator)
        percent = statistics.percent(n, of)
        value, unit = (percent, "%") if percent else (str(n), f"件，共 {of} 件") if of else ("", "")
        links = [(str(n), _figure_url(share.numerator)), (f"{of} {share.of}".strip(), _figure_url(share.denominator))]
        found.append(Figure(share.label, value, unit, links if of else []))
    return found


def _figure_url(key):
    return _list_url(tab="figure", figure=key)


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
