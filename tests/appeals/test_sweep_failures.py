"""What cannot be done steps aside and starves nobody; what two would do is done once or not at all."""

from datetime import timedelta

import pytest
from django.db import InterfaceError, OperationalError
from django.db.models import Q
from django.utils import timezone

from appeals import batches, invariants, services, sweeps
from appeals.handlers import Handlers
from appeals.models import Appeal, Event, Stage
from appeals.querysets import due
from appeals.trail import Line
from appeals.workflow import Level, Status, Verb
from notices.models import Notice, Sweep
from tests.factories import let_all_come_near, let_all_lapse, many_like, submit_appeal
from xinyu_portal import clock

pytestmark = pytest.mark.django_db


def unworkable(appeal):
    """Nobody says how long its class has at the next level, so no deadline can be counted."""
    Appeal.objects.filter(pk=appeal.pk).update(service_class="UNHEARD")
    return appeal


def current(appeal):
    return Stage.objects.get(pk=Appeal.objects.get(pk=appeal.pk).current_id)


def stepped_aside():
    return list(Stage.objects.filter(retry_at__isnull=False).order_by("pk").values_list("appeal", flat=True))


def escalated():
    return Event.objects.filter(verb=Verb.ESCALATE)


@pytest.fixture
def bad(city):
    appeal = unworkable(submit_appeal(city))
    let_all_lapse()
    return appeal


@pytest.mark.slow
def test_one_that_cannot_be_done_does_not_hold_up_the_rest_of_its_batch(city):
    first = submit_appeal(city)
    ids = many_like(first, 999)
    bad = unworkable(Appeal.objects.get(pk=ids[700]))
    let_all_lapse()
    now = timezone.now()
    assert sweeps.escalate(now) == 999
    assert escalated().values("appeal").distinct().count() == escalated().count() == 999
    assert stepped_aside() == [bad.pk]
    assert current(bad).level == Level.MEMBER
    assert current(bad).last_error.startswith("KeyError: ('UNHEARD'")
    assert sweeps.escalate(now) == 0
    assert invariants.broken() == {}


def test_its_pause_doubles_up_to_a_day(bad):
    now, pauses = timezone.now(), []
    for _ in range(13):
        sweeps.escalate(now)
        stage = current(bad)
        pauses.append((stage.retry_at - now) / timedelta(minutes=1))
        now = stage.retry_at
    assert pauses == [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1440, 1440]
    assert current(bad).failures == 13


def test_it_is_left_alone_during_its_pause(bad):
    now = timezone.now()
    sweeps.escalate(now)
    sweeps.escalate(now + timedelta(seconds=59))
    assert current(bad).failures == 1


def test_mended_it_goes_on_and_is_well_again(bad):
    now = timezone.now()
    sweeps.escalate(now)
    Appeal.objects.filter(pk=bad.pk).update(service_class="NORMAL")
    assert sweeps.escalate(current(bad).retry_at) == 1
    assert current(bad).level == Level.BRANCH
    assert stepped_aside() == []
    assert set(bad.stages.values_list("failures", "last_error")) == {(0, "")}
    assert invariants.broken() == {}


def test_a_whole_batch_that_cannot_be_done_starves_nobody(city, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 2)
    bad = [unworkable(submit_appeal(city)).pk for _ in range(3)]
    good = [submit_appeal(city).pk for _ in range(3)]
    let_all_lapse()
    assert sweeps.escalate(timezone.now()) == 3
    assert list(escalated().order_by("appeal").values_list("appeal", flat=True)) == good
    assert stepped_aside() == bad


def test_an_answer_whose_closing_failed_is_closed_later_and_well_again(city, monkeypatch):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="网点同意赔三双。")
    late = appeal.judge_by + timedelta(minutes=1)
    with monkeypatch.context() as broken:
        broken.setattr(sweeps, "tell", lambda *args, **kwargs: 1 / 0)
        assert sweeps.close_silent(late) == 0
    assert stepped_aside() == [appeal.pk]
    assert sweeps.close_silent(current(appeal).retry_at) == 1
    assert Appeal.objects.get().status == Status.CLOSED
    assert stepped_aside() == []
    assert invariants.broken() == {}


