"""What waits for the committee today: one function a subject, each of its lines with the one button.

A subject of its own adds its function to `LINES`: it takes the `Desk`, returns a list of `Todo`, and costs one
statement however much waits.
"""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from appeals import explaining
from appeals.dispatching.models import Dispatch
from appeals.judging.lists import tabs as follow_up_tabs
from appeals.models import Appeal
from appeals.negotiation.models import Request
from appeals.negotiation.policy import to_decide
from appeals.querysets import overdue, soon_overdue
from appeals.supervision.models import Supervision
from appeals.workflow import ACTIVE, Level, Status
from appeals.worklists import CONSENTED
from branches.admission import policy as admission
from branches.admission.expiry import days_left, with_reminder
from branches.admission.models import OPEN, ReportForm, standing_on
from branches.admission.usage import with_use
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.measures.models import Measure, Progress
from branches.measures.quarters import quarter_of
from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import BRANCH_HANDLERS
from branches.organisation.terms import term_of
from branches.reports.models import Report
from branches.rules.services import rules_on
from members.meetings.models import Meeting
from members.models import Transfer
from xinyu_portal import clock

NAMED = 3  # so many titles stand in one line
READ = 60  # rows read for one line: the list behind the button has them all
ORDER = ("late", "amber", "")


@dataclass(frozen=True)
class Todo:
    """One line: what, which, until when, and the one button. `face` is late, amber or nothing."""

    icon: str
    title: str
    detail: str
    button: str
    url: str
    face: str = ""
    chip: explaining.Chip | None = None
    demo: list = field(default_factory=list)


class Desk:
    """Whose first page it is, and when; `late` is how many are overdue at the committee, as the page counted."""

    def __init__(self, user, now: datetime, *, late: int):
        self.user, self.now, self.late = user, now, late
        self.seen, self.calendar = Appeal.objects.visible_to(user), current_calendar()
        self.today = timezone.localdate(now)

    @cached_property
    def book(self):
        """The numbers of the rules in force today."""
        return rules_on(self.today)


def lines(desk):
    """Every line there is today, what is late first."""
    found = [line for of_subject in LINES for line in of_subject(desk)]
    return sorted(found, key=lambda one: ORDER.index(one.face))


def list_url(**query):
    return f"{reverse('appeals:list')}?{urlencode(query)}"


def titles(rows):
    shown = "、".join(row.title for row in rows[:NAMED])
    return f"{shown} 等" if len(rows) > NAMED else shown


def clock_held(desk):
    """The wall clock jumped: nothing goes up by itself until a leader has looked at it (design §5)."""
    row = clock.held()
    if row is None:
        return []
    return [
        Todo(
            "alert-triangle", "系统时间跳了，到点提醒和自动转单都停着",
            "看一看时间对不对，由书记、副书记确认以后接着走。",
            "看时钟", reverse("clock"), "late", explaining.Chip("已停下", "late", "alert-triangle"),
        )
    ]


def at_committee(desk):
    """Overdue, waiting and soon overdue at the committee itself: one line each, nearest first."""
    now = desk.now
    here = desk.seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE)
    pressing = here.filter(overdue(now) | soon_overdue(now) | Q(status=Status.SUBMITTED))
    rows = list(pressing.select_related("current").order_by("current__deadline_at")[:READ])
    late = [row for row in rows if row.current.deadline_at < now]
    waiting = [row for row in rows if row not in late and row.status == Status.SUBMITTED]
    soon = [row for row in rows if row not in late and row.status == Status.HANDLING]
    found = (
        (late, "alert-triangle", f"{desk.late} 件在党委超时{_cards(late)}", "late", "late", "去办"),
        (waiting, "inbox", f"{len(waiting)} 件等党委接单", "amber", "waiting", "接单"),
        (soon, "hourglass-empty", f"{len(soon)} 件在党委即将超时", "amber", "soon", "去办"),
    )
    return [
        Todo(
            icon, title, titles(group), button, list_url(tab=tab, level=Level.COMMITTEE), face,
            explaining.chip(group[0], now, desk.calendar),
        )
        for group, icon, title, face, tab, button in found if group
    ]


