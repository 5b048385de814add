"""A list costs at most 8 statements and one appeal 12, and at 200 rows or lines as many as at 1."""

from datetime import date, timedelta
from functools import partial
from itertools import count, islice

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from accounts.models import Session, User
from anchors.census.models import Import, Round
from anchors.contacts.models import ContactWish, ServiceLog
from anchors.merging.models import Merge
from anchors.moves.models import Move
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor, PlatformAccount
from appeals import services, trail
from appeals.dispatching import services as dispatching
from appeals.duties.services import give
from appeals.merging import services as merging
from appeals.models import Appeal, Category, ReplyTemplate, Seal
from appeals.protection import views_log
from appeals.publishing.models import Publication
from appeals.supervision import services as supervision
from appeals.workflow import Verb
from branches.admission.models import ReportForm
from branches.calendar.models import DutyShift
from branches.measures import kinds
from branches.measures import services as measures
from branches.measures.models import Measure
from branches.organisation.models import Branch, Enterprise, Partner, Post
from branches.reports.figures import figure_kinds
from branches.reports.models import Report, ReportFigure
from branches.reports.periods import parse
from branches.rules.models import Rule
from branches.stations.models import Station
from members.models import (
    Activist,
    Attendance,
    Dues,
    Floating,
    Meeting,
    Member,
    Participation,
    PartyGroup,
    StudyLine,
    Transfer,
)
from notices.services import Message, send_all
from tests.engines import shared
from tests.factories import many_like, open_report, submit_appeal
from tests.photos import stored
from tests.statements import statements
from tests.visitor import Visitor, address_of, named_urls
from xinyu_portal.todo.branch import LINES as OF_BRANCH
from xinyu_portal.todo.committee import LINES as OF_COMMITTEE

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LIST, ONE = 8, 12
MANY = 200
DAY = date(2025, 1, 1)
NUMBERS = count(1000)


# What fills a list: each makes `n` more rows.

def appeals(city, n):
    _like(submit_appeal(city), n)


def appeals_with_photos(city, n):
    """An appeal, and an internal note, each with two."""
    appeal = submit_appeal(city, files=stored("一.jpg", "二.jpg"))
    services.note(appeal, actor=city.member, text="底单。", internal=True, files=stored("三.jpg", "四.jpg"))


def appeals_with_everything(city, n):
    """In hand at the committee, with photos, a unit's part, a sheet, and another one that follows it."""
    lead = submit_appeal(city, city.free_anchor.anchor, files=stored("一.jpg", "二.jpg"))
    services.accept(lead, actor=city.staff)
    merging.merge(submit_appeal(city), actor=city.staff, lead=lead)
    dispatching.dispatch(lead, actor=city.staff, partner=city.partner, text="请查一个单号。")
    supervision.supervise(lead, actor=city.chief, reason="OVERDUE", text="三天内给个说法。")


def everything_closed(city, n):
    appeals_with_everything(city, n)
    lead = services.reply(Appeal.objects.earliest("pk"), actor=city.staff, text="赔 300 元。")
    services.confirm(lead, actor=city.free_anchor, outcome="RESOLVED", rating=5, contacted=True)


def seals(city, n):
    """Each chained to the one before is not asked here."""
    for _ in range(n):
        day = DAY + timedelta(days=next(NUMBERS))
        Seal.objects.create(day=day, made_at=timezone.now(), heads=0, digest="", prev_hash="", hash="")


def evidence(city, n):
    """Stations behind the first measure, whose quarters were told of."""
    stations(city, n)
    measure, kind = Measure.objects.get(pk=1), kinds.by_code("station")
    for station in Station.objects.order_by("-pk")[:n]:
        measures.link(measure, actor=city.staff, kind=kind, record_id=station.pk)
    measures.tell(measure, actor=city.staff, version=None, text="新开了驿站。")