def test_a_guard_that_changes_another_number_undoes_everything(city):
    for _ in range(3):
        submit_appeal(city)
    let_all_lapse()
    now = timezone.now()
    lapsed = due(now, deadline=True)
    before = Event.objects.count(), Notice.objects.count()

    def act(stages):
        lines = [Line(stage.appeal, Verb.REMIND, stage, now) for stage in stages]
        batches.tell(lines, handlers=Handlers.load([city.branch.pk]), now=now)
        batches.guarded(lapsed & Q(level=Level.COMMITTEE), stages, left_at=now)

    assert batches.sweep(lapsed, act, now) == 0
    assert (Event.objects.count(), Notice.objects.count()) == before
    said = set(Stage.objects.values_list("left_at", "failures", "last_error"))
    assert said == {(None, 1, "LostRace: 0 of 1 stages")}
    assert invariants.broken() == {}


@pytest.mark.parametrize(
    ("let", "sweep"),
    [(let_all_lapse, sweeps.escalate), (let_all_come_near, sweeps.remind), (let_all_come_near, sweeps.amber)],
)
def test_a_second_sweep_at_the_same_instant_changes_nothing(city, let, sweep):
    for _ in range(3):
        submit_appeal(city)
    let()
    now = timezone.now()
    assert sweep(now) == 3
    before = Event.objects.count(), Notice.objects.count()
    assert sweep(now) == 0
    assert (Event.objects.count(), Notice.objects.count()) == before


def test_what_was_accepted_between_two_ticks_is_not_escalated(city):
    appeal = submit_appeal(city)
    Stage.objects.update(accept_due_at=timezone.now() - timedelta(minutes=1))
    services.accept(appeal, actor=city.member)
    assert sweeps.escalate(timezone.now()) == 0
    assert current(appeal).level == Level.MEMBER


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_is_no_row_s_fault(city, monkeypatch, error):
    submit_appeal(city)
    let_all_lapse()

    def gone(*args, **kwargs):
        raise error("server closed the connection unexpectedly")

    with monkeypatch.context() as broken:
        broken.setattr(sweeps, "tell", gone)
        with pytest.raises(error):
            sweeps.escalate(timezone.now())
    assert stepped_aside() == []
    assert not escalated().exists()
    assert sweeps.escalate(timezone.now()) == 1


def test_a_sweep_that_fails_is_kept_and_the_next_ones_still_run(city, settings, monkeypatch):
    settings.SWEEPS = ["appeals.sweeps.escalate", "appeals.sweeps.remind"]
    submit_appeal(city)
    let_all_come_near()

    def gone(now):
        raise OperationalError("database is locked")

    monkeypatch.setattr(sweeps, "escalate", gone)
    assert clock.tick() == {"appeals.sweeps.escalate": None, "appeals.sweeps.remind": 1}
    kept = dict(Sweep.objects.values_list("name", "error"))
    assert kept == {
        "appeals.sweeps.escalate": "OperationalError: database is locked", "appeals.sweeps.remind": "",
        "tick": "appeals.sweeps.escalate",
    }


@pytest.mark.parametrize("move", ["accept", "reply", "hand_up"])
def test_a_person_who_moves_a_stuck_appeal_takes_it_off_the_list(bad, city, move):
    sweeps.escalate(timezone.now())
    assert stepped_aside() == [bad.pk]
    Appeal.objects.filter(pk=bad.pk).update(service_class="NORMAL")
    words = {"text": "已经谈好。"} if move == "reply" else {}
    getattr(services, move)(bad, actor=city.member, **words)
    assert stepped_aside() == []
    assert set(bad.stages.values_list("failures", "last_error")) == {(0, "")}


def test_an_anchor_who_judges_takes_a_stuck_answer_off_the_list(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="网点同意赔三双。")
    Stage.objects.filter(appeal=appeal).update(retry_at=timezone.now(), failures=3, last_error="KeyError")
    services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    assert stepped_aside() == []


def test_what_somebody_moved_while_the_clock_failed_is_not_paused(bad, city, monkeypatch):
    def too_late(*args, **kwargs):
        raise ZeroDivisionError

    def moved(rows, *args):
        """The batch has rolled back and let go of its lock; the contact is faster than the pause."""
        services.accept(bad, actor=city.member)
        return step_aside(rows, *args)

    step_aside = batches._step_aside
    monkeypatch.setattr(sweeps, "tell", too_late)
    monkeypatch.setattr(batches, "_step_aside", moved)
    Appeal.objects.filter(pk=bad.pk).update(service_class="NORMAL")
    Stage.objects.filter(appeal=bad).update(due_at=timezone.now() + timedelta(days=1))
    assert sweeps.escalate(timezone.now()) == 0
    assert stepped_aside() == []
