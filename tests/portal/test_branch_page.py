"""The first page of an office of a branch: what waits there, what is not recorded, what comes."""

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from anchors.contacts import services as contacts
from appeals import services
from appeals.negotiation import services as negotiation
from appeals.supervision import services as supervision
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Post, Role
from branches.reports import services as report_services
from members.dues.models import Dues
from members.meetings import services as meetings
from members.meetings.models import Meeting
from members.transfers import services as transfers
from tests.factories import let_lapse, open_report, planned_meeting, poster_appeal, recorded_meeting, submit_appeal

pytestmark = pytest.mark.django_db
PAGE = "/branch/"
QUIET = "现在没有等您动手的"


def todo(client):
    return {one.title: one for one in client.get(PAGE).context["todo"]}


def text(response):
    """What is on the page, without the token of its forms."""
    return re.sub(r'value="\w{64}"', "", response.content.decode())


def at_branch(city):
    return services.hand_up(submit_appeal(city), actor=city.member)


def months_ago(months):
    """The first day of that month."""
    day = timezone.localdate().replace(day=1)
    for _ in range(months):
        day = (day - timedelta(days=1)).replace(day=1)
    return day


def test_it_is_for_every_office_of_a_branch_and_nobody_else(city, sign_in):
    for user in (city.secretary, city.officer, city.other_secretary):
        assert sign_in(user).get(PAGE).status_code == 200
    for user in (city.anchor, city.member, city.staff, city.chief, city.auditor, city.clerk, city.stranger):
        assert sign_in(user).get(PAGE).status_code == 403
    assert sign_in(city.secretary).post(PAGE).status_code == 405


def test_a_quiet_day_says_so(city, sign_in):
    assert QUIET in text(sign_in(city.secretary).get(PAGE))


def test_nothing_of_another_branch_is_on_it_not_even_as_a_number(city, sign_in):
    before = text(sign_in(city.other_secretary).get(PAGE))
    let_lapse(at_branch(city))
    open_report(city.branch)
    planned_meeting(city)
    planned_meeting(city, title="下一次会", starts_at=timezone.now() + timedelta(days=2))
    poster_appeal(city)
    Dues.objects.create(member=city.member.member, paid_through=months_ago(8))
    assert QUIET not in text(sign_in(city.secretary).get(PAGE))
    assert text(sign_in(city.other_secretary).get(PAGE)) == before


def test_an_appeal_at_the_branch_leads_to_its_page_and_several_to_their_list(city, sign_in):
    late = at_branch(city)
    let_lapse(late)
    waiting = at_branch(city)
    client = sign_in(city.secretary)
    lines = todo(client)
    assert list(lines) == ["1 件在支部超时", "1 件等支部接单"]
    assert [one.url for one in lines.values()] == [f"/appeals/{late.pk}/", f"/appeals/{waiting.pk}/"]
    assert lines["1 件等支部接单"].detail.endswith("；超时的里还有 1 件没有接")
    another = at_branch(city)
    shown = [row.appeal for row in client.get(todo(client)["2 件等支部接单"].url).context["rows"]]
    assert {waiting, another} <= set(shown)


def test_what_a_contact_asks_waits_for_the_branch(city, sign_in):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    negotiation.extend(appeal, actor=city.member, days=2, text="网点周一才开门。", plan="周一去。")
    assert todo(sign_in(city.secretary))["1 件等您审核"].url == f"/appeals/{appeal.pk}/#more"


def test_a_sheet_of_the_committee_stands_with_its_day_until_it_is_answered(city, sign_in):
    appeal = services.accept(at_branch(city), actor=city.secretary)
    supervision.supervise(appeal, actor=city.staff, reason="REPEATED", text="给个说法。")
    sheet = appeal.sheets.get()
    client = sign_in(city.secretary)
    line = todo(client)[f"督办单 {sheet.number} 等回复"]
    assert (line.face, line.url) == ("amber", f"/appeals/{appeal.pk}/")
    appeal.refresh_from_db()
    supervision.answer_sheet(appeal, actor=city.secretary, text="周三上门。")
    assert f"督办单 {sheet.number} 等回复" not in todo(client)


def test_a_report_is_filed_by_who_leads_and_seen_by_who_does_not(city, sign_in):
    report = open_report(city.branch, due_at=timezone.now() + timedelta(days=3))
    mine, theirs = todo(sign_in(city.secretary))["10 月月报等上报"], todo(sign_in(city.officer))["10 月月报等上报"]
    assert (mine.button, mine.face, mine.url) == ("去上报", "amber", f"/reports/{report.pk}/#confirm")
    assert (theirs.button, theirs.detail, theirs.url) == ("看一看", "由书记、副书记上报。", f"/reports/{report.pk}/")


def test_a_report_that_is_late_is_red_and_one_that_came_back_says_why(city, sign_in):
    report = open_report(city.branch, due_at=timezone.now() - timedelta(days=1))
    client = sign_in(city.secretary)
    assert todo(client)["10 月月报等上报"].face == "late"
    report_services.file(report, actor=city.secretary, version=report.version)
    assert todo(client) == {}
    report.refresh_from_db()
    report_services.give_back(report, actor=city.staff, reason="驿站少了一个。")
    assert todo(client)["10 月月报退回来了，等重新上报"].detail == "退回的理由：驿站少了一个。"


def test_more_reports_than_are_named_lead_to_the_list(city, sign_in):
    for month in range(1, 6):
        open_report(city.branch, f"2026-0{month}")
    assert todo(sign_in(city.secretary))["还有 2 份报表等上报"].url == "/reports/"