def report_forms(city, n):
    """In force, waiting and expired, and two months in which nobody filed the report."""
    ReportForm.objects.bulk_create(
        ReportForm(
            title=f"第 {next(NUMBERS)} 张表", owner="市商务局", period="year", since=DAY, state=state, expires_on=until,
        )
        for state, until in (("approved", None), ("proposed", None), ("approved", DAY)) for _ in range(n)
    )
    for period in ("2025-01", "2025-02"):
        if not Report.objects.filter(branch=city.branch, period=period).exists():
            open_report(city.branch, period)


def rules(city, n):
    Rule.objects.bulk_create(
        Rule(code=f"OF_TODAY_{next(NUMBERS)}", value=3, unit="DAY", since=DAY, title="规定", source="演示")
        for _ in range(n)
    )


def appeals_lent(city, n):
    """Three and not hundreds: each is done by its services."""
    for _ in range(min(n, 3)):
        appeal = services.accept(submit_appeal(city, city.free_anchor.anchor), actor=city.staff)
        dispatching.dispatch(appeal, actor=city.staff, partner=city.partner, text="请查一个单号。")


def appeals_supervised(city, n):
    for _ in range(min(n, 3)):
        supervision.supervise(submit_appeal(city), actor=city.staff, reason="OVERDUE", text="三天内给个说法。")


def appeals_taken(city, n):
    _like(services.accept(submit_appeal(city), actor=city.member), n)


def appeals_at_branch(city, n):
    _like(services.hand_up(submit_appeal(city), actor=city.member), n)


def appeals_answered(city, n):
    _like(services.reply(submit_appeal(city), actor=city.member, text="赔 300 元。"), n)


def appeals_closed(city, n):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="赔 300 元。")
    _like(services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True), n)


def public_answers(city, n):
    appeal = submit_appeal(city)
    ids = [appeal.pk, *many_like(appeal, n - 1)] if n > 1 else [appeal.pk]
    Publication.objects.bulk_create(
        Publication(
            appeal_id=pk, title="样品被压坏", question="谁赔？", answer="网点赔。", by=city.staff,
            published_at=timezone.now(),
        )
        for pk in ids
    )


def views(city, n):
    """Each of another appeal, which is called by its number."""
    ids = [submit_appeal(city).pk] if n == 1 else many_like(Appeal.objects.first(), n)
    appeals = Appeal.objects.filter(pk__in=ids).select_related("anchor__user")
    views_log.looked_at_all(city.staff, appeals)


def _like(appeal, n):
    if n > 1:
        many_like(appeal, n - 1)


def anchors(city, n):
    rows = Anchor.objects.bulk_create(
        Anchor(user=user, stage_name=user.name, branch=city.branch, contact=city.member, enrolled_on=DAY)
        for user in _people(n)
    )
    PlatformAccount.objects.bulk_create(
        PlatformAccount(anchor=row, platform="DOUYIN", nickname="某", followers_band="UNDER_1K", as_of=DAY)
        for row in rows
    )


def imports(city, n):
    rounds = Round.objects.bulk_create(Round(name=f"第{no}轮", opened_on=DAY) for no in islice(NUMBERS, n))
    Import.objects.bulk_create(
        Import(round=one, file_name="摸底.xlsx", by=city.staff, state=Import.State.DISCARDED) for one in rounds
    )


def waiting_anchors(city, n):
    anchors(city, n)
    Anchor.objects.filter(enrolled_on=DAY).update(contact=None)


def wishes(city, n):
    anchors(city, n)
    ContactWish.objects.bulk_create(
        (ContactWish(anchor=row, at=timezone.now()) for row in Anchor.objects.filter(enrolled_on=DAY)),
        ignore_conflicts=True,
    )


def service_logs(city, n):
    ServiceLog.objects.bulk_create(
        ServiceLog(
            anchor=city.anchor.anchor, member=city.member, day=timezone.localdate() - timedelta(days=no),
            channel="PHONE", topic="A",
        )
        for no in islice(NUMBERS, n)
    )


