"""What waits for the committee today: one function a subject, each of its lines with the one button.

A subject of its own adds its function to `LINES`: it takes the `Desk`, returns a list of `Todo`, and costs one
statement however much waits.
"""

from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.urls import reverse

from appeals import explaining
from appeals.dispatching.models import Dispatch
from appeals.judging.lists import WITHIN
from appeals.judging.lists import tabs as follow_up_tabs
from appeals.supervision.models import Supervision
from appeals.workflow import ACTIVE, Level
from appeals.worklists import CONSENTED
from branches.admission.expiry import running_out
from branches.admission.models import ReportForm, standing_on
from branches.admission.policy import to_decide as forms_to_decide
from branches.admission.usage import with_use
from branches.measures.models import Measure
from branches.measures.quarters import quarter_of
from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import BRANCH_HANDLERS
from branches.organisation.terms import term_of
from branches.reports.models import Report
from members.meetings.models import Meeting
from members.models import Transfer
from xinyu_portal import clock
from xinyu_portal.todo import shared
from xinyu_portal.todo.desk import NAMED, Todo, group, groups, list_url


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
    """What the committee itself holds."""
    return shared.at_level(desk, desk.seen.filter(current__level=Level.COMMITTEE), Level.COMMITTEE, "党委")


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
    tried = desk.seen.filter(current__retry_at__isnull=False).select_related("current")
    stuck = group(tried, "current__retry_at", "pk")
    if not stuck.n:
        return []
    first = stuck.rows[0]
    return [
        Todo(
            "rotate-clockwise", f"{stuck.n} 件没能自动往下走，系统会再试",
            stuck.named([appeal.number for appeal in stuck.rows]), "看一看",
            reverse("appeals:detail", args=[first.pk]), "late",
            explaining.Chip(f"试过 {first.current.failures} 次", "late", "rotate-clockwise"),
        )
    ]


def follow_ups(desk):
    """Answered so many working days ago, and silent since: somebody should call."""
    late = {tab.key: tab for tab in follow_up_tabs(desk.calendar)}["late"]
    n = desk.seen.filter(late.condition(desk.now)).count()
    if not n:
        return []
    return [
        Todo(
            "phone", f"{n} 件等回访", f"答复满 {WITHIN} 个工作日，主播还没有评价。", "去回访",
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
    filed = group(Report.objects.filter(state=Report.State.FILED).select_related("branch"), "filed_at", "pk")
    if not filed.n:
        return []
    names = "、".join(dict.fromkeys(shared.marked(report.branch) for report in filed.rows))
    url = f"{reverse('reports:list')}?state=filed"
    if filed.n == 1:
        url = reverse("reports:detail", args=[filed.rows[0].pk])
    more = " 等" if filed.n > len(filed.rows) else ""
    return [Todo("file-text", f"{filed.n} 份报表等看", f"{names}{more}", "去看", url)]


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
    asked = ReportForm.objects.filter(Q(state=ReportForm.State.PROPOSED) | standing_on(desk.today))
    found = groups(
        with_use(asked, desk.now, desk.today), "pk", waiting=forms_to_decide(desk.user),
        ending=running_out(desk.today, desk.book), unused=Q(unused__gt=0),
    )
    said = (
        ("waiting", "shield-check", "张报表等您审批", "amber", "去审批", "?show=proposed"),
        ("ending", "calendar", "张报表快到期", "amber", "去续期", ""),
        ("unused", "ban", "张报表没人用，建议取消", "", "去看", ""),
    )
    return [
        Todo(
            icon, f"{found[name].n} {title}", found[name].titles, button,
            shared.one_or_all(found[name].rows, "admission", query), face,
        )
        for name, icon, title, face, button, query in said if found[name].n
    ]


def measures(desk):
    """Measures past their day, and those that the list shows as without progress this quarter."""
    rows = list(Measure.objects.with_told(quarter_of(desk.today)))
    overdue_, still = [row for row in rows if row.is_overdue], [row for row in rows if row.is_still]
    found = (
        (overdue_, "flag", f"{len(overdue_)} 条举措过了完成时限", "amber", "去看", ""),
        (still, "flag", f"{len(still)} 条举措本季度还没有进展", "", "去写", "?show=still"),
    )
    return [
        Todo(icon, title, "、".join(map(str, group[:NAMED])), button, shared.one_or_all(group, "measures", query), face)
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
        Todo(icon, title, "、".join(map(shared.marked, group[:NAMED])), "看组织架构", reverse("members:tree"), "amber")
        for group, icon, title in found if group
    ]


def dispatches(desk):
    """Units that did not reply by their day, each with its link; the rest behind one line."""
    late = Dispatch.objects.open().filter(due_at__lt=desk.now, appeal__in=desk.seen)
    unanswered = group(late.select_related("partner", "appeal"), "due_at", "pk")
    found = [
        Todo(
            "building-community", f"{row.partner.name}过期没有回复派单", row.appeal.title, "去催",
            f"{reverse('appeals:detail', args=[row.appeal_id])}#dispatches", "late",
            shared.time_chip(desk, row.due_at), [row.partner],
        )
        for row in unanswered.rows
    ]
    everything = reverse("appeals:dispatches")
    return found + shared.the_rest(unanswered, "份派单过期没有回复", "building-community", everything)


def cards_without_sheet(desk):
    """A yellow card asks for a 督办单: the stage that got one has none yet."""
    sheets = Supervision.objects.filter(stage=OuterRef("current"))
    carded = desk.seen.filter(status__in=ACTIVE, current__level=Level.COMMITTEE, current__yellow_fired__gt=0)
    bare = group(carded.filter(~Exists(sheets)).select_related("current"), "current__deadline_at", "pk")
    found = [
        Todo(
            "file-certificate", f"亮了{'红' if row.current.red_fired else '黄'}牌，还没有发督办单", row.title,
            "发督办单", f"{reverse('appeals:detail', args=[row.pk])}?act=supervise#more", "late",
            explaining.chip(row, desk.now, desk.calendar),
        )
        for row in bare.rows
    ]
    everything = list_url(tab="late", level=Level.COMMITTEE)
    return found + shared.the_rest(bare, "件亮了牌，还没有发督办单", "file-certificate", everything)


def sheets_unanswered(desk):
    """督办单 past their day."""
    late = Supervision.objects.open().filter(due_at__lt=desk.now, appeal__in=desk.seen)
    unanswered = group(late.select_related("appeal"), "due_at", "pk")
    found = [
        Todo(
            "file-certificate", f"督办单 {row.number} 过期没有回复", row.appeal.title, "去看",
            reverse("appeals:sheet", args=[row.pk]), "late", shared.time_chip(desk, row.due_at),
        )
        for row in unanswered.rows
    ]
    return found + shared.the_rest(unanswered, "张督办单过期没有回复", "file-certificate", reverse("appeals:sheets"))


# In this order within one face; what is late stands first.
LINES = (
    clock_held,
    at_committee,
    shared.requests,
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
