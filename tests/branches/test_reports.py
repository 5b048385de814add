"""Reports: opened by the clock, filed by the secretary, returned or accepted by the committee."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from branches.admission.models import ReportForm
from branches.calendar.services import current_calendar
from branches.organisation.models import Branch
from branches.reports import deadlines, figures, periods, reading, services, unrecorded
from branches.reports.figures import Figure, count_all, kinds_of
from branches.reports.models import Report
from branches.reports.sweeps import open_due, remind_late
from members.meetings import services as meetings
from members.models import Activist
from notices.models import Notice
from tests.factories import open_report, planned_meeting, recorded_meeting, roster_rows, submit_appeal
from xinyu_portal.errors import Conflict

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOVEMBER = periods.parse("2026-11")


def at(*numbers):
    return datetime(*numbers, tzinfo=SHANGHAI)


@pytest.fixture
def report(city):
    open_due(at(2026, 11, 30, 17, 30))
    return Report.objects.get(branch=city.branch)


def by_code(counted):
    return {kind.code: figure for kind, figure in counted}


def test_opens_at_half_past_five_of_the_last_day_and_not_before(city):
    open_due(at(2026, 11, 30, 17, 29))
    assert set(Report.objects.values_list("period", flat=True)) == {"2026-10"}
    assert open_due(at(2026, 11, 30, 17, 30)) == 2
    assert Report.objects.filter(period="2026-11").count() == 2


def test_opens_once_however_often_the_clock_comes(city, django_assert_num_queries):
    assert open_due(at(2026, 11, 30, 18, 0)) == 2
    with django_assert_num_queries(4):
        assert open_due(at(2026, 12, 5, 9, 0)) == 0
    assert Notice.objects.count() == 2


def test_a_clock_that_slept_over_the_end_of_the_month_catches_up(city):
    assert open_due(at(2026, 12, 20, 3, 0)) == 2
    assert set(Report.objects.values_list("period", flat=True)) == {"2026-11"}


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (at(2026, 11, 30, 17, 30), at(2026, 12, 4, 17, 30)),
        (at(2026, 1, 31, 17, 30), at(2026, 2, 5, 17, 30)),  # the last day is a Saturday
        (at(2026, 9, 30, 17, 30), at(2026, 10, 12, 17, 30)),  # the National Day week, with a make-up Saturday
    ],
)
def test_due_on_the_fourth_working_day_after_the_last(city, now, due):
    open_due(now)
    assert {report.due_at for report in Report.objects.all()} == {due}


def test_a_branch_that_came_later_owes_nothing(city):
    Branch.objects.filter(pk=city.other_branch.pk).update(established_on=date(2026, 12, 1))
    assert open_due(at(2026, 12, 1, 9, 0)) == 1


def test_only_the_branch_s_leaders_hear_of_it(city, report):
    notices = Notice.objects.filter(key__startswith="report-opened:")
    assert {notice.recipient for notice in notices} == {city.secretary, city.other_secretary}
    notice = notices.get(recipient=city.secretary)
    assert notice.url == f"/reports/{report.pk}/#confirm" and "12月4日（周五）17:30" in notice.text


def test_opening_many_costs_the_same(city, django_assert_max_num_queries):
    Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{n}支部", short_name=f"第{n}", established_on=date(2025, 1, 1))
        for n in range(200)
    )
    with django_assert_max_num_queries(16):
        assert open_due(at(2026, 11, 30, 18, 0)) == 202


def test_figures_are_counted_by_branch(city):
    appeal = submit_appeal(city, city.other_anchor.anchor, at=at(2026, 11, 2, 9, 0))
    counted = count_all([city.branch.pk, city.other_branch.pk], NOVEMBER)
    mine, theirs = by_code(counted[city.branch.pk]), by_code(counted[city.other_branch.pk])
    assert mine["received"] == Figure(0) and theirs["received"] == Figure(1, None, (appeal.pk,))
    assert theirs["closed"][:2] == (0, 1)
    assert mine["solved"] == Figure(0, 0)
    assert mine["linked"] == Figure(1, 1, (city.anchor.anchor.pk,), inner=(city.anchor.anchor.pk,))
    assert theirs["linked"][:2] == (0, 1)


def test_filing_freezes_the_figures(city, report):
    filed = services.file(report, actor=city.secretary, version=1, remarks=" 主播都忙 ", at=at(2026, 12, 1, 9, 0))
    assert (filed.state, filed.remarks, filed.filed_by, filed.version) == ("filed", "主播都忙", city.secretary, 2)
    city.anchor.anchor.contact = None
    city.anchor.anchor.save()
    found = {code: (value, of) for code, value, of in filed.figures.values_list("code", "value", "denominator")}
    assert [found[code] for code in ("received", "closed", "solved", "linked", "activists")] == [
        (0, None), (0, 0), (0, 0), (1, 1), (0, None),
    ]
    heard = set(Notice.objects.filter(key__startswith=f"report-filed:{report.pk}:").values_list("recipient", flat=True))
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
        services.file(report, actor=city.secretary, version=1, remarks=remark)


def test_the_committee_accepts_what_was_filed_once(city, report):
    with pytest.raises(Conflict):
        services.accept(report, actor=city.staff)
    services.file(report, actor=city.secretary)
    with pytest.raises(PermissionDenied):
        services.accept(report, actor=city.secretary)
    accepted = services.accept(report, actor=city.staff)
    assert (accepted.state, accepted.accepted_by) == ("accepted", city.staff)
    with pytest.raises(Conflict):
        services.accept(report, actor=city.chief)
    assert Notice.objects.get(key__startswith=f"report-accepted:{report.pk}:").recipient == city.secretary


class TestReturned:
    def test_its_figures_count_afresh_until_it_is_filed_again(self, city, report):
        report = services.file(report, actor=city.secretary)
        unlink(city)
        assert values(report)["linked"] == 1
        services.give_back(report, actor=city.staff, reason="联系党员换了。")
        report.refresh_from_db()
        assert report.state == "returned" and values(report)["linked"] == 0
        services.file(report, actor=city.secretary)
        report.refresh_from_db()
        assert report.state == "filed" and values(report)["linked"] == 0
        assert report.figures.count() == len(kinds_of("month"))

    def test_the_leaders_hear_why_each_time(self, city, report):
        for reason in ("走访少记了一条。", "还是少一条。"):
            services.file(report, actor=city.secretary)
            services.give_back(report, actor=city.staff, reason=reason)
        heard = Notice.objects.filter(key__startswith=f"report-returned:{report.pk}:")
        assert {notice.recipient for notice in heard} == {city.secretary}
        assert sorted(notice.text[:7] for notice in heard) == ["走访少记了一条", "还是少一条。 "]

    def test_it_gets_two_working_days_or_keeps_its_later_deadline(self, city, report):
        services.file(report, actor=city.secretary, at=at(2026, 12, 1, 9, 0))
        early = services.give_back(report, actor=city.staff, reason="重报。", at=at(2026, 12, 1, 10, 0))
        assert early.due_at == at(2026, 12, 4, 17, 30)
        services.file(report, actor=city.secretary, at=at(2026, 12, 4, 17, 0))
        late = services.give_back(report, actor=city.staff, reason="重报。", at=at(2026, 12, 7, 10, 0))
        assert late.due_at == at(2026, 12, 9, 17, 30)

    @pytest.mark.parametrize("reason", ["", " 。 ", "长" * 201, "少了\0一条"])
    def test_not_without_a_reason(self, city, report, reason):
        services.file(report, actor=city.secretary)
        with pytest.raises(ValidationError):
            services.give_back(report, actor=city.staff, reason=reason)

    def test_only_what_is_filed_and_only_by_the_committee(self, city, report):
        with pytest.raises(Conflict):
            services.give_back(report, actor=city.staff, reason="重报。")
        services.file(report, actor=city.secretary)
        with pytest.raises(PermissionDenied):
            services.give_back(report, actor=city.secretary, reason="重报。")
        services.accept(report, actor=city.staff)
        with pytest.raises(Conflict):
            services.give_back(report, actor=city.staff, reason="重报。")


class TestLate:
    def test_reminded_once_and_in_private(self, city, report):
        assert remind_late(at(2026, 12, 4, 17, 30)) == 0  # 17:30 sharp is in time
        assert remind_late(at(2026, 12, 4, 17, 31)) == 2
        assert remind_late(at(2026, 12, 5, 9, 0)) == 0
        heard = Notice.objects.filter(key__startswith="report-late:")
        assert {notice.recipient for notice in heard} == {city.secretary, city.other_secretary}

    def test_what_is_filed_is_not_reminded_of(self, city, report):
        services.file(report, actor=city.secretary)
        assert remind_late(at(2026, 12, 5, 9, 0)) == 1

    def test_a_returned_one_is_late_anew(self, city, report):
        remind_late(at(2026, 12, 4, 18, 0))
        services.file(report, actor=city.secretary, at=at(2026, 12, 7, 9, 0))
        services.give_back(report, actor=city.staff, reason="重报。", at=at(2026, 12, 7, 10, 0))
        assert remind_late(at(2026, 12, 9, 18, 0)) == 1

    def test_the_committee_lists_it_from_the_next_working_day_on(self, city, report):
        assert not deadlines.on_the_list(at(2026, 12, 4, 18, 0), current_calendar()).exists()
        assert not deadlines.on_the_list(at(2026, 12, 7, 17, 29), current_calendar()).exists()
        assert deadlines.on_the_list(at(2026, 12, 7, 17, 30), current_calendar()).count() == 2

    def test_the_list_is_the_committees_alone(self, city, report, sign_in, time_machine):
        time_machine.move_to(at(2026, 12, 8, 10, 0), tick=False)
        seen = sign_in(city.staff).get("/reports/?state=late").context
        assert len(seen["page"].rows) == 2 and "逾期" in [tab["label"] for tab in seen["tabs"]]
        services.file(report, actor=city.secretary)
        assert len(sign_in(city.staff).get("/reports/?state=late").context["page"].rows) == 1
        seen = sign_in(city.secretary).get("/reports/?state=late").context
        assert "逾期" not in [tab["label"] for tab in seen["tabs"]] and len(seen["page"].rows) == 1

    def test_what_the_clock_opens_after_its_deadline_is_not_scolded_at_once(self, city):
        open_due(at(2026, 12, 20, 3, 0))
        assert remind_late(at(2026, 12, 20, 3, 1)) == 0


class TestEveryPeriod:
    @pytest.fixture
    def admitted(self, city):
        ReportForm.objects.update(state="approved")

    def test_all_four_open_at_the_end_of_a_year(self, city, admitted):
        assert open_due(at(2026, 12, 31, 17, 30)) == 8
        mine = Report.objects.filter(branch=city.branch)
        assert set(mine.values_list("form", "period")) == {
            ("month", "2026-12"), ("quarter", "2026-Q4"), ("half-year", "2026-H2"), ("year", "2026"),
        }
        assert {report.due_at for report in mine} == {
            deadlines.due_at(current_calendar(), date(2026, 12, 31), "REPORT_DUE")
        }

    def test_one_that_is_not_admitted_is_not_opened(self, city):
        assert open_due(at(2026, 12, 31, 17, 30)) == 2
        assert set(Report.objects.values_list("form", flat=True)) == {"month"}

    def test_a_quarter_counts_its_three_months(self, city, admitted):
        for month in (7, 8, 9):
            submit_appeal(city, city.other_anchor.anchor, at=at(2026, month, 15, 9, 0))
        counted = count_all([city.other_branch.pk], periods.parse("2026-Q3"))
        assert by_code(counted[city.other_branch.pk])["received"].value == 3
        counted = count_all([city.other_branch.pk], periods.parse("2026-08"))
        assert by_code(counted[city.other_branch.pk])["received"].value == 1


class TestFrozen:
    def test_it_opens_what_was_counted_then_and_marks_what_changed(self, city, report, sign_in):
        services.file(report, actor=city.secretary)
        page = sign_in(city.secretary).get(f"/reports/{report.pk}/records/linked/").content.decode()
        assert "小禾说鞋" in page and "上报后改过" not in page
        unlink(city)
        page = sign_in(city.secretary).get(f"/reports/{report.pk}/records/linked/").content.decode()
        assert "小禾说鞋" in page and "上报后改过" in page

    def test_a_record_that_went_is_counted_still(self, city, report, sign_in):
        activist = Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2026, 11, 2))
        services.file(report, actor=city.secretary)
        activist.delete()
        page = sign_in(city.secretary).get(f"/reports/{report.pk}/records/activists/").content.decode()
        assert "计入的 1 条里有 1 条不归您看，或者上报以后已经没有了" in page

    def test_null_is_not_nought(self, city, report, sign_in, monkeypatch):
        kinds = kinds_of("month")
        nothing = replace(kinds[0], count=lambda ids, start, end: dict.fromkeys(ids, Figure(None)))
        monkeypatch.setattr(figures, "figure_kinds", lambda: (nothing, *kinds[1:]))
        page = sign_in(city.secretary).get(f"/reports/{report.pk}/").content.decode()
        assert page.count("没有数据") == 2  # in the table, and where it is confirmed
        services.file(report, actor=city.secretary)
        assert report.figures.first().value is None and report.figures.get(code="activists").value == 0

    def test_the_records_of_a_share_say_which_count(self, city, report, sign_in):
        unlink(city)
        services.file(report, actor=city.secretary)
        client, address = sign_in(city.secretary), f"/reports/{report.pk}/records/linked/"
        assert "没算进去" in client.get(address).content.decode()
        out = client.get(address, {"show": "out"})
        assert [record.numerator for record in out.context["records"]] == [False]
        assert "1 名里算进 0 名" in out.content.decode()

    def test_the_page_shows_the_same_figure_one_period_before(self, city, report, sign_in):
        earlier = open_report(city.branch)
        services.file(earlier, actor=city.secretary)
        unlink(city)
        page = sign_in(city.secretary).get(f"/reports/{report.pk}/").content.decode()
        assert "10 月 1 / 1" in page and "看 10 月的月报（已上报）" in page


def values(report):
    return {row.code: row.value for row in reading.rows_of(report)}


def unlink(city):
    city.anchor.anchor.contact = None
    city.anchor.anchor.save()


class TestPages:
    def test_the_secretary_files_in_two_clicks(self, city, report, sign_in):
        client = sign_in(city.secretary)
        page = client.get(f"/reports/{report.pk}/").content.decode()
        assert "2026 年 11 月支部工作月报" in page and 'id="confirm"' in page and 'form="file-form"' in page
        answer = client.post(f"/reports/{report.pk}/file/", {"version": 1, "remarks": "顺利"}, follow=True)
        assert "月报已上报" in answer.content.decode()
        assert 'id="confirm"' not in answer.content.decode()

    def test_the_committee_accepts_it_by_a_button(self, city, report, sign_in):
        services.file(report, actor=city.secretary, version=1)
        client = sign_in(city.staff)
        assert f"/reports/{report.pk}/accept/" in client.get(f"/reports/{report.pk}/").content.decode()
        page = client.post(f"/reports/{report.pk}/accept/", follow=True).content.decode()
        assert f"/reports/{report.pk}/accept/" not in page

    def test_foreign_reports_do_not_exist(self, city, report, sign_in):
        for path in ("", "records/linked/"):
            assert sign_in(city.other_secretary).get(f"/reports/{report.pk}/{path}").status_code == 404
        for verb in ("file", "accept", "return"):
            assert sign_in(city.other_secretary).post(f"/reports/{report.pk}/{verb}/").status_code == 404

    def test_seen_but_not_mine_to_do(self, city, report, sign_in):
        assert sign_in(city.officer).get(f"/reports/{report.pk}/").status_code == 200
        assert sign_in(city.officer).post(f"/reports/{report.pk}/file/", {"version": 1}).status_code == 403
        assert sign_in(city.secretary).post(f"/reports/{report.pk}/accept/").status_code == 403

    @pytest.mark.parametrize("who", ["anchor", "member", "clerk", "auditor", "admin", "stranger"])
    def test_the_list_is_for_branches_and_the_committee(self, city, sign_in, who):
        assert sign_in(getattr(city, who)).get("/reports/").status_code == 403

    def test_wrong_methods(self, city, report, sign_in):
        client = sign_in(city.secretary)
        assert client.post("/reports/").status_code == client.post(f"/reports/{report.pk}/").status_code == 405
        assert client.get(f"/reports/{report.pk}/file/").status_code == 405
        assert client.get(f"/reports/{report.pk}/accept/").status_code == 405

    @pytest.mark.parametrize("version", ["", "x", "9" * 30])
    def test_a_broken_version_is_said(self, city, report, sign_in, version):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": version, "remarks": "留着"})
        assert answer.status_code in (400, 409) and "留着" in answer.content.decode()

    def test_a_stale_version_keeps_what_was_typed(self, city, report, sign_in):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": 9, "remarks": "留着"})
        assert answer.status_code == 409 and "留着" in answer.content.decode()

    def test_too_long_a_remark_is_said_at_the_field(self, city, report, sign_in):
        answer = sign_in(city.secretary).post(f"/reports/{report.pk}/file/", {"version": 1, "remarks": "长" * 10_000})
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
            Report(
                branch=city.branch, form="event", period="2026-10-12", subject=f"第 {n} 件", opened_at=now, due_at=now,
                starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 12),
            )
            for n in range(count)
        )
        client = sign_in(city.staff)
        with django_assert_max_num_queries(8):
            client.get("/reports/")

    def test_a_filed_report_costs_at_most_twelve(self, city, report, sign_in, django_assert_max_num_queries):
        services.file(report, actor=city.secretary)
        client = sign_in(city.secretary)
        with django_assert_max_num_queries(12):
            client.get(f"/reports/{report.pk}/")

    def test_one_that_counts_costs_one_more_for_each_figure(self, city, report, sign_in, django_assert_max_num_queries):
        client = sign_in(city.secretary)
        with django_assert_max_num_queries(12 + len(kinds_of("month"))):
            client.get(f"/reports/{report.pk}/")


class TestForms:
    def test_the_monthly_one_has_at_least_fifteen_figures_each_once(self):
        codes = [kind.code for kind in kinds_of("month")]
        assert len(codes) == len(set(codes)) >= 15

    def test_each_says_how_it_is_counted_and_fits_its_column(self):
        for kind in figures.figure_kinds():
            assert kind.how.endswith("。") and len(kind.how) <= 300 and len(kind.title) <= 40 and len(kind.code) <= 40
            assert kind.unit and len(kind.unit) <= 10

    def test_a_group_stands_together(self):
        groups = [kind.group for kind in figures.figure_kinds()]
        opened = [group for group, before in zip(groups, [None, *groups], strict=False) if group != before]
        assert len(opened) == len(set(opened))

    def test_an_event_has_what_is_so_on_its_day(self):
        assert [kind.code for kind in kinds_of("event")] == ["linked"]


class TestUnrecorded:
    """What the period still waits for is said to who files, and stops nobody."""

    NOTE = "本期还有没记进来的"

    @pytest.fixture
    def october(self, city):
        return open_report(city.branch)

    @pytest.fixture
    def evening(self, city):
        return planned_meeting(city, starts_at=at(2026, 10, 20, 19, 0))

    def test_a_meeting_without_minutes_is_said_on_the_page_and_where_it_is_confirmed(
        self, city, october, evening, sign_in
    ):
        page = sign_in(city.secretary).get(f"/reports/{october.pk}/").content.decode()
        link = f'{self.NOTE}：<a href="/meetings/{evening.pk}/record/">1 次会还没有记录</a>。上报以后数字就定住了。'
        assert page.count(link) == 2

    def test_so_are_minutes_that_were_sent_back_and_a_member_on_the_way(self, city, october, sign_in):
        meeting = recorded_meeting(city, starts_at=at(2026, 10, 20, 19, 0))
        meetings.send_back(meeting, actor=city.staff, version=meeting.version, reason="写全一点。")
        letter = roster_rows(city)["moving_in"]
        page = sign_in(city.secretary).get(f"/reports/{october.pk}/").content.decode()
        assert f'<a href="/meetings/{meeting.pk}/record/">1 份会议记录退回来了，还没有重记</a>、' in page
        assert f'<a href="/members/transfers/{letter.pk}/">1 名党员等接收</a>。' in page

    def test_several_lead_to_their_list(self, city, october, evening):
        planned_meeting(city, starts_at=at(2026, 10, 21, 19, 0))
        assert unrecorded.unrecorded(october) == [("2 次会还没有记录", "/meetings/?state=PLANNED")]

    @pytest.mark.parametrize("when", [at(2026, 9, 30, 23, 59), at(2026, 11, 1, 0, 0)])
    def test_what_began_outside_the_period_is_none_of_it(self, city, october, when):
        planned_meeting(city, starts_at=when)
        assert unrecorded.unrecorded(october) == []

    def test_a_meeting_that_has_not_begun_cannot_be_recorded(self, city):
        now = timezone.now()
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=1))
        bounds = now - timedelta(days=1), now + timedelta(days=1)
        assert [ask(city.branch.pk, *bounds) for ask in unrecorded._askers()] == [[], []]
        meeting.starts_at = now - timedelta(hours=1)
        meeting.save()
        assert [ask(city.branch.pk, *bounds) for ask in unrecorded._askers()] != [[], []]

    def test_a_letter_dated_after_the_period_moves_nobody_in_it(self, city):
        roster_rows(city)  # dated 15 January 2026
        before = open_report(city.branch, "2025-12")
        assert unrecorded.unrecorded(before) == []
        assert unrecorded.unrecorded(open_report(city.branch, "2026-01")) != []

    def test_an_uneventful_month_and_another_branch_show_no_note(self, city, october, sign_in):
        assert self.NOTE not in sign_in(city.secretary).get(f"/reports/{october.pk}/").content.decode()
        planned_meeting(city, starts_at=at(2026, 10, 20, 19, 0))
        theirs = open_report(city.other_branch)
        assert self.NOTE not in sign_in(city.other_secretary).get(f"/reports/{theirs.pk}/").content.decode()

    @pytest.mark.parametrize("who", ["officer", "staff"])
    def test_who_does_not_file_is_not_told(self, city, october, evening, sign_in, who):
        assert self.NOTE not in sign_in(getattr(city, who)).get(f"/reports/{october.pk}/").content.decode()

    def test_it_can_be_filed_all_the_same_and_then_says_nothing(self, city, october, evening, sign_in):
        client = sign_in(city.secretary)
        page = client.post(f"/reports/{october.pk}/file/", {"version": 1}, follow=True).content.decode()
        assert "月报已上报" in page and self.NOTE not in page

    def test_a_report_on_a_matter_waits_for_no_meeting(self, city, evening):
        event = Report.objects.create(
            branch=city.branch, form="event", period="2026-10-20", subject="消防检查", starts_on=date(2026, 10, 20),
            ends_on=date(2026, 10, 20), opened_at=timezone.now(), due_at=timezone.now(),
        )
        assert unrecorded.unrecorded(event) == []