def newcomers(city, n):
    rows = Anchor.objects.bulk_create(
        Anchor(user=user, stage_name=user.name, branch=city.branch, enrolled_on=DAY, confirmed_at=None)
        for user in _people(n)
    )
    Newcomer.objects.bulk_create(Newcomer(anchor=row, branch=city.branch, phone_mask="138****1234") for row in rows)


def newcomers_decided(city, n):
    newcomers(city, n)
    Newcomer.objects.update(outcome="CLOSED", decided_by=city.secretary, decided_at=timezone.now())


def enterprises(city, n):
    rows = Enterprise.objects.bulk_create(Enterprise(name=f"第{no}家", branch=city.branch) for no in islice(NUMBERS, n))
    Anchor.objects.bulk_create(
        Anchor(user=user, stage_name="某", enterprise=rows[0], enrolled_on=DAY) for user in _people(n)
    )


def moves(city, n):
    Move.objects.bulk_create(Move(kind="TICKED", to_branch=city.branch, by=city.staff, count=1) for _ in range(n))


def shifts(city, n):
    starts = [timezone.now() + no * timedelta(minutes=1) for no in islice(NUMBERS, n)]
    DutyShift.objects.bulk_create(
        DutyShift(user=city.secretary, starts_at=at, ends_at=at + timedelta(days=1)) for at in starts
    )


def merges(city, n):
    """And as many pairs that may be one person."""
    anchors(city, 2 * n)
    Merge.objects.bulk_create(
        Merge(kept=city.anchor.anchor, gone=row, by=city.staff)
        for row in Anchor.objects.exclude(user=city.anchor).order_by("-pk")[:n]
    )


def members(city, n):
    Member.objects.bulk_create(Member(user=user, branch=city.branch, joined_on=DAY) for user in _people(n))


def meetings(city, n):
    """Planned, and recorded with three who were there."""
    there = timezone.now()
    rows = Meeting.objects.bulk_create(
        Meeting(
            branch=city.branch, kind="SEMINAR", number=f"HY-{no}", title="学新规", place="电商园", host=city.secretary,
            starts_at=there - timedelta(hours=no), planned_by=city.secretary, recorded_by=city.secretary, state=state,
            recorded_at=there if state == "RECORDED" else None, content="学了。",
        )
        for no, state in zip(islice(NUMBERS, n + 1), ["PLANNED", *["RECORDED"] * n], strict=True)
    )
    Attendance.objects.bulk_create(
        Attendance(meeting=row, user=user, part="FULL", state="PRESENT")
        for row in rows for user in (city.secretary, city.officer, city.member)
    )


def study_lines(city, n):
    year = timezone.localdate().year
    StudyLine.objects.bulk_create(
        StudyLine(branch=city.branch, year=year, span="M11", kind="LECTURE", theme=f"第{no}讲", by=city.secretary)
        for no in islice(NUMBERS, n)
    )


def dues(city, n):
    people = Member.objects.bulk_create(
        Member(user=user, branch=city.branch, joined_on=DAY) for user in _people(n)
    )
    Dues.objects.bulk_create(Dues(member=member, amount=15, approved_for_year=2026) for member in people)


def activists(city, n):
    Activist.objects.bulk_create(Activist(user=user, branch=city.branch, since=DAY) for user in _people(n))


def floating(city, n):
    Floating.objects.bulk_create(
        Floating(
            user=user, branch=city.branch, direction="IN", home="某地", place="新余", reason="务工", since=DAY
        )
        for user in _people(n)
    )


def moving(city, n):
    people = Member.objects.bulk_create(
        Member(user=user, branch=city.branch, joined_on=DAY) for user in _people(n)
    )
    Transfer.objects.bulk_create(
        Transfer(
            member=member, from_branch=city.branch, to_branch=city.other_branch, letter_on=DAY, valid_until=DAY,
            started_by=city.secretary,
        )
        for member in people
    )


def guests(city, n):
    people = Member.objects.bulk_create(
        Member(user=user, branch=city.other_branch, joined_on=DAY) for user in _people(n)
    )
    Participation.objects.bulk_create(
        Participation(member=member, branch=city.branch, since=DAY) for member in people
    )


