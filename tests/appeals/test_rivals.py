"""One test for each hole that other systems for complaints have, by the rival's name.

Zammad's merge cannot be undone: tests/appeals/test_merging.py, test_a_merge_can_be_undone_unlike_zammads.
That submitting and replying do without Redis is tests/faults/test_redis_away.py.
"""

from datetime import date, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from appeals import services, sweeps
from appeals.models import Appeal, Category, Stage
from appeals.negotiation import services as negotiation
from appeals.workflow import Level, Outcome, Status
from branches.calendar.models import WorkDay
from branches.calendar.workcalendar import WorkCalendar
from branches.calendar.worktime import due_at, parse_limit
from tests.appeals.test_chain import tick_all
from tests.factories import let_lapse, submit_appeal

pytestmark = pytest.mark.django_db


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def test_signalen_has_no_clock_at_all_ours_climbs_to_the_top_untouched(city):
    appeal, seen = submit_appeal(city), []
    for _ in range(3):
        let_lapse(fresh(appeal))
        tick_all()
        seen.append(fresh(appeal).current.level)
    assert seen == [Level.BRANCH, Level.COMMITTEE, Level.COMMITTEE]
    assert {"yellow_card"} <= {event.verb for event in appeal.events.all()}


def test_digits_clock_is_reset_by_any_edit_ours_stays_as_first_set(city):
    """A note, another holder, a slower class, a return that is refused, another branch: the day stays."""
    appeal = services.hand_up(submit_appeal(city, category="A2"), actor=city.member)
    first = appeal.current.due_at
    services.accept(appeal, actor=city.officer)
    services.note(appeal, actor=city.officer, text="问过网点。")
    negotiation.assign(appeal, actor=city.officer, holder=city.secretary)
    slower = Category.objects.filter(service_class="COMPLEX").first()
    negotiation.reclassify(appeal, actor=city.secretary, category=slower)
    negotiation.ask_return(appeal, actor=city.secretary, reason="NOT_OURS", text="不归支部办。")
    negotiation.decide_return(appeal, actor=city.staff, granted=False)
    assert fresh(appeal).current.due_at == first
    moved = negotiation.transfer(appeal, actor=city.secretary, branch=city.other_branch, text="归那边联系。")
    assert moved.current.due_at == first


def test_digit_skips_what_nobody_picked_up_ours_escalates_it(city):
    appeal = submit_appeal(city)
    Stage.objects.filter(appeal=appeal).update(accept_due_at=timezone.now() - timedelta(minutes=1))
    assert appeal.current.due_at > timezone.now()
    assert sweeps.escalate(timezone.now()) == 1
    assert (fresh(appeal).status, fresh(appeal).current.level) == (Status.SUBMITTED, Level.BRANCH)


def test_bk_itsm_loses_its_timers_with_redis_ours_are_columns(city):
    """No verb sends a message, and a tick after any outage finds every deadline that passed."""
    with patch("celery.app.base.Celery.send_task", side_effect=ConnectionError), patch(
        "celery.app.task.Task.apply_async", side_effect=ConnectionError
    ):
        appeal = submit_appeal(city)
        services.accept(appeal, actor=city.member)
    for days in (90, 180):  # one level a tick
        sweeps.escalate(timezone.now() + timedelta(days=days))
    assert fresh(appeal).current.level == Level.COMMITTEE


def test_bk_itsm_books_silence_as_content_ours_never(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="赔三双。")
    sweeps.close_silent(appeal.judge_by + timedelta(seconds=1))
    judgement = appeal.judgements.get()
    assert (fresh(appeal).outcome, judgement.answered, judgement.rating) == (Outcome.UNCONFIRMED, False, None)


@pytest.mark.parametrize("limit", ["1d", "2d", "5d", "10d", "2h", "4h"])
def test_django_helpdesks_holidays_make_escalation_come_sooner_ours_later(limit):
    """Whatever day becomes a day off, no deadline comes forward."""
    start = timezone.make_aware(timezone.datetime(2031, 3, 5, 10))
    plain = due_at(WorkCalendar({}), start, parse_limit(limit))
    for n in range(20):
        day = date(2031, 3, 4) + timedelta(days=n)
        off = WorkCalendar({day: (WorkDay.Kind.OFF.value, "节")})
        assert due_at(off, start, parse_limit(limit)) >= plain
