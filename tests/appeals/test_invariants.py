"""check_chain finds what is broken, and says which row; every check has a row here that breaks it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from appeals import invariants, services, sweeps, trail_guard
from appeals.models import Appeal, Event, EventText, Judgement, Stage
from notices.models import Notice
from tests.factories import let_lapse, submit_appeal

pytestmark = pytest.mark.django_db


@pytest.fixture
def life(city):
    """One appeal that went all the way to silence, one that is being handled, one that waits."""
    silent = services.reply(submit_appeal(city), actor=city.member, text="网点同意赔三双。")
    sweeps.close_silent(silent.judge_by + timedelta(minutes=1))
    climbed = submit_appeal(city)
    let_lapse(climbed)
    sweeps.escalate(timezone.now())
    services.accept(climbed, actor=city.secretary)
    submit_appeal(city)
    return Appeal.objects.get(pk=silent.pk), Appeal.objects.get(pk=climbed.pk)


def test_a_life_through_the_services_breaks_nothing(life, capsys):
    call_command("check_chain")
    assert f"{len(invariants.CHECKS)} checks passed." in capsys.readouterr().out


def break_status(silent, climbed):
    Stage.objects.filter(appeal=climbed).update(left_at=timezone.now())


def break_current(silent, climbed):
    Appeal.objects.filter(pk=climbed.pk).update(current=climbed.stages.get(seq=1))


def break_counting(silent, climbed):
    climbed.stages.filter(seq=2).update(seq=3)


def break_climbing(silent, climbed):
    climbed.stages.filter(seq=1).update(level="COMMITTEE", branch=None)


def break_acceptance(silent, climbed):
    Stage.objects.filter(pk=climbed.current_id).update(holder=None)


def break_order(silent, climbed):
    Stage.objects.filter(pk=climbed.current_id).update(accept_due_at=timezone.now() + timedelta(days=90))


def break_head(silent, climbed):
    Appeal.objects.filter(pk=climbed.pk).update(version=9)


def break_words(silent, climbed):
    EventText.objects.filter(event__appeal=climbed, event__seq=1).update(public="别的话")


def break_facts(silent, climbed):
    trail_guard.remove()
    Event.objects.filter(appeal=climbed, seq=2).update(facts={"to": "COMMITTEE"})
    trail_guard.install()


def break_beginning(silent, climbed):
    trail_guard.remove()
    Event.objects.filter(appeal=climbed, seq=1).update(verb="note")
    trail_guard.install()


def break_ending(silent, climbed):
    Appeal.objects.filter(pk=silent.pk).update(outcome="WITHDRAWN")


def break_silence(silent, climbed):
    Judgement.objects.filter(appeal=silent).delete()


def break_hearing(silent, climbed):
    Notice.objects.filter(recipient=silent.anchor.user).delete()


def break_contact_hearing(silent, climbed):
    Notice.objects.filter(recipient=silent.anchor.contact).delete()


def break_guard(silent, climbed):
    trail_guard.remove()


@pytest.mark.parametrize(
    ("harm", "check"),
    [
        (break_status, "open_while_the_status_is_open"),
        (break_current, "current_is_the_last_stage"),
        (break_counting, "stages_are_counted_without_gaps"),
        (break_climbing, "stages_climb"),
        (break_acceptance, "accepted_exactly_while_handled"),
        (break_order, "a_running_clock_has_its_deadlines_in_order"),
        (break_head, "the_head_is_the_last_line"),
        (break_words, "every_line_is_chained_to_the_one_before"),
        (break_facts, "every_line_is_chained_to_the_one_before"),
        (break_beginning, "the_trail_begins_with_submit"),
        (break_ending, "the_trail_tells_how_it_ended"),
        (break_silence, "silence_is_never_satisfaction"),
        (break_hearing, "whoever_must_hear_has_a_notice"),
        (break_contact_hearing, "whoever_must_hear_has_a_notice"),
        (break_guard, "the_trail_is_guarded"),
    ],
)
def test_what_is_broken_is_found_and_the_command_fails(life, capsys, harm, check):
    harm(*life)
    assert check in invariants.broken()
    with pytest.raises(SystemExit) as ended:
        call_command("check_chain")
    assert ended.value.code == 1
    assert check.replace("_", " ") in capsys.readouterr().err
    trail_guard.install()


def test_emptied_words_leave_the_chain_provable(life):
    EventText.objects.filter(event__appeal=life[1]).update(public="", public_salt="", internal="", internal_salt="")
    assert invariants.broken() == {}


def test_the_database_itself_refuses_to_change_a_line(life):
    assert trail_guard.missing() == []
    for statement in ("UPDATE appeals_event SET verb = 'x'", "DELETE FROM appeals_event"):
        with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
            cursor.execute("SAVEPOINT harm")
            try:
                cursor.execute(statement)
            finally:
                cursor.execute("ROLLBACK TO SAVEPOINT harm")