def left(city, n):
    Member.objects.bulk_create(
        Member(user=user, branch=city.branch, joined_on=DAY, left_on=DAY) for user in _people(n)
    )


def groups(city, n):
    PartyGroup.objects.bulk_create(PartyGroup(branch=city.branch, name=f"第{no}组") for no in islice(NUMBERS, n))


def _people(n):
    return User.objects.bulk_create(User(username=f"p{no}", name=f"某{no}", password="!") for no in islice(NUMBERS, n))


def branches(city, n):
    return Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{no}支部", short_name=f"第{no}", established_on=DAY)
        for no in islice(NUMBERS, n)
    )


def partners(city, n):
    Partner.objects.bulk_create(Partner(name=f"第{no}协会", kind="协会") for no in islice(NUMBERS, n))


def reports(city, n):
    now = timezone.now()
    Report.objects.bulk_create(
        Report(
            branch=branch, form="month", period="2026-10", starts_on=DAY, ends_on=DAY, opened_at=now, due_at=now
        )
        for branch in branches(city, n)
    )


def reports_filed(city, n):
    """Each branch filed October and September."""
    now, made = timezone.now(), []
    for branch in branches(city, n):
        for period in map(parse, ("2026-09", "2026-10")):
            made.append(Report(
                branch=branch, form="month", period=period.code, starts_on=period.first, ends_on=period.last,
                opened_at=now, due_at=now, state="filed", filed_at=now, filed_by=city.secretary,
            ))
    ReportFigure.objects.bulk_create(
        ReportFigure(report=report, position=1, code=code, title="某", unit="件", value=1, how="数。")
        for report in Report.objects.bulk_create(made) for code in ("received", "linked", "of the past")
    )


def reports_of_one(city, n):
    now = timezone.now()
    Report.objects.bulk_create(
        Report(
            branch=city.branch, form="event", period="2026-10-12", subject=f"第 {no} 件", starts_on=DAY, ends_on=DAY,
            opened_at=now, due_at=now,
        )
        for no in islice(NUMBERS, n)
    )


def stations(city, n):
    Station.objects.bulk_create(
        Station(code=f"XY-{no}", name="站", kind="OWN", host="园", division_id="360502", branch=city.branch)
        for no in islice(NUMBERS, n)
    )


def categories(city, n):
    first = Category.objects.count()  # a code has four places; NUMBERS goes past them
    Category.objects.bulk_create(
        Category(code=f"{no:04}", name="某", parent_id="A", service_class="NORMAL") for no in range(first, first + n)
    )


def duties(city, n):
    """Each category of its own, with a unit that helps."""
    categories(city, n)
    for category in Category.objects.filter(duties=None, name="某")[:n]:
        give(category, actor=city.staff, partner=None, assisting=[city.partner], basis="会上定的", since=DAY)


def templates(city, n):
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(
            title=f"第{no}份", text="办好了。", category_id="A2", changed_by=city.staff, changed_at=timezone.now()
        )
        for no in islice(NUMBERS, n)
    )


def notices(city, n):
    send_all([Message(city.anchor.pk, f"k:{no}", "您的诉求有新进展") for no in islice(NUMBERS, n)])


def logins(city, n):
    later = timezone.now() + timedelta(days=1)
    Session.objects.bulk_create(
        Session(session_key=f"k{no}", session_data="x", expire_date=later, user=city.anchor)
        for no in islice(NUMBERS, n)
    )


def nothing(city, n):
    """What it shows does not grow."""


