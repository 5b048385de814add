"""为什么是这一天: every deadline can explain itself, on the page and by the API, whatever moved it (design §5)."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from appeals import explaining, services
from appeals.acting import change, record
from appeals.deadlines import Terms
from appeals.models import Appeal, Category
from appeals.negotiation import services as negotiation
from appeals.workflow import Status, Verb
from branches.calendar.models import DutyShift
from branches.calendar.workcalendar import SHANGHAI
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(appeal):
    """The deadline of the appeal as the API says it."""
    return explaining.deadline(Appeal.objects.get(pk=appeal.pk), at("2026-11-23T09:00"))


def counted(told):
    return [f"{day.date:%m-%d}" for day in told["days"] if day.counts]


def asked(client, user, appeal):
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return client.get(reverse("api:deadline", args=[appeal.pk]))


def taken(city, **words):
    appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", **words)
    return services.accept(appeal, actor=city.other_secretary, at=words["at"] + timedelta(minutes=5))


def passed_on(city, appeal, *, on):
    return negotiation.transfer(appeal, actor=city.other_secretary, branch=city.branch, text="归你们。", at=on)


def extended(city, appeal, days, *, on):
    negotiation.extend(appeal, actor=city.other_secretary, days=days, text="等寄件方回话。", plan="再催一次。", at=on)
    return negotiation.decide_extension(appeal, actor=city.chief, granted=True, at=on)


class TestWorkedExamples:
    def test_a_friday_before_the_spring_festival(self, city, client):
        appeal = taken(city, at=at("2026-02-13T15:00"))
        said = asked(client, city.other_anchor, appeal).json()
        assert said["due_at"] == "2026-02-27T17:30:00+08:00" and said["provisional"] is False
        assert [day["date"] for day in said["days"] if day["counted"]] == [
            "2026-02-14", "2026-02-24", "2026-02-25", "2026-02-26", "2026-02-27",
        ]
        assert said["days"][1] == {"date": "2026-02-14", "counted": True, "reason": "第 1 天，春节调休上班"}
        assert said["days"][2] == {"date": "2026-02-15", "counted": False, "reason": "春节，不计"}
        assert len(said["days"]) == 15

    def test_after_hours_before_the_national_holiday(self, city, client, sign_in):
        appeal = taken(city, at=at("2026-09-30T18:10"))
        assert counted(told(appeal)) == ["10-09", "10-10", "10-12", "10-13", "10-14"]
        page = sign_in(city.other_anchor).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "为什么是这一天" in page
        assert "18:10 到支部，已下班，算下一个工作日" in page and "第 2 天，国庆节调休上班" in page

    def test_hours_of_duty(self, city):
        said = told(submit_appeal(city, category="L2", at=at("2026-11-20T17:10")))
        assert [day.note for day in said["days"]] == [
            "17:10 到联系党员，计 20 分钟", "周末，不计", "周末，不计", "计 1 小时 40 分钟，10:10 到期",
        ]
        assert "2 小时" in said["rule"] and counted(said) == ["11-20", "11-23"]


class TestWhatMovedIt:
    def test_a_transfer_keeps_the_days_of_the_first_stage(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-11-16T10:00"))
        passed_on(city, appeal, on=at("2026-11-18T10:00"))
        appeal = services.accept(appeal, actor=city.secretary, at=at("2026-11-18T11:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-23T17:30")
        assert counted(said) == ["11-17", "11-18", "11-19", "11-20", "11-23"]
        assert "期限不重新算" in said["rule"] and "10:00 起算" in said["days"][0].note

    def test_accepting_is_cut_short_by_the_deadline_that_was_kept(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-11-16T10:00"))
        passed_on(city, appeal, on=at("2026-11-23T10:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-23T17:30") and "5 个工作日内接单" in said["rule"]
        assert counted(said)[-1] == "11-23"

    def test_an_extension_counts_on(self, city):
        appeal = extended(city, taken(city, at=at("2026-11-16T10:00")), 3, on=at("2026-11-20T10:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-26T17:30")
        assert len(counted(said)) == 8 and "其中 3 个工作日是同意延期加上的。" in said["rule"]

    def test_a_stricter_class_is_counted_from_when_it_was_given(self, city):
        appeal = taken(city, at=at("2026-11-16T10:00"))
        urgent = Category.objects.filter(service_class="URGENT").first()
        negotiation.reclassify(appeal, actor=city.other_secretary, category=urgent, at=at("2026-11-17T10:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-19T17:30") and counted(said) == ["11-18", "11-19"]
        assert "改成了更急的类别" in said["rule"] and said["days"][0].note == "10:00 改类别，当天不计"

    def test_a_milder_class_moves_nothing_and_still_explains(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor, category="L2", at=at("2026-11-17T09:00"))
        assert appeal.current.accept_due_at == at("2026-11-17T11:00")
        mild = Category.objects.get(pk="A2")
        negotiation.reclassify(appeal, actor=city.other_secretary, category=mild, at=at("2026-11-17T09:30"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-17T11:00") and len(said["days"]) == 1
        assert "改类别以前定的期限更早" in said["rule"]

    def test_a_resumed_one_counts_what_was_left_from_the_resume(self, city):
        appeal = taken(city, at=at("2026-11-16T10:00"))
        resumed(city, appeal, minutes=500, on=at("2026-11-20T15:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-23T16:50")
        assert [day.note for day in said["days"]] == [
            "15:00 恢复办理，计 2 小时 30 分钟", "周末，不计", "周末，不计", "计 5 小时 50 分钟，16:50 到期",
        ]
        assert "8 小时 20 分钟" in said["rule"] and "挂起时还剩" in said["rule"]

    def test_resumed_and_extended_within_a_minute(self, city):
        appeal = taken(city, at=at("2026-11-16T10:00"))
        resumed(city, appeal, minutes=500, on=at("2026-11-20T15:00:30"))
        said = told(extended(city, appeal, 1, on=at("2026-11-23T10:00")))
        assert said["due_at"] == at("2026-11-24T17:30")
        assert said["days"][-1].note.endswith("17:30 到期") and "1 个工作日是同意延期加上的" in said["rule"]

    def test_a_deadline_of_a_calendar_that_is_no_more_says_so(self, city):
        appeal = taken(city, at=at("2026-11-16T10:00"))
        change(appeal.current, due_at=at("2026-11-25T12:00"))
        said = told(appeal)
        assert said["days"] == [] and "按当时的日历和值班表定的" in said["rule"]


def resumed(city, appeal, *, minutes, on):
    """As a resume leaves it: so many minutes of duty, counted from now."""
    terms = Terms.load()
    change(appeal.current, **terms.handling(on, f"{minutes}m"))
    record(appeal, Verb.RESUME, stage=appeal.current, actor=city.other_secretary, at=on, facts={})


class TestNoClock:
    def test_after_the_answer_there_is_none(self, city, client):
        appeal = services.reply(submit_appeal(city), actor=city.member, text="已办。")
        assert asked(client, city.anchor, appeal).json() == {
            "due_at": None, "resume_at": None, "provisional": False, "rule": "", "days": [],
        }

    def test_a_suspended_one_says_when_it_goes_on(self, city, client):
        appeal = taken(city, at=at("2026-11-16T10:00"))
        Appeal.objects.filter(pk=appeal.pk).update(status=Status.SUSPENDED)
        change(
            appeal.current, accept_due_at=None, due_at=None, remind_at=None, amber_at=None, minutes_left=500,
            resume_at=at("2026-11-25T17:30"),
        )
        said = asked(client, city.other_anchor, appeal).json()
        assert (said["due_at"], said["resume_at"], said["days"]) == (None, "2026-11-25T17:30:00+08:00", [])


class TestProvisional:
    def test_a_year_without_calendar_is_marked_everywhere(self, city, sign_in, client):
        appeal = taken(city, at=at("2026-12-30T10:00"))
        assert asked(client, city.other_anchor, appeal).json()["provisional"] is True
        page = sign_in(city.other_anchor).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "（暂定）" in page and "还没有公布放假安排" in page and "第 2 天，暂定" in page
        listed = sign_in(city.other_secretary).get(reverse("appeals:list"))
        assert "（暂定）" in listed.content.decode()

    def test_within_a_known_year_nothing_is(self, city, client):
        assert asked(client, city.other_anchor, taken(city, at=at("2026-11-16T10:00"))).json()["provisional"] is False


class TestDutyList:
    @pytest.fixture(autouse=True)
    def that_evening(self):
        with time_machine.travel(at("2026-11-20T18:30")):  # the calendar forgets shifts that are long over
            yield

    def test_a_shift_lets_the_hours_of_what_is_critical_run_at_night(self, city):
        DutyShift.objects.create(user=city.staff, starts_at=at("2026-11-20T18:00"), ends_at=at("2026-11-20T22:00"))
        appeal = submit_appeal(city, category="L2", at=at("2026-11-20T19:00"))
        said = told(appeal)
        assert said["due_at"] == at("2026-11-20T21:00") and appeal.current.remind_at == at("2026-11-20T20:00")
        assert [day.note for day in said["days"]] == ["19:00 到联系党员，计 2 小时，有人值班，21:00 到期"]
        assert "有人值班的时间也算" in said["rule"]

    def test_and_of_nothing_else(self, city):
        DutyShift.objects.create(user=city.staff, starts_at=at("2026-11-20T18:00"), ends_at=at("2026-11-20T22:00"))
        urgent = Category.objects.filter(service_class="URGENT").first()
        appeal = submit_appeal(city, category=urgent.pk, at=at("2026-11-20T19:00"))
        assert appeal.current.accept_due_at == at("2026-11-23T15:00")