def _cards(late):
    yellow, red = (sum(getattr(row.current, f"{card}_fired") > 0 for row in late) for card in ("yellow", "red"))
    return f"，已亮黄牌，其中红牌 {red} 件" if red else "，已亮黄牌" if yellow else ""


def requests(desk):
    """What this person may decide: returns, extensions, drafted answers; one leads to its page, more to a list."""
    found = to_decide(desk.user).filter(appeal__in=desk.seen)
    waiting = list(found.select_related("appeal").order_by("due_at")[:READ])
    if not waiting:
        return []
    first = waiting[0]
    shown = "、".join(f"{one.get_kind_display()}“{one.appeal.title}”" for one in waiting[:NAMED])
    part = "release" if first.kind == Request.Kind.RELEASE else "more"
    url = f"{reverse('appeals:detail', args=[first.appeal_id])}#{part}" if len(waiting) == 1 else list_url(tab="asked")
    return [
        Todo(
            "gavel", f"{len(waiting)} 件等您审核", f"{shown} 等" if len(waiting) > NAMED else shown, "去审", url,
            "amber", explaining.Chip(f"{worktime.by(first.due_at, desk.now)}审", "amber"),
        )
    ]


def vacant(desk):
    """Branches without anybody who may take an appeal: the chain passes them over."""
    handlers = Post.objects.current().filter(branch=OuterRef("pk"), role__in=BRANCH_HANDLERS)
    here = Q(appeals__in=desk.seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE))
    branches = Branch.objects.filter(~Exists(handlers)).annotate(arrived=Count("appeals", filter=here))
    branches = branches.order_by("pk")
    return [
        Todo(
            "user-off", f"{branch.name}没有人接单，诉求直接到党委",
            f"{f'现在有 {branch.arrived} 件在党委。' if branch.arrived else ''}补上书记或组织委员，诉求就不再跳级。",
            "看支部", reverse("branches:detail", args=[branch.pk]), "late",
            explaining.Chip("空缺", "late", "user-off"), [branch],
        )
        for branch in branches
    ]