# (view, query, who) -> what its rows are; every list that the resolver knows.
LISTS = [
    ("appeals:list", "", "anchor", appeals),
    ("appeals:list", "?tab=judge", "anchor", appeals_answered),
    ("appeals:list", "?tab=closed", "anchor", appeals_closed),
    ("appeals:list", "", "member", appeals),
    ("appeals:list", "", "member", appeals_taken),
    ("appeals:list", "?tab=replied", "member", appeals_answered),
    ("appeals:list", "?tab=handed", "member", appeals_at_branch),
    ("appeals:list", "?tab=closed", "member", appeals_closed),
    ("appeals:list", "", "secretary", appeals_at_branch),
    ("appeals:list", "?q=SQ&category=A&level=BRANCH&holder=us", "secretary", appeals_at_branch),
    ("appeals:list", "", "staff", appeals),
    ("appeals:statistics", "?period=2026-Q4", "staff", appeals_closed),
    ("appeals:statistics", "", "secretary", appeals_at_branch),
    ("appeals:statistics_export", "", "staff", appeals_closed),
    ("api:statistics", "?period=2026-Q4", "staff", appeals_closed),
    ("answers", "?q=赔", "stranger", public_answers),
    ("appeals:follow_ups", "", "staff", appeals_answered),
    ("appeals:list", "?tab=handling", "staff", appeals_taken),
    ("appeals:list", "?tab=soon", "staff", appeals),
    ("appeals:list", "?tab=late", "staff", appeals),
    ("appeals:list", "?tab=replied", "staff", appeals_answered),
    ("appeals:list", "?tab=closed", "staff", appeals_closed),
    ("appeals:list", "?q=SQ&category=A&level=MEMBER&holder=us", "staff", appeals),
    ("appeals:dispatches", "", "clerk", appeals_lent),
    ("appeals:dispatches", "", "staff", appeals_lent),
    ("appeals:sheets", "", "staff", appeals_supervised),
    ("anchors:list", "", "member", anchors),
    ("anchors:list", "", "secretary", anchors),
    ("anchors:list", "?q=某&platform=DOUYIN&branch=none", "staff", anchors),
    ("census:list", "", "staff", imports),
    ("contacts:list", "", "secretary", waiting_anchors),
    ("contacts:list", "?tab=waiting&kind=FULL_TIME&branch=1", "staff", waiting_anchors),
    ("contacts:list", "?tab=wish", "staff", wishes),
    ("contacts:topics", "", "secretary", service_logs),
    ("contacts:mine", "", "anchor", service_logs),
    ("newcomers:list", "", "secretary", newcomers),
    ("newcomers:list", "", "staff", newcomers),
    ("newcomers:list", "?show=done", "staff", newcomers_decided),
    ("anchors:list", "?division=360502&genre=FARM&band=UNDER_1K&contact=has&kind=VILLAGE", "staff", anchors),
    ("anchors:export", "?contact=has", "staff", anchors),
    ("branches:enterprises", "", "staff", enterprises),
    ("branches:enterprise_export", "", "staff", enterprises),
    ("branches:enterprises", "?show=todo&q=第", "secretary", enterprises),
    ("appeals:seals", "", "staff", seals),
    ("moves:list", "", "staff", moves),
    ("moves:list", "", "secretary", moves),
    ("merging:list", "", "staff", merges),
    ("merging:list", "?q=某", "secretary", merges),
    ("branches:list", "", "stranger", branches),
    ("branches:list", "", "staff", branches),
    ("meetings:list", "", "secretary", meetings), ("meetings:list", "", "member", meetings),
    ("meetings:list", "?kind=SEMINAR&state=RECORDED&year=2026", "staff", meetings),
    ("meetings:export", "", "staff", meetings),
    ("meetings:calendar", "", "secretary", meetings), ("meetings:calendar", "", "staff", meetings),
    ("meetings:study", "", "secretary", study_lines), ("meetings:study", "", "member", study_lines),
    ("dues:list", "", "secretary", dues),
    ("dues:list", "?show=study", "staff", dues),
    ("members:list", "", "secretary", members),
    ("members:list", "", "staff", members),
    ("members:list", "?show=activist", "staff", activists),
    ("members:list", "?q=某&standing=FULL&branch=1", "staff", members),
    ("members:list", "?show=floating", "secretary", floating), ("members:list", "?show=moving", "secretary", moving),
    ("members:list", "?show=guest", "secretary", guests), ("members:list", "?show=left", "staff", left),
    ("groups:list", "", "secretary", groups), ("branches:units", "", "secretary", partners),
    ("reports:list", "", "staff", reports),
    ("reports:list", "?state=late", "staff", reports),
    ("reports:rollup_excel", "?form=month&period=2026-10", "staff", reports_filed),
    ("reports:rollup_word", "?form=month&period=2026-10", "staff", reports_filed),
    ("reports:event_new", "", "staff", branches),
    ("api:report-rollup", "?form=month&period=2026-10", "staff", reports_filed),
    ("reports:list", "?state=open", "secretary", reports_of_one),
    ("stations:list", "", "anchor", stations),
    ("appeals:audit", "?q=SQ", "auditor", appeals_at_branch),
    ("appeals:audit_records", "?kind=VIEW", "auditor", views),
    ("appeals:duties", "", "staff", duties), ("appeals:duties", "", "secretary", duties),
    ("facts:list", "", "staff", nothing),
    ("me", "", "anchor", logins),
    ("notices:inbox", "", "anchor", notices),
    ("notices:inbox", "?show=unread", "anchor", notices),
    ("api:appeals", "", "anchor", appeals),
    ("api:appeals", "", "member", appeals_closed),
    ("api:appeals", "?q=SQ&status=SUBMITTED&category=A", "secretary", appeals_at_branch),
    ("api:appeals", "", "staff", appeals),
    ("api:appeals", "", "staff", appeals_closed),
    ("api:anchors", "?q=某", "staff", anchors),
    ("api:anchors", "?division=360502&platform=DOUYIN&contact=has", "staff", anchors),
    ("api:branches", "?q=支部", "anchor", branches),
    ("api:partners", "", "staff", partners),
    ("api:stations", "?q=站", "anchor", stations),
    ("api:reports", "?state=open", "staff", reports),
    ("api:notices", "", "anchor", notices),
    ("answering:templates", "", "staff", templates),
    ("api:reply-templates", "?q=办", "staff", templates),
    ("api:categories", "", "anchor", categories),
    ("calendar:duty", "", "staff", shifts),
    ("measures:list", "", "secretary", evidence),
    ("measures:list", "?show=still", "staff", evidence),
    ("measures:list", "", "member", evidence),
    ("calendar:duty", "", "staff", shifts), ("rules:list", "", "stranger", rules),
    ("admission:list", "", "staff", report_forms), ("admission:list", "", "secretary", report_forms),
    ("admission:list", "?show=proposed", "chief", report_forms),
    ("admission:list", "?show=past", "staff", report_forms),
]
NO_LISTS = {  # they read, and list no rows
    "admin", "admin/login/", "home", "committee_home", "branch_home", "clock", "calendar:now", "dues:mine",
    "dues:quote", "api:dues-quote",
    "healthz", "login", "activate", "appeals:new", "api:me",
    "api:token", "api:schema", "api:docs",
    "answering:template_new",
    "census:new", "census:template", "contacts:spread",
    "posters:receipt", "appeals:anonymous", "receipts:receipt", "receipts:viewers", "receipts:attachment",
    "anchors:own", "anchors:own_data", "anchors:register", "branches:enterprise_new", "moves:new", "merging:new",
    "admission:new", "branches:new",
    "meetings:new",
    "members:new", "members:activist_new", "members:float_in", "sheets:list", "sheets:import_new",
    "sheets:template",
    "reports:template", "reports:template_standard", "reports:template_current",
    "meetings:subscription", "api:calendar",
    "members:tree", "reports:rollup",  # below
}


