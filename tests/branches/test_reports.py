"""The monthly report: opened by the clock, filed by the secretary, seen by the committee."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from branches.organisation.models import Branch
from branches.reports import services
from branches.reports.figures import Figure, count_all, figure_kinds
from branches.reports.models import Report
from branches.reports.sweeps import open_monthly
from notices.models import Notice
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

SHANGHAI = ZoneInfo("Asia/Shanghai")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def at(*numbers):
    return datetime(*numbers, tzinfo=SHANGHAI)


@pytest.fixture
def report(city):
    open_monthly(at(2026, 11, 30, 17, 30))
    return Report.objects.get(branch=city.branch)


def by_code(counted):
    return {kind.code: figure for kind, figure in counted}


def test_opens_at_half_past_five_of_the_last_day_and_not_before(city):
    open_monthly(at(2026, 11, 30, 17, 29))
    assert set(Report.objects.values_list("month", flat=True)) == {OCTOBER}
    assert open_monthly(at(2026, 11, 30, 17, 30)) == 2
    assert Report.objects.filter(month=NOVEMBER).count() == 2


def test_opens_once_however_often_the_clock_comes(city, django_assert_num_queries):
    assert open_monthly(at(2026, 11, 30, 18, 0)) == 2
    with django_assert_num_queries(3):
        assert open_monthly(at(2026, 12, 5, 9, 0)) == 0
    assert Notice.objects.count() == 2


def test_a_clock_that_slept_over_the_end_of_the_month_catches_up(city):
    assert open_monthly(at(2026, 12, 20, 3, 0)) == 2
    assert set(Report.objects.values_list("month", flat=True)) == {NOVEMBER}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(2026, 11, 30, 17, 30), at(2026, 12, 4, 17, 30)),
        (at(2026, 1, 31, 17, 30), at(2026, 2, 5, 17, 30)),  # the last day is a Saturday
        (at(2026, 9, 30, 17, 30), at(2026, 10, 12, 17, 30)),  # the National Day week, with a make-up Saturday
    ],
)
def test_due_on_the_fourth_working_day_after_the_last(city, now, due):
    open_monthly(now)
    assert {report.due_at for report in Report.objects.all()} == {due}


def test_a_branch_that_came_later_owes_nothing(city):
    Branch.objects.filter(pk=city.other_branch.pk).update(established_on=date(2026, 12, 1))
    assert open_monthly(at(2026, 12, 1, 9, 0)) == 1


def test_only_the_branch_s_leaders_hear_of_it(city, report):
    notices = Notice.objects.filter(key__startswith="report-opened:")
    assert {notice.recipient for notice in notices} == {city.secretary, city.other_secretary}
    notice = notices.get(recipient=city.secretary)
    assert notice.url == f"/reports/{report.pk}/" and "12月4日（周五）17:30" in notice.text


def test_opening_many_costs_the_same(city, django_assert_max_num_queries):
    Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{n}支部", short_name=f"第{n}", established_on=date(2025, 1, 1))
        for n in range(200)
    )
    with django_assert_max_num_queries(12):
        assert open_monthly(at(2026, 11, 30, 18, 0)) == 202


def test_figures_are_counted_by_branch(city):
    appeal = submit_appeal(city, city.other_anchor.anchor, at=at(2026, 11, 2, 9, 0))
    counted = count_all([city.branch.pk, city.other_branch.pk], NOVEMBER)
    mine, theirs = by_code(counted[city.branch.pk]), by_code(counted[city.other_branch.pk])
    assert mine["received"] == Figure(0) and theirs["received"] == Figure(1, None, (appeal.pk,))
    assert theirs["closed"][:2] == (0, 1)
    assert mine["solved"] == Figure(0, 0)
    assert mine["linked"] == Figure(1, 1, (city.anchor.anchor.pk,))
    assert theirs["linked"][:2] == (0, 1)


def test_filing_freezes_the_figures(city, report):
    filed = services.file(report, actor=city.secretary, version=1, remark=" 主播都忙 ", at=at(2026, 12, 1, 9, 0))
    assert (filed.state, filed.remark, filed.filed_by, filed.version) == ("filed", "主播都忙", city.secretary, 2)
    city.anchor.anchor.contact = None
    city.anchor.anchor.save()
    found = {code: (value, of) for code, value, of in filed.figures.values_list("code", "value", "denominator")}
    assert [found[code] for code in ("received", "closed", "solved", "linked", "activists")] == [
        (0, None), (0, 0), (0, 0), (1, 1), (0, None),
    ]
    heard = set(Notice.objects.filter(key=f"report-filed:{report.pk}").values_list("recipient", flat=True))
    assert heard == {city.staff.pk, city.chief.pk}


def test_a_second_filing_and_a_stale_one_are_conflicts(city, report):
    with pytest.raises(Conflict):
        services.file(report, actor=city.secretary, version=7)
    services.file(report, actor=city.secretary, version=1)
    with pytest.raises(Conflict):
        services.file(report, actor=city.secretary, version=2)


@pytest.mark.parametrize("who", ["officer", "other_secretary", "staff", "anchor", "admin"])
def test_only_its_own_leaders_file_it(city, report, who):
    with pytest.raises(PermissionDenied):
        services.file(report, actor=getattr(city, who), version=1)


@pytest.mark.parametrize("remark", ["长" * 201, "a\0b"])
def test_a_remark_that_does_not_fit_is_refused(city, report, remark):
    with pytest.raises(ValidationError):
        services.file(report, actor=city.secretary, version=1, remark=remark)


def test_the_committee_sees_it_once(city, report):
    with pytest.raises(Conflict):
        services.see(report, actor=city.staff)
    services.file(report, actor=city.secretary, version=1)
    with pytest.raises(PermissionDenied):
        services.see(report, actor=city.secretary)
    seen = services.see(report, actor=city.staff).seen_at
    assert services.see(report, actor=city.chief).seen_at == seen
    assert Notice.objects.get(key=f"report-seen:{report.pk}").recipient == city.secretary


class TestPages:
    def test_the_secretary_files_in_two_clicks(self, city, report, sign_in):
        client = sign_in(city.secretary)
        page = client.get(f"/reports/{report.pk}/").content.decode()
        assert "2026 年 11 月支部工作月报" in page and 'id="confirm"' in page and 'form="file-form"' in page
        answer = client.post(f"/reports/{report.pk}/file/", {"version": 1, "remark": "顺利"}, follow=True)
        assert "月报报上去了" in answer.content.decode()
        assert 'id="confirm"' not in answer.content.decode()

    def test_the_committee_marks_it_seen_by_a_button(self, city, report, sign_in):
        services.file(report, actor=city.secretary, version=1)
        client = sign_in(city.staff)
        assert f"/reports/{report.pk}/see/" in client.get(f"/reports/{report.pk}/").content.decode()
        page = client.post(f"/reports/{report.pk}/see/", follow=True).content.decode()
        assert f"/reports/{report.pk}/see/" not in page

    def test_foreign_reports_do_not_exist(self, city, report, sign_in):
        for path in ("", "records/linked/"):
            assert sign_in(city.other_secretary).get(f"/reports/{report.pk}/{path}").status_code == 404
        for verb in ("file", "see"):
            assert sign_in(city.other_secretary).post(f"/reports/{report.pk}/{verb}/").status_code == 404

    def test_seen_but_not_mine_to_do(self, city, report, sign_in):
        assert sign_in(city.officer).get(f"/reports/{report.pk}/").status_code == 200
        assert sign_in(city.officer).post(f"/reports/{report.pk}/file/", {"version": 1}).status_code == 403
        assert sign_in(city.secretary).post(f"/reports/{report.pk}/see/").status_code == 403

    @pytest.mark.parametrize("who", ["anchor", "member", "clerk", "auditor", "admin", "stranger"])
    def test_the_list_is_for_branches_and_the_committee(self, city, sign_in, who):
        assert sign_in(getattr(city, who)).get("/reports/").status_code == 403

    def test_wrong_methods(self, city, report, sign_in):
        client = sign_in(city.secretary)
        assert client.post("/reports/").status_code == client.post(f"/reports/{report.pk}/").status_code == 405
        assert client.get(f"/reports/{report.pk}/file/").status_code == 405
        assert client.get(f"/reports/{report.pk}/see/").status_code == 405

    @pytest.mark.parametrize("version", ["", "x", "9" * 30])
    def test_a_broken_version_is_said(self, city, report, sign_in, version):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": version, "remark": "留着"})
        assert answer.status_code in (400, 409) and "留着" in answer.content.decode()

    def test_a_stale_version_keeps_what_was_typed(self, city, report, sign_in):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": 9, "remark": "留着"})
        assert answer.status_code == 409 and "留着" in answer.content.decode()

    def test_too_long_a_remark_is_said_at_the_field(self, city, report, sign_in):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": 1, "remark": "长" * 10_000})
        assert answer.status_code == 400 and "最多 200 字" in answer.content.decode()

    def test_records_are_those_this_person_may_see(self, city, report, sign_in):
        client = sign_in(city.secretary)
        assert "小禾说鞋" in client.get(f"/reports/{report.pk}/records/linked/").content.decode()
        assert client.get(f"/reports/{report.pk}/records/nothing/").status_code == 404

    def test_late_is_a_chip(self, city, report, sign_in, time_machine):
        time_machine.move_to(at(2026, 12, 7, 10, 0), tick=False)
        assert "超时 1 个工作日" in sign_in(city.staff).get("/reports/").content.decode()
        services.file(report, actor=city.secretary, version=1)
        assert "晚于期限上报" in sign_in(city.staff).get("/reports/?state=filed").content.decode()

    @pytest.mark.parametrize("count", [1, 200])
    def test_list_costs_at_most_eight_statements(self, city, sign_in, django_assert_max_num_queries, count):
        now = timezone.now()
        Report.objects.bulk_create(
            Report(branch=city.branch, month=date(2000 + n // 12, n % 12 + 1, 1), opened_at=now, due_at=now)
            for n in range(count)
        )
        client = sign_in(city.staff)
        with django_assert_max_num_queries(8):
            client.get("/reports/")

    def test_a_draft_costs_one_statement_a_figure(self, city, report, sign_in, django_assert_max_num_queries):
        client = sign_in(city.secretary)
        with django_assert_max_num_queries(7 + len(figure_kinds())):
            client.get(f"/reports/{report.pk}/")