def stepped_aside(desk):
    """Rows that the clock could not move; it tries again by itself, but somebody should know."""
    stuck = list(
        desk.seen.filter(current__retry_at__isnull=False).select_related("current").order_by("current__retry_at")[:READ]
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


def follow_ups(desk):
    """Answered three working days ago, and silent since: somebody should call."""
    late = {tab.key: tab for tab in follow_up_tabs(desk.calendar)}["late"]
    n = desk.seen.filter(late.condition(desk.now)).count()
    if not n:
        return []
    return [
        Todo(
            "phone", f"{n} 件等回访", "答复满 3 个工作日，主播还没有评价。", "去回访",
            f"{reverse('appeals:follow_ups')}?tab=late",
        )
    ]


def publications(desk):
    """Answers that the anchor agreed to have made public, and that nobody has written anew yet."""
    n = desk.seen.filter(CONSENTED.condition(desk.now)).count()
    if not n:
        return []
    return [
        Todo("messages", f"{n} 件可以公开答复", "主播同意了，还没有人重新写过。", "去写", list_url(tab=CONSENTED.key))
    ]


def reports(desk):
    """Reports that were filed and that nobody here has looked over."""
    filed = list(Report.objects.filter(state=Report.State.FILED).select_related("branch").order_by("filed_at")[:READ])
    if not filed:
        return []
    names = "、".join(dict.fromkeys(_marked(report.branch) for report in filed))
    alone = len(filed) == 1
    url = reverse("reports:detail", args=[filed[0].pk]) if alone else f"{reverse('reports:list')}?state=filed"
    return [Todo("file-text", f"{len(filed)} 份报表等看", names, "去看", url)]


def minutes(desk):
    """Minutes of branches that nobody here has looked at."""
    n = Meeting.objects.filter(state=Meeting.State.RECORDED).count()
    if not n:
        return []
    url = f"{reverse('meetings:list')}?state={Meeting.State.RECORDED}"
    return [Todo("calendar-event", f"{n} 份会议记录等看", "看过就收下，缺东西的退回去补。", "去看", url)]


def letters(desk):
    """Letters of transfer past their last day: the old organisation is still responsible (domain.md §3.4)."""
    n = Transfer.objects.open().filter(valid_until__lt=desk.today).count()
    if not n:
        return []
    return [
        Todo(
            "arrows-exchange", f"{n} 封组织关系介绍信过期，还没有办完", "办完以前仍由原支部负责。", "去看",
            f"{reverse('members:list')}?show=moving", "amber",
        )
    ]


def forms(desk):
    """Forms that wait for this person's word, that run out, and that nobody uses (准入)."""
    renewed = ReportForm.objects.filter(renews=OuterRef("pk"), state__in=OPEN)
    asked = ReportForm.objects.filter(Q(state=ReportForm.State.PROPOSED) | standing_on(desk.today))
    asked = with_use(with_reminder(asked, desk.today), desk.now, desk.today)
    rows = list(asked.annotate(renewed=Exists(renewed)).order_by("pk")[:READ])
    waiting = [
        row for row in rows  # what came with the portal waits in the list until somebody asks for it
        if row.state == ReportForm.State.PROPOSED and row.entered_by_id and admission.may(desk.user, "decide", row)
    ]
    ending = [row for row in rows if not row.renewed and days_left(row, desk.today) is not None]
    unused = [row for row in rows if row.unused]
    found = (
        (waiting, "shield-check", f"{len(waiting)} 张报表等您审批", "amber", "去审批", "?show=proposed"),
        (ending, "calendar", f"{len(ending)} 张报表快到期", "amber", "去续期", ""),
        (unused, "ban", f"{len(unused)} 张报表没人用，建议取消", "", "去看", ""),
    )
    return [
        Todo(icon, title, titles(group), button, _one_or_all(group, "admission", query), face)
        for group, icon, title, face, button, query in found if group
    ]


def _one_or_all(rows, app, query=""):
    """The page of the only row, or the list."""
    return reverse(f"{app}:detail", args=[rows[0].pk]) if len(rows) == 1 else reverse(f"{app}:list") + query


def measures(desk):
    """Measures past their day, and those under way of which nobody has told anything this quarter.

    Of what has no published words and has not begun nobody is asked.
    """
    told = Progress.objects.filter(measure=OuterRef("pk"), quarter=quarter_of(desk.today))
    rows = list(Measure.objects.exclude(state=Measure.State.DONE).annotate(told=Exists(told)))
    overdue_, begun = [row for row in rows if row.is_overdue], (Measure.State.MOVING, Measure.State.LASTING)
    still = [row for row in rows if not row.told and (row.text or row.state in begun)]
    found = (
        (overdue_, "flag", f"{len(overdue_)} 条举措过了完成时限", "amber", "去看", ""),
        (still, "flag", f"{len(still)} 条举措本季度还没有进展", "", "去写", "?show=still"),
    )
    return [
        Todo(icon, title, "、".join(map(str, group[:NAMED])), button, _one_or_all(group, "measures", query), face)
        for group, icon, title, face, button, query in found if group
    ]


def organisation(desk):
    """Branches whose term ends soon, and those that have been without a secretary for too long (domain.md §3.1)."""
    secretaries = Post.objects.filter(branch=OuterRef("pk"), role=Role.SECRETARY)
    handled = Post.objects.current(desk.today).filter(branch=OuterRef("pk"), role__in=BRANCH_HANDLERS)
    branches = Branch.objects.annotate(
        led=Exists(secretaries.current(desk.today)), handled=Exists(handled),
        last=Subquery(secretaries.filter(until__lt=desk.today).order_by("-until").values("until")[:1]),
    )
    ending, empty = [], []
    for branch in branches.filter(established_on__lte=desk.today):
        term = term_of(branch, desk.book, desk.today)
        if term and term.near:
            ending.append(branch)
        days = (desk.today - (branch.last or branch.established_on)).days
        if branch.handled and not branch.led and days > desk.book.number("SECRETARY_VACANT"):
            empty.append(branch)
    found = (
        (empty, "user-question", f"{len(empty)} 个支部书记空缺超过 {desk.book.number('SECRETARY_VACANT'):.0f} 天"),
        (ending, "calendar", f"{len(ending)} 个支部该准备换届"),
    )
    return [
        Todo(icon, title, "、".join(map(_marked, group[:NAMED])), "看组织架构", reverse("members:tree"), "amber")
        for group, icon, title in found if group
    ]


def _marked(branch):
    return f"{branch.short_name}（演示）" if branch.is_demo else branch.short_name


def dispatches(desk):
    """Units that did not reply by their day, each with its link; the rest behind one line."""
    late = Dispatch.objects.open().filter(due_at__lt=desk.now, appeal__in=desk.seen)
    rows = list(late.select_related("partner", "appeal").order_by("due_at", "pk")[:READ])
    found = [
        Todo(
            "building-community", f"{row.partner.name}过期没有回复派单", row.appeal.title, "去催",
            f"{reverse('appeals:detail', args=[row.appeal_id])}#dispatches", "late", _overdue(desk, row.due_at),
            [row.partner],
        )
        for row in rows[:NAMED]
    ]
    return found + _rest(rows, "份派单过期没有回复", "building-community", reverse("appeals:dispatches"))


def cards_without_sheet(desk):
    """A yellow card asks for a 督办单: the stage that got one has none yet."""
    sheets = Supervision.objects.filter(stage=OuterRef("current"))
    carded = desk.seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE, current__yellow_fired__gt=0)
    rows = list(carded.filter(~Exists(sheets)).select_related("current").order_by("current__deadline_at")[:READ])
    found = [
        Todo(
            "file-certificate", "亮了黄牌，还没有发督办单", row.title, "发督办单",
            f"{reverse('appeals:detail', args=[row.pk])}?act=supervise#more", "late",
            explaining.chip(row, desk.now, desk.calendar),
        )
        for row in rows[:NAMED]
    ]
    everything = list_url(tab="late", level=Level.COMMITTEE)
    return found + _rest(rows, "件亮了黄牌，还没有发督办单", "file-certificate", everything)