def test_every_list_is_counted(city):
    visitor = Visitor(city, "chief")
    addresses = {name: address_of(name) for name in set(named_urls()) - NO_LISTS}
    readers = {
        name for name, url in addresses.items() if "/1/" not in url and visitor.ask("GET", url).status_code != 405
    }
    assert readers == {name for name, _, _, _ in LISTS}


@pytest.mark.parametrize(
    ("name", "query", "who", "fill"),
    [pytest.param(*line, id=f"{line[0]}{line[1]}-{line[2]}") for line in shared(LISTS)],
)
def test_a_list(city, name, query, who, fill):
    visitor, url = Visitor(city, who), address_of(name) + query
    fill(city, 1)
    at_one = statements(lambda: visitor.ask("GET", url))
    fill(city, MANY)
    at_many = statements(lambda: visitor.ask("GET", url))
    assert len(at_one) == len(at_many) <= LIST, "\n".join(at_many)


# Who reads one appeal, once it stands there.
READERS = [
    ("anchor", appeals_with_photos), ("member", appeals_with_photos), ("staff", appeals_with_photos),
    ("anchor", appeals), ("anchor", appeals_answered), ("anchor", appeals_closed), ("member", appeals),
    ("member", appeals_taken), ("member", appeals_closed), ("secretary", appeals_at_branch),
    ("member", appeals_at_branch), ("staff", appeals_taken), ("staff", appeals_at_branch), ("staff", appeals_closed),
    ("staff", appeals_with_everything), ("chief", appeals_with_everything), ("free_anchor", appeals_with_everything),
    ("staff", everything_closed), ("chief", everything_closed), ("free_anchor", everything_closed),
]


