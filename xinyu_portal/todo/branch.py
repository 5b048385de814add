"""What waits for a branch today, on the first page of whoever holds an office of it.

Built as `committee`. A line that leads to a verb stands only for who may do it; several branches of one person share
their lines. Of people it says how many, never who (domain.md §9.4).
"""

from django.db.models import Count, F, Q
from django.urls import reverse

from anchors.contacts.models import ContactWish
from anchors.newcomers.models import Newcomer
from appeals.supervision.models import Supervision
from appeals.workflow import Level
from branches.organisation.terms import term_of
from branches.reports.models import Report
from members.dues.models import Dues
from members.dues.sweeps import STUDY
from members.meetings.models import Meeting
from members.meetings.unrecorded import to_record
from members.models import Transfer
from xinyu_portal.todo import shared
from xinyu_portal.todo.desk import Todo, group, groups


def at_branch(desk):
    """What the branch itself holds."""
    held = Q(current__level=Level.BRANCH, current__branch__in=desk.worn.handles_for_branches)
    return shared.at_level(desk, desk.seen.filter(held), Level.BRANCH, "支部")


def sheets(desk):
    """督办单 that the branch has to answer, each with its day."""
    asked = Q(stage=F("appeal__current"), stage__level=Level.BRANCH, stage__branch__in=desk.worn.handles_for_branches)
    open_ = Supervision.objects.visible_to(desk.user).open().filter(asked)
    waiting = group(open_.select_related("appeal"), "due_at", "pk")
    found = [
        Todo(
            "file-certificate", f"督办单 {row.number} 等回复", row.appeal.title, "去回复",
            reverse("appeals:detail", args=[row.appeal_id]), "late" if row.due_at < desk.now else "amber",
            shared.time_chip(desk, row.due_at),
        )
        for row in waiting.rows
    ]
    return found + shared.the_rest(waiting, "张督办单等回复", "file-certificate", reverse("appeals:sheets"), "amber")


def reports(desk):
    """What the branch owes; filing is its leaders', and in an uneventful month two clicks from here."""
    mine = Report.objects.owed().filter(branch__in=desk.worn.sees_branches)
    owed = group(mine.select_related("branch"), "due_at", "pk")
    found = [_report(desk, report) for report in owed.rows]
    return found + shared.the_rest(owed, "份报表等上报", "file-text", reverse("reports:list"), "amber")


def _report(desk, report):
    back, leads = report.state == Report.State.RETURNED, report.branch_id in desk.worn.leads_branches
    said = f"退回的理由：{report.reason}" if back else "数字已经取好，看一遍就能报。"
    said = said if leads else "由书记、副书记上报。"
    page = reverse("reports:detail", args=[report.pk])
    whose = f"{shared.marked(report.branch)}：" if len(set(desk.worn.sees_branches)) > 1 else ""
    return Todo(
        "file-text", f"{report.name}{'退回来了，等重新上报' if back else '等上报'}", whose + said,
        "去上报" if leads else "看一看", f"{page}#confirm" if leads and not back else page,
        "" if not leads else "late" if report.due_at < desk.now else "amber", shared.time_chip(desk, report.due_at),
    )


def minutes(desk):
    """Meetings that have been and of which nothing is written, and minutes that the committee sent back."""
    state = Meeting.State
    been = Q(state=state.PLANNED, starts_at__lte=desk.now)
    open_ = Meeting.objects.filter(been | Q(state=state.RETURNED), branch__in=desk.worn.handles_for_branches)
    found = groups(open_, "starts_at", "pk", returned=Q(state=state.RETURNED), been=Q(state=state.PLANNED))
    said = (
        ("returned", "份会议记录退回来了", "去补", state.RETURNED),
        ("been", "次会开过了，还没有记录", "去记录", state.PLANNED),
    )
    return [
        Todo(
            "calendar-event", f"{found[name].n} {title}", found[name].titles, button,
            to_record(code, [row.pk for row in found[name].rows]), "amber",
        )
        for name, title, button, code in said if found[name].n
    ]


def newcomers(desk):
    """People who came by a poster and wait until the branch knows them."""
    n = Newcomer.objects.waiting().filter(branch__in=desk.worn.handles_for_branches).count()
    if not n:
        return []
    said = "核实以后才算登记的主播，诉求不用等。"
    return [Todo("user-plus", f"{n} 位扫码来的等核实", said, "去核实", reverse("newcomers:list"))]


def wishes(desk):
    """Anchors who would like another contact member; the branch decides."""
    n = ContactWish.objects.filter(anchor__branch__in=desk.worn.handles_for_branches).count()
    if not n:
        return []
    url = f"{reverse('contacts:list')}?tab=wish"
    return [Todo("users", f"{n} 名主播想换联系党员", "想换的由支部定。", "去看", url)]


def letters(desk):
    """Members on their way here, and letters of one's own past their last day (domain.md §3.4)."""
    handled = desk.worn.handles_for_branches
    coming, late = Q(to_branch__in=handled), Q(from_branch__in=handled, valid_until__lt=desk.today)
    n = Transfer.objects.open().aggregate(coming=Count("pk", filter=coming), late=Count("pk", filter=late))
    said = (
        ("coming", "名党员转来，等接收", "看过介绍信再接收，接收以前由原支部负责。", "去接收"),
        ("late", "封组织关系介绍信过期，还没有办完", "办完以前仍由本支部负责。", "去看"),
    )
    url = f"{reverse('members:list')}?show=moving"
    return [
        Todo("arrows-exchange", f"{n[name]} {title}", detail, button, url, "amber")
        for name, title, detail, button in said if n[name]
    ]


def dues(desk):
    """How many are behind, for the leaders alone: as many as the lists name that it leads to."""
    study = int(desk.book.number(STUDY))
    theirs = Dues.objects.filter(member__branch__in=desk.worn.leads_branches)
    long_ = theirs.behind_by(study, desk.today)
    n = theirs.behind_by(1, desk.today).aggregate(
        every=Count("pk"), study=Count("pk", filter=Q(pk__in=long_.values("pk")))
    )
    said = (
        (
            n["study"], f"名党员的党费满 {study} 个月没有登记，请支部研究", "先核实是不是漏登记。", "?show=study",
            "amber",
        ),
        (
            n["every"] if n["every"] > n["study"] else 0, "名党员有到期的党费没有登记",
            f"其中 {n['study']} 名已满 {study} 个月。" if n["study"] else "请私下提醒；已经交了的，登记一下。",
            "?show=behind", "",
        ),
    )
    return [
        Todo("cards", f"{number} {title}", detail, "去看", reverse("dues:list") + query, face)
        for number, title, detail, query, face in said if number
    ]


def terms(desk):
    """The end of a branch's own term, from the day of its reminder on (domain.md §3.1)."""
    ends = [(branch, term_of(branch, desk.book, desk.today)) for branch in desk.worn.own_branches]
    return [
        Todo(
            "calendar", f"{shared.marked(branch)}该准备换届", f"本届到 {term.ends_on:%Y-%m-%d} 届满。", "看支部",
            reverse("branches:detail", args=[branch.pk]), "amber",
        )
        for branch, term in ends if term and term.near
    ]


# In this order within one face; what is late stands first. What a report counts comes before the report.
LINES = (at_branch, shared.requests, sheets, minutes, letters, newcomers, wishes, reports, dues, terms)
