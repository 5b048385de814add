"""The 21 measures: words that staff enter, a quarter told of once, and records that stand behind each (§6.6)."""

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from appeals import services as appeals
from appeals.publishing import services as publishing
from branches.calendar.workcalendar import SHANGHAI
from branches.facts.models import Fact
from branches.measures import kinds, quarters, services
from branches.measures.models import Evidence, Measure, Progress
from branches.organisation.models import Department
from branches.stations.models import Station
from members.models import Member
from tests.factories import open_report, submit_appeal
from xinyu_portal import reference
from xinyu_portal.errors import Conflict

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]

LIST = reverse("measures:list")


@pytest.fixture
def measure():
    return Measure.objects.get(number=3)


@pytest.fixture
def station():
    return Station.objects.create(
        code="XY-01-001", name="电商园驿站", kind="OWN", host="电商园", division_id="360502", address="电商园 1 号楼",
    )


def at(*day):
    return datetime(*day, 10, tzinfo=SHANGHAI)


def page_of(client, measure):
    return client.get(reverse("measures:detail", args=[measure.pk])).content.decode()


def a_filed_report(branch, user):
    return open_report(branch, state="filed", filed_at=timezone.now(), filed_by=user)


def test_all_21_stand_there_without_invented_words(city, sign_in):
    assert list(Measure.objects.values_list("number", "text", "state")) == [(n, "", "IDLE") for n in range(1, 22)]
    page = sign_in(city.secretary).get(LIST).content.decode()
    assert page.count(">未公布<") == 21 and "21 条的内容还没有公布" in page
    assert [page.index(f"第 {n} 条") for n in range(1, 22)] == sorted(page.index(f"第 {n} 条") for n in range(1, 22))


def test_what_staff_entered_stays_when_the_lists_are_loaded_again(city, measure):
    services.correct(measure, actor=city.staff, version=1, text="照通知录入的一句。", state="MOVING")
    reference.load()
    measure.refresh_from_db()
    assert (measure.text, measure.state, Measure.objects.count()) == ("照通知录入的一句。", "MOVING", 21)


def test_staff_enter_words_units_and_deadline_on_the_page(city, measure, sign_in):
    client = sign_in(city.staff)
    sent = {
        "heading": "组织体系", "text": "照通知录入的一句。", "state": "MOVING", "deadline": "2026-01-31",
        "lead": f"committee-{city.committee.pk}", "version": 1,
        "units": [f"branch-{city.branch.pk}", f"partner-{city.partner.pk}", f"committee-{city.committee.pk}"],
    }
    assert client.post(reverse("measures:edit", args=[3]), sent).status_code == 302
    assert [(row.leads, str(row.unit)) for row in measure.units.all()] == [
        (True, city.committee.name), (False, city.branch.name), (False, city.partner.name),
    ]
    page = page_of(client, measure)
    assert "市快递行业协会" in page and "2026年1月31日" in page and "已过" in page and "陆知行" in page
    again = client.get(reverse("measures:edit", args=[3])).context["form"].initial
    assert (again["lead"], len(again["units"]), again["version"]) == (sent["lead"], 2, 2)


def test_a_quarter_has_one_progress_and_the_next_one_its_own(city, measure):
    services.tell(measure, actor=city.staff, version=None, text="第一稿。", at=at(2026, 10, 1))
    services.tell(measure, actor=city.chief, version=None, text="改过的。", at=at(2026, 12, 31))
    services.tell(measure, actor=city.staff, version=None, text="新的一年。", at=at(2027, 1, 1))
    told = Progress.objects.filter(measure=measure)
    assert [(one.when, one.text, one.by, one.at) for one in told] == [
        ("2027 年第一季度", "新的一年。", city.staff, at(2027, 1, 1)),
        ("2026 年第四季度", "改过的。", city.chief, at(2026, 12, 31)),
    ]