@pytest.mark.parametrize("name", ["appeals:detail", "api:appeal", "api:trail", "api:deadline", "appeals:check"])
@pytest.mark.parametrize(
    ("who", "fill"), [pytest.param(who, fill, id=f"{who}-{fill.__name__}") for who, fill in shared(READERS)]
)
def test_one_appeal(city, name, who, fill):
    visitor = Visitor(city, who)
    fill(city, 1)
    appeal = Appeal.objects.earliest("pk")
    ask = partial(visitor.ask, "GET", address_of(name, appeal.pk))
    ask()  # the first look of a day is kept: one statement more (tests/appeals/test_viewers.py)
    short = statements(ask)
    lengthen(appeal, city)
    long = statements(ask)
    assert len(short) == len(long) <= ONE, "\n".join(long)


def lengthen(appeal, city):
    """Notes of several people, as many as make a long trail."""
    people = (city.member, city.secretary, city.staff)
    lines = [
        trail.Line(
            appeal, Verb.NOTE, appeal.current, timezone.now(), people[no % len(people)], {"internal": True},
            internal=f"第 {no} 条",
        )
        for no in range(MANY)
    ]
    trail.append(lines)
    appeal.save()


@pytest.mark.parametrize("code", ["received", "linked", "activists"])
def test_the_records_of_a_figure(city, code):
    fill = {"received": appeals_at_branch, "linked": anchors, "activists": activists}[code]
    visitor, report = Visitor(city, "secretary"), open_report(city.branch, f"{timezone.localdate():%Y-%m}")
    ask = partial(visitor.ask, "GET", reverse("reports:records", args=[report.pk, code]))
    counted = []
    for n in (1, MANY):
        fill(city, n)
        counted.append(len(statements(ask)))
    assert counted[0] == counted[1] <= ONE + len(figure_kinds()), counted  # a draft counts each figure


@pytest.mark.parametrize(
    ("who", "fill"), [("secretary", meetings), ("secretary", anchors), ("other_secretary", moving)]
)
def test_a_report_that_waits_to_be_filed(city, who, fill):
    """A draft counts each figure in its turn, and asks each room once what it has not written down."""
    branch = city.branch if who == "secretary" else city.other_branch
    report, counted = open_report(branch, f"{timezone.localdate():%Y-%m}"), []
    ask = partial(Visitor(city, who).ask, "GET", reverse("reports:detail", args=[report.pk]))
    for n in (1, MANY):
        fill(city, n)
        counted.append(len(statements(ask)))
    assert counted[0] == counted[1] <= ONE + len(figure_kinds()) + len(settings.REPORT_UNRECORDED), counted