def test_a_meeting_that_has_been_waits_for_its_minutes(city, sign_in):
    meeting = planned_meeting(city)
    planned_meeting(city, title="下周的会", starts_at=timezone.now() + timedelta(days=7))
    client = sign_in(city.secretary)
    assert todo(client)["1 次会开过了，还没有记录"].url == f"/meetings/{meeting.pk}/record/"
    planned_meeting(city, kind=Meeting.Kind.SEMINAR, title="研讨")
    assert todo(client)["2 次会开过了，还没有记录"].url == "/meetings/?state=PLANNED"


def test_minutes_that_came_back_wait_until_they_are_written_anew(city, sign_in):
    meeting = recorded_meeting(city)
    meetings.send_back(meeting, actor=city.staff, version=meeting.version, reason="少了决议。")
    client = sign_in(city.secretary)
    line = todo(client)["1 份会议记录退回来了"]
    assert client.get(line.url).status_code == 200


def test_who_came_by_a_poster_waits_at_the_branch(city, sign_in):
    poster_appeal(city)
    line = todo(sign_in(city.secretary))["1 位扫码来的等核实"]
    assert len(sign_in(city.secretary).get(line.url).context["page"].rows) == 1


def test_a_wish_for_another_contact_waits_until_the_branch_has_decided(city, sign_in):
    contacts.wish_for_another(city.anchor.anchor, actor=city.anchor, reason="TIME")
    line = todo(sign_in(city.secretary))["1 名主播想换联系党员"]
    assert city.anchor.anchor in sign_in(city.secretary).get(line.url).context["page"].rows
    assert "1 名主播想换联系党员" not in todo(sign_in(city.other_secretary))


def test_a_member_on_the_way_waits_to_be_received_and_a_late_letter_to_be_closed(city, sign_in):
    long_ago = timezone.localdate() - timedelta(days=200)
    transfers.start(city.member.member, actor=city.secretary, letter_on=long_ago, to_branch=city.other_branch)
    assert todo(sign_in(city.other_secretary))["1 名党员转来，等接收"].url == "/members/?show=moving"
    assert "1 封组织关系介绍信过期，还没有办完" in todo(sign_in(city.secretary))


@pytest.mark.parametrize(
    ("months", "said"),
    [(0, []), (1, ["2 名党员有到期的党费没有登记"]), (5, ["2 名党员有到期的党费没有登记"]),
     (6, ["2 名党员的党费满 6 个月没有登记，请支部研究"])],
)
def test_dues_are_a_number_for_the_leaders_alone(city, sign_in, months, said):
    for user in (city.member, city.secretary):
        Dues.objects.create(member=user.member, paid_through=months_ago(months + 1))
    client = sign_in(city.secretary)
    assert list(todo(client)) == said
    for line in todo(client).values():  # as many as the list that it leads to
        assert set(client.get(line.url).context["page"].rows) == {city.member.member, city.secretary.member}
    assert todo(sign_in(city.officer)) == {}
    assert "周映红" not in text(sign_in(city.secretary).get(PAGE))


def test_the_end_of_the_term_is_said_from_its_reminder_on(city, sign_in):
    Branch.objects.filter(pk=city.branch.pk).update(elected_on=timezone.localdate() - timedelta(days=1000))
    client = sign_in(city.officer)
    assert todo(client)["万商红该准备换届"].url == f"/branches/{city.branch.pk}/"
    Branch.objects.filter(pk=city.branch.pk).update(elected_on=timezone.localdate())
    assert todo(client) == {}


def test_what_is_not_recorded_can_be_planned_from_here(city, sign_in):
    shown = text(sign_in(city.secretary).get(PAGE))
    assert f"{reverse('meetings:new')}?kind=PARTY_DAY&amp;branch={city.branch.pk}" in shown


def test_what_comes_is_named_with_its_day(city, sign_in, monkeypatch):
    now = datetime(2026, 11, 18, 10, tzinfo=SHANGHAI)
    monkeypatch.setattr(timezone, "now", lambda: now)
    planned_meeting(city, title="学习新规", starts_at=now + timedelta(days=2))
    coming = sign_in(city.secretary).get(PAGE).context["coming"]
    assert [one.title for one in coming] == ["学习新规", "11 月月报"]
    assert coming[1].at == datetime(2026, 11, 30, 17, 30, tzinfo=SHANGHAI)
    assert "12月4日" in coming[1].detail


def test_each_number_is_that_of_the_rows_behind_it(city, sign_in):
    for _ in range(3):
        at_branch(city)
    client = sign_in(city.secretary)
    figures = {label: (number, url) for label, number, _, url in client.get(PAGE).context["figures"]}
    assert [number for number, _ in figures.values()] == [3, 1, 3, 0]
    for label, key in (("在办诉求", "rows"), ("主播", "page"), ("党员", "page"), ("积极分子", "page")):
        number, url = figures[label]
        assert len(list(client.get(url).context[key])) == number


def test_an_office_that_takes_no_appeals_is_asked_for_nothing_it_cannot_do(city, sign_in):
    Post.objects.filter(user=city.officer).update(role=Role.PUBLICITY)
    at_branch(city)
    planned_meeting(city)
    poster_appeal(city)
    client = sign_in(city.officer)
    assert todo(client) == {}
    assert reverse("meetings:new") not in text(client.get(PAGE))


def test_two_branches_of_one_person_share_their_lines(city, sign_in):
    Post.objects.create(
        user=city.secretary, role=Role.SECRETARY, branch=city.other_branch, since=timezone.localdate()
    )
    for branch in (city.branch, city.other_branch):
        open_report(branch)
    lines = sign_in(city.secretary).get(PAGE).context["todo"]
    assert [one.detail.split("：")[0] for one in lines] == ["万商红", "演示第一（演示）"]