@pytest.mark.parametrize(
    ("day", "first"),
    [((2026, 1, 1), (2026, 1, 1)), ((2026, 3, 31), (2026, 1, 1)), ((2026, 4, 1), (2026, 4, 1)),
     ((2026, 9, 30), (2026, 7, 1)), ((2026, 12, 31), (2026, 10, 1))],
)
def test_the_quarter_of_a_day(day, first):
    assert quarters.quarter_of(date(*day)) == date(*first)


def test_300_characters_are_taken_and_301_are_not(city, measure):
    services.tell(measure, actor=city.staff, version=None, text="进" * 300)
    with pytest.raises(ValidationError):
        services.tell(measure, actor=city.staff, version=None, text="进" * 301)


def test_a_stale_page_overwrites_nothing(city, measure):
    services.tell(measure, actor=city.staff, version=1, text="先写的。")
    with pytest.raises(Conflict):
        services.tell(measure, actor=city.chief, version=1, text="后写的。")
    with pytest.raises(Conflict):
        services.correct(measure, actor=city.chief, version=1, state="DONE")


def test_what_stands_still_has_begun_or_is_published_and_has_no_progress_this_quarter(city, measure, sign_in):
    services.tell(measure, actor=city.staff, version=None, text="上一季度的。", at=at(2025, 10, 1))
    services.tell(Measure.objects.get(number=4), actor=city.staff, version=None, text="这一季度的。")
    services.correct(Measure.objects.get(number=5), actor=city.staff, version=None, state="DONE")
    services.correct(Measure.objects.get(number=6), actor=city.staff, version=None, state="LASTING")
    services.correct(Measure.objects.get(number=7), actor=city.staff, version=None, state="MOVING")
    services.correct(Measure.objects.get(number=8), actor=city.staff, version=None, text="照通知录入的一句。")
    answer = sign_in(city.secretary).get(LIST, {"show": "still"})
    assert [one.number for one in answer.context["measures"]] == [6, 7, 8]
    assert answer.context["tabs"][1]["count"] == 3


@pytest.mark.parametrize(("typed", "said"), [
    ("0001-01-01", "21 条的通知是2024年8月发的，完成时限不会更早，请填 2024年8月1日或以后的一天。"),
    ("1990-01-01", "完成时限不会更早"), ("2024-07-31", "完成时限不会更早"), ("9999-12-31", "完成时限最晚填 "),
])
def test_a_deadline_before_the_notice_or_far_ahead_is_refused(city, measure, sign_in, typed, said):
    answer = sign_in(city.staff).post(
        reverse("measures:edit", args=[3]), {"state": "MOVING", "deadline": typed, "version": 1}
    )
    assert answer.status_code == 400 and said in answer.content.decode()
    measure.refresh_from_db()
    assert (measure.deadline, measure.version) == (None, 1)


def test_a_deadline_is_in_the_month_of_the_notice_at_the_earliest_and_ten_years_off_at_the_latest(city, measure):
    latest = services.months_later(timezone.localdate(), 120)
    for day in (date(2024, 8, 1), latest):
        measure = services.correct(measure, actor=city.staff, version=None, deadline=day)
        assert measure.deadline == day


def test_without_the_fact_that_dates_the_notice_no_day_is_too_early(city, measure):
    Fact.objects.filter(code="measures").delete()
    assert services.correct(measure, actor=city.staff, version=None, deadline=date(1990, 1, 1)).deadline.year == 1990


def test_evidence_is_counted_and_linked_once(city, measure, station, sign_in):
    client, url = sign_in(city.staff), reverse("measures:evidence", args=[3])
    for _ in range(2):
        assert client.post(url, {"record": f"station-{station.pk}"}).status_code == 302
    assert kinds.counts(city.staff) == {3: 1}
    assert "已关联" in client.get(url, {"kind": "station"}).content.decode()
    assert "1 条记录，暖新驿站 1" in page_of(client, measure)
    client.post(reverse("measures:unlink", args=[Evidence.objects.get().pk]))
    assert kinds.counts(city.staff) == {} and Station.objects.filter(pk=station.pk).exists()