@pytest.mark.parametrize("fill", [appeals, appeals_taken, appeals_at_branch, appeals_closed])
def test_the_committees_first_page(city, fill):
    visitor, counted = Visitor(city, "staff"), []
    for n in (1, MANY):
        fill(city, n)
        counted.append(len(statements(partial(visitor.ask, "GET", reverse("committee_home")))))
    assert counted[0] == counted[1] <= 9 + len(OF_COMMITTEE), counted  # one a subject, and the rules


@pytest.mark.parametrize("fill", [appeals_at_branch, anchors, meetings, newcomers, dues, activists, reports_of_one])
def test_a_branchs_first_page(city, fill):
    """One a subject; what is missing, the rules, the days of the next reports and the numbers below."""
    visitor, counted = Visitor(city, "secretary"), []
    for n in (1, MANY):
        fill(city, n)
        counted.append(len(statements(partial(visitor.ask, "GET", reverse("branch_home")))))
    assert counted[0] == counted[1] <= 15 + len(OF_BRANCH), counted


def test_the_rollup_of_the_branches(city):
    """No list, but the page of a period: its columns, reports, figures and sums beside the branches."""
    visitor, counted = Visitor(city, "staff"), []
    for n in (1, MANY):
        reports_filed(city, n)
        ask = partial(visitor.ask, "GET", f"{reverse('reports:rollup')}?form=month&period=2026-10")
        counted.append(len(statements(ask)))
    assert counted[0] == counted[1] <= ONE, counted


@pytest.mark.parametrize("who", ["secretary", "staff"])
def test_the_tree_of_the_organisation(city, who):
    visitor, counted = Visitor(city, who), []
    for n in (1, MANY):
        members(city, n), activists(city, n), branches(city, n)
        counted.append(len(statements(partial(visitor.ask, "GET", reverse("members:tree")))))
    assert counted[0] == counted[1] <= ONE, counted


def test_the_card_of_a_member(city):
    visitor, counted = Visitor(city, "secretary"), []
    member = city.member.member
    for n in (1, MANY):
        Participation.objects.bulk_create(
            Participation(member=member, branch=row, since=DAY) for row in branches(city, n)
        )
        Transfer.objects.bulk_create(
            Transfer(
                member=member, from_branch=city.branch, to_name="某党委", letter_on=DAY, state="DONE", ended_on=DAY,
                started_by=city.secretary,
            )
            for _ in range(n)
        )
        counted.append(len(statements(partial(visitor.ask, "GET", reverse("members:detail", args=[member.pk])))))
    assert counted[0] == counted[1] <= ONE, counted


def test_a_table_of_the_roster(city):
    visitor, counted = Visitor(city, "staff"), []
    url = reverse("sheets:export", args=["members"])
    for n in (1, MANY):
        dues(city, n)
        counted.append(len(statements(partial(visitor.ask, "POST", url, {"reason": "年报核对"}))))
    assert counted[0] == counted[1] <= ONE, counted


def test_the_offices_of_a_branch(city):
    visitor, counted = Visitor(city, "staff"), []
    for n in (1, MANY):
        posts(city, n)
        counted.append(len(statements(partial(visitor.ask, "GET", reverse("posts:branch", args=[city.branch.pk])))))
    assert counted[0] == counted[1] <= ONE, counted


def posts(city, n):
    Post.objects.bulk_create(Post(user=user, role="PUBLICITY", branch=city.branch, since=DAY) for user in _people(n))


@pytest.mark.parametrize(("name", "who"), [
    ("meetings:detail", "secretary"), ("meetings:detail", "member"), ("meetings:detail", "staff"),
    ("meetings:record", "secretary"), ("meetings:edit", "secretary"),
])
def test_one_meeting(city, name, who):
    visitor, counted = Visitor(city, who), []
    state = "PLANNED" if name == "meetings:edit" else "RECORDED"
    for n in (1, MANY):
        meetings(city, n), members(city, n), activists(city, n)
        pk = Meeting.objects.filter(state=state).latest("pk").pk
        counted.append(len(statements(partial(visitor.ask, "GET", address_of(name, pk)))))
    assert counted[0] == counted[1] <= ONE, counted
