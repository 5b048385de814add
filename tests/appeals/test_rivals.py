"""Where other systems for complaints let one fall through, and what the design promises instead: each has its test.

Holes of others, in whose name the hole is known:
    Signalen         no clock at all                      here: test_untouched_it_climbs_to_the_top
    DIGIT            any edit resets the clock            here: test_no_edit_resets_the_clock
    DIGIT            what nobody picked up is skipped     here: test_what_nobody_picked_up_escalates
    bk-itsm          timers are lost with Redis           here: test_no_timer_is_lost_with_the_broker
    bk-itsm          silence is booked as content         here: test_silence_is_never_booked_as_content
    Zammad           a merge cannot be undone             test_merging: test_a_merge_can_be_undone
    django-helpdesk  holidays make escalation sooner      here: test_no_holiday_makes_escalation_come_sooner

Design §4 “Deadlines”, sentence by sentence:
    only these start or move one      here: test_no_edit_resets_the_clock
      another level                   test_deadlines: test_another_level_starts_a_deadline_of_its_own
      a granted extension             test_negotiation: test_granted_it_moves_the_deadline_and_its_signals
      a reopening                     test_deadlines: test_a_reopening_starts_a_deadline_of_its_own
      a resume                        test_pausing: test_what_remained_runs_from_the_moment
      the final assignment            test_negotiation: test_the_final_assignment_starts_the_deadlines_anew
    transfer keeps it
      test_negotiation: test_an_appeal_passed_round_three_branches_escalates_on_the_day_first_set
    return keeps it                   test_negotiation: test_neither_asking_nor_deciding_moves_the_deadline
    assign keeps it                   test_negotiation: test_inside_a_level_it_changes_the_holder_and_nothing_else
    reclassify keeps it               test_negotiation: test_a_laxer_class_never_moves_it_back
      unless to a stricter class      test_negotiation: test_a_stricter_class_moves_the_deadline_forward
    accepting is never due later      test_negotiation: test_accepting_is_never_due_later_than_handling
    extension: before the due time    test_negotiation: test_asked_before_the_due_time
      with reason, plan and new date  test_negotiation: test_with_a_reason_a_plan_and_a_new_date
      once per stage                  test_negotiation: test_once_a_stage
      no more than the original       test_negotiation: test_no_longer_than_the_time_first_given
      no more than five working days  test_negotiation: test_no_longer_than_five_working_days
      decided by the level above      test_negotiation: test_the_level_above_decides
      at COMMITTEE by its secretary   test_negotiation: test_at_the_committee_its_secretary_decides
    return: within one working day    test_negotiation: test_asked_within_one_working_day_of_the_entry
      decided within one              test_negotiation: test_decided_by_the_committee_within_one_working_day

Design §5, the gate of the clock:
    a machine that was off is no jump   test_clock_gate: test_a_machine_that_was_off_catches_up
    it catches up one level a tick      test_deadlines: test_the_clock_catches_up_after_a_long_sleep_one_level_a_tick
    what a jump is, in the same boot    test_clock_gate: test_a_jump
      and what is none                  test_clock_gate: test_no_jump
    without a boot only backwards       test_clock_gate: test_where_the_boot_is_unknown_too
      and after another boot            test_clock_gate: test_after_a_reboot_only_a_clock_that_went_back_is_wrong
    then the sweeps wait                test_clock_gate: test_nothing_else_runs
    the committee's page says so        test_clock_gate: test_the_committee_reads_it_first
    and /healthz                        test_clock_gate: test_healthz_says_so
    confirm_clock lets them go on       test_clock_gate: test_by_the_command
    or the secretary's button           test_clock_gate: test_by_the_secretarys_button
    both are audit events               test_clock_gate: test_it_is_an_audit_event, test_by_the_command

That submitting and replying do without Redis is tests/faults/test_redis_away.py.
"""

import re
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from django.utils import timezone

from appeals import services, sweeps
from appeals.merging import services as merging
from appeals.models import Appeal, Category, Stage
from appeals.negotiation import services as negotiation
from appeals.pausing.services import supplement
from appeals.recusal.services import recuse
from appeals.supervision import services as supervision
from appeals.supervision.models import SheetReason
from appeals.workflow import Level, Outcome, Status
from branches.calendar.models import WorkDay
from branches.calendar.workcalendar import WorkCalendar
from branches.calendar.worktime import due_at, parse_limit
from tests.appeals.test_chain import tick_all
from tests.factories import let_lapse, submit_appeal