def sheets_unanswered(desk):
    """督办单 past their day."""
    late = Supervision.objects.open().filter(due_at__lt=desk.now, appeal__in=desk.seen)
    rows = list(late.select_related("appeal").order_by("due_at", "pk")[:READ])
    found = [
        Todo(
            "file-certificate", f"督办单 {row.number} 过期没有回复", row.appeal.title, "去看",
            reverse("appeals:sheet", args=[row.pk]), "late", _overdue(desk, row.due_at),
        )
        for row in rows[:NAMED]
    ]
    return found + _rest(rows, "张督办单过期没有回复", "file-certificate", reverse("appeals:sheets"))


def _overdue(desk, due_at):
    return explaining.Chip(worktime.time_left(desk.calendar, desk.now, due_at).text, "late")


def _rest(rows, what, icon, url):
    """One line for what did not get its own."""
    more = len(rows) - NAMED
    return [Todo(icon, f"还有 {more} {what}", "", "看全部", url, "late")] if more > 0 else []


# In this order within one face; what is late stands first.
LINES = (
    clock_held,
    at_committee,
    requests,
    vacant,
    stepped_aside,
    dispatches,
    cards_without_sheet,
    sheets_unanswered,
    follow_ups,
    publications,
    reports,
    minutes,
    letters,
    forms,
    organisation,
    measures,
)
