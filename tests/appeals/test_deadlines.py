"""Deadlines of a stage, in working time (design §5, domain.md §5.3): data/service_levels.csv through the calendar."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from appeals import services, sweeps
from appeals.deadlines import Terms
from appeals.models import Stage
from branches.calendar.workcalendar import SHANGHAI
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_a_normal_appeal_of_a_friday_before_the_spring_festival(city):
    appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-02-13T15:00"))
    assert appeal.current.due_at == at("2026-02-27T17:30")
    assert appeal.current.accept_due_at == at("2026-02-14T17:30")


def test_after_hours_counts_as_the_next_working_day(city):
    appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-09-30T18:10"))
    assert appeal.current.due_at == at("2026-10-14T17:30")


def test_accepting_is_due_first_and_half_of_it_reminds(city):
    stage = submit_appeal(city, at=at("2026-11-23T10:00")).current
    assert stage.deadline_at == stage.accept_due_at == at("2026-11-24T17:30")
    assert (stage.remind_at, stage.amber_at) == (at("2026-11-24T11:45"), at("2026-11-24T15:33"))


def test_after_accepting_the_handling_limit_is_counted_from_the_entry(city):
    appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-11-16T10:00"))
    stage = services.accept(appeal, actor=city.other_secretary, at=at("2026-11-17T09:00")).current
    assert stage.due_at == at("2026-11-23T17:30")
    assert stage.amber_at == at("2026-11-20T11:45")  # 70 % of five days falls on day 4
    assert stage.remind_at == at("2026-11-19T11:45")


def test_a_limit_of_hours_runs_in_duty_hours_and_has_no_amber(city):
    stage = submit_appeal(city, category="L2", at=at("2026-11-23T11:30")).current
    assert stage.accept_due_at == at("2026-11-23T16:00")
    assert stage.amber_at is None


def test_at_17_30_sharp_it_is_still_in_time(city):
    appeal = submit_appeal(city, at=at("2026-11-23T10:00"))
    assert sweeps.escalate(appeal.current.accept_due_at) == 0
    assert sweeps.escalate(appeal.current.accept_due_at + timedelta(microseconds=1)) == 1


def test_another_level_starts_a_deadline_of_its_own(city):
    appeal = submit_appeal(city, at=at("2026-11-23T10:00"))
    appeal = services.hand_up(appeal, actor=city.member, at=at("2026-11-24T10:00"))
    assert appeal.current.accept_due_at == at("2026-11-25T17:30")
    assert appeal.current.due_at == at("2026-12-01T17:30")


def test_a_reopening_starts_a_deadline_of_its_own(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="已办。", at=at("2026-11-16T10:20"))
    appeal = services.reopen(appeal, actor=city.anchor, text="没有赔到。", at=at("2026-11-24T10:00"))
    assert appeal.current.accept_due_at == at("2026-11-25T17:30")
    assert appeal.current.due_at == at("2026-12-01T17:30")


def test_an_answer_waits_ten_working_days_for_the_judgement(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="已办。", at=at("2026-11-16T10:20"))
    assert appeal.judge_by == at("2026-11-30T17:30")


def test_a_year_without_calendar_follows_the_weekdays_and_never_fails(city):
    stage = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2031-05-02T10:00")).current
    assert stage.due_at == at("2031-05-09T17:30")


def test_every_class_has_limits_on_every_level(city):
    terms = Terms.load()
    for service_class, level in terms.limits:
        columns = terms.on_entering(service_class, level, timezone.now())
        assert columns["accept_due_at"] <= columns["due_at"]
        assert columns["remind_at"] <= columns["accept_due_at"]
    assert len(terms.limits) == 18


def test_the_clock_catches_up_after_a_long_sleep_one_level_a_tick(city):
    appeal = submit_appeal(city, at=at("2026-09-01T10:00"))
    for n in range(1, 4):
        sweeps.escalate(at("2026-11-02T09:00"))
        assert Stage.objects.filter(appeal=appeal).count() == 2, f"tick {n}"
