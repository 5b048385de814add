"""One tick runs every sweep in order, keeps when each ran, and does not let one failure stop the others."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from notices.models import Sweep
from tests.factories import let_lapse, submit_appeal
from xinyu_portal import clock

pytestmark = pytest.mark.django_db


def broken_sweep(now):
    raise RuntimeError("这一项坏了")


def test_a_tick_keeps_each_sweep_and_the_boot_of_the_machine(city, settings):
    let_lapse(submit_appeal(city))
    counts = clock.tick()
    assert list(counts) == settings.SWEEPS
    assert counts["appeals.sweeps.escalate"] == 1
    assert Sweep.objects.get(name="appeals.sweeps.escalate").rows == 1
    tick = Sweep.objects.get(name="tick")
    assert (tick.error, tick.boot_id != "", tick.boot_seconds > 0) == ("", True, True)


def test_one_sweep_that_fails_is_kept_and_the_next_ones_run(city, settings):
    settings.SWEEPS = ["tests.portal.test_clock.broken_sweep", *settings.SWEEPS]
    let_lapse(submit_appeal(city))
    counts = clock.tick()
    assert counts["tests.portal.test_clock.broken_sweep"] is None
    assert counts["appeals.sweeps.escalate"] == 1
    assert "这一项坏了" in Sweep.objects.get(name="tests.portal.test_clock.broken_sweep").error
    assert "broken_sweep" in Sweep.objects.get(name="tick").error


def test_the_command_prints_what_each_sweep_moved(city, capsys):
    let_lapse(submit_appeal(city))
    call_command("tick")
    assert "appeals.sweeps.escalate: 1" in capsys.readouterr().out


def test_a_tick_is_as_late_as_its_row_says(city):
    now = timezone.now()
    clock.tick(now)
    assert Sweep.objects.get(name="tick").ran_at == now