pytestmark = pytest.mark.django_db
TESTS = Path(__file__).resolve().parents[1]


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def test_untouched_it_climbs_to_the_top(city):
    appeal, seen = submit_appeal(city), []
    for _ in range(3):
        let_lapse(fresh(appeal))
        tick_all()
        seen.append(fresh(appeal).current.level)
    assert seen == [Level.BRANCH, Level.COMMITTEE, Level.COMMITTEE]
    assert {"yellow_card"} <= {event.verb for event in appeal.events.all()}


def test_no_edit_resets_the_clock(city):
    """Whatever a person does to it that is no new duty, the day stays as first set; and so at the next branch."""
    appeal = services.hand_up(submit_appeal(city, category="A2"), actor=city.member)
    first, person = appeal.current.due_at, city.secretary
    services.accept(appeal, actor=city.officer)
    services.note(appeal, actor=city.officer, text="问过网点。")
    services.note(appeal, actor=city.officer, text="再问一次。", internal=True)
    supplement(appeal, actor=city.anchor, text="还有两双。")
    negotiation.assign(appeal, actor=city.officer, holder=person)
    slower = Category.objects.filter(service_class="COMPLEX").first()
    negotiation.reclassify(appeal, actor=person, category=slower)
    negotiation.ask_return(appeal, actor=person, reason="NOT_OURS", text="不归支部办。")
    negotiation.decide_return(appeal, actor=city.staff, granted=False)
    negotiation.extend(appeal, actor=person, days=1, text="等回话。", plan="周四再问。")
    negotiation.decide_extension(appeal, actor=city.staff, granted=False)
    merging.merge(appeal, actor=city.staff, lead=submit_appeal(city))
    merging.unmerge(appeal, actor=city.staff)
    supervision.supervise(appeal, actor=city.staff, reason=SheetReason.OVERDUE, text="三天内答复。", days=1)
    recuse(appeal, actor=city.staff, person=city.member, text="是亲戚。")
    assert fresh(appeal).current.due_at == first
    moved = negotiation.transfer(appeal, actor=person, branch=city.other_branch, text="归那边联系。")
    assert moved.current.due_at == first


def test_what_nobody_picked_up_escalates(city):
    appeal = submit_appeal(city)
    Stage.objects.filter(appeal=appeal).update(accept_due_at=timezone.now() - timedelta(minutes=1))
    assert appeal.current.due_at > timezone.now()
    assert sweeps.escalate(timezone.now()) == 1
    assert (fresh(appeal).status, fresh(appeal).current.level) == (Status.SUBMITTED, Level.BRANCH)


def test_no_timer_is_lost_with_the_broker(city):
    """No verb sends a message, and a tick after any outage finds every deadline that passed."""
    with patch("celery.app.base.Celery.send_task", side_effect=ConnectionError), patch(
        "celery.app.task.Task.apply_async", side_effect=ConnectionError
    ):
        appeal = submit_appeal(city)
        services.accept(appeal, actor=city.member)
    for days in (90, 180):  # one level a tick
        sweeps.escalate(timezone.now() + timedelta(days=days))
    assert fresh(appeal).current.level == Level.COMMITTEE


def test_silence_is_never_booked_as_content(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="赔三双。")
    sweeps.close_silent(appeal.judge_by + timedelta(seconds=1))
    judgement = appeal.judgements.get()
    assert (fresh(appeal).outcome, judgement.answered, judgement.rating) == (Outcome.UNCONFIRMED, False, None)


@pytest.mark.parametrize("limit", ["1d", "2d", "5d", "10d", "2h", "4h"])
def test_no_holiday_makes_escalation_come_sooner(limit):
    """Whatever day becomes a day off, no deadline comes forward."""
    start = timezone.make_aware(timezone.datetime(2031, 3, 5, 10))
    plain = due_at(WorkCalendar({}), start, parse_limit(limit))
    for n in range(20):
        day = date(2031, 3, 4) + timedelta(days=n)
        off = WorkCalendar({day: (WorkDay.Kind.OFF.value, "节")})
        assert due_at(off, start, parse_limit(limit)) >= plain


def test_every_test_named_above_is_there():
    named = re.findall(r"(here|test_\w+): (test_\w+(?:, test_\w+)*)", __doc__)
    assert len(named) >= 40
    for module, tests in named:
        files = [Path(__file__)] if module == "here" else TESTS.rglob(f"{module}.py")
        text = "".join(file.read_text(encoding="utf-8") for file in files)
        assert [name for name in tests.split(", ") if f"def {name}(" not in text] == []