def test_a_report_of_another_branch_is_not_even_counted(city, measure, sign_in):
    own, other = (a_filed_report(branch, city.staff) for branch in (city.branch, city.other_branch))
    for report in (own, other):
        services.link(measure, actor=city.staff, kind=kinds.by_code("report"), record_id=report.pk)
    assert [kinds.counts(user)[3] for user in (city.staff, city.secretary, city.member)] == [2, 1, 0]
    page = page_of(sign_in(city.secretary), measure)
    assert "1 条记录" in page and "万商红" in page and "演示第一" not in page


def test_an_answer_counts_while_it_is_public(city, measure):
    appeal = appeals.reply(submit_appeal(city), actor=city.member, text="赔 300 元。")
    appeal = appeals.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    appeal = publishing.consent(appeal, actor=city.anchor, granted=True)
    publishing.publish(appeal, actor=city.staff, title="样品怎么赔", question="压坏了。", answer="按损失赔。")
    services.link(measure, actor=city.staff, kind=kinds.by_code("answer"), record_id=appeal.publication.pk)
    assert kinds.counts(city.member) == {3: 1}
    publishing.consent(appeal, actor=city.anchor, granted=False)
    assert kinds.counts(city.member) == {}


def test_what_is_not_there_cannot_be_linked(city, measure, sign_in):
    for record in ("station-999", "appeal-1", "station", "station-99999999999999999"):
        answer = sign_in(city.staff).post(reverse("measures:evidence", args=[3]), {"record": record})
        assert answer.status_code == 400 and "没有这条记录" in answer.content.decode()


def test_only_the_committees_handlers_write(city, measure, station):
    for user in (city.secretary, city.member, city.auditor, city.admin):
        for verb, words in (
            (services.correct, {"version": 1, "state": "DONE"}), (services.tell, {"version": 1, "text": "好。"}),
            (services.link, {"kind": kinds.by_code("station"), "record_id": station.pk}),
        ):
            with pytest.raises(PermissionDenied):
                verb(measure, actor=user, **words)


def test_who_has_left_the_party_branch_reads_no_more(city, sign_in):
    assert sign_in(city.member).get(LIST).status_code == 200
    Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
    assert sign_in(city.member).get(LIST).status_code == 403


def test_reports_and_measures_share_a_second_line_of_the_menu(city, sign_in):
    below = sign_in(city.secretary).get(LIST).context["below"]
    assert [(item.label, item.current) for item in below] == [
        ("本支部报表", False), ("21 条举措", True), ("报表准入", False),
    ]


def test_the_list_names_who_leads(city, measure, sign_in):
    services.correct(measure, actor=city.staff, version=1, lead=city.partner, units=[city.branch])
    shown = sign_in(city.secretary).get(LIST).context["measures"]
    assert {one.number: one.lead for one in shown if one.lead} == {3: city.partner.name}


def test_a_department_that_is_known_can_lead_and_one_that_is_not_is_not_offered(city, measure, sign_in):
    Department.objects.filter(number=3).update(name="市委网信办")
    client, address = sign_in(city.staff), reverse("measures:edit", args=[measure.pk])
    form = client.get(address).context["form"]
    offered = {label for code, label in form.fields["lead"].choices if str(code).startswith("department-")}
    named = set(Department.objects.exclude(name="").values_list("name", flat=True))
    assert offered == named and "未公布" not in offered
    sent = {name: value for name, value in form.initial.items() if value is not None}
    assert client.post(address, {**sent, "lead": "department-3", "units": ["department-3"]}).status_code == 302
    shown = client.get(LIST).context["measures"]
    assert {one.number: one.lead for one in shown if one.lead} == {measure.number: "市委网信办"}
    assert client.get(address).context["form"].initial["lead"] == "department-3"
