"""Two at once, on real connections: one wins, the other hears so, and nothing is lost or done twice.

Runs on both engines: SQLite's test database is a file.
"""

import os
import random
import subprocess
import sys
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from appeals import invariants, services, sweeps
from appeals.merging import services as merging
from appeals.merging.models import Merge
from appeals.models import Appeal, Event, Stage
from appeals.workflow import Level, Status, Verb
from notices.models import Notice, Sweep
from tests.factories import let_all_lapse, let_lapse, many_like, submit_appeal
from xinyu_portal.clock import Boot
from xinyu_portal.errors import Conflict

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 20


def at_once(*calls):
    """Run each call in a thread and on a connection of its own; return answers and refusals in their order."""
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except (Conflict, PermissionDenied, ValidationError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def verbs(appeal):
    return list(appeal.events.order_by("seq").values_list("verb", flat=True))


def test_two_accept_at_once_and_one_wins(city):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    answers = at_once(
        *[
            lambda person=person: services.accept(appeal, actor=person, version=appeal.version)
            for person in (city.secretary, city.officer)
        ]
    )
    assert {type(answer) for answer in answers} == {Appeal, Conflict}
    [winner] = [answer for answer in answers if isinstance(answer, Appeal)]
    assert Stage.objects.get(left_at=None).holder_id == winner.current.holder_id
    assert verbs(appeal) == ["submit", "hand_up", "accept"]
    assert invariants.broken() == {}


def test_a_person_who_accepts_while_the_clock_escalates(city):
    """One of the two happens, whoever is first; the other changes nothing."""
    seen = set()
    for _ in range(ROUNDS):
        appeal = submit_appeal(city)
        let_lapse(appeal)
        Stage.objects.filter(appeal=appeal).update(due_at=timezone.now() + timedelta(days=3))
        waits = random.choices((0, 0.002, 0.005, 0.01), k=2)

        def person(appeal=appeal, wait=waits[0]):
            time.sleep(wait)
            return services.accept(appeal, actor=city.member, version=1)

        def machine(wait=waits[1]):
            time.sleep(wait)
            return sweeps.escalate(timezone.now())

        answer, escalated = at_once(person, machine)
        accepted = isinstance(answer, Appeal)
        assert accepted or isinstance(answer, Conflict)
        assert escalated == (0 if accepted else 1)
        assert verbs(appeal) == ["submit", "accept" if accepted else "escalate"]
        seen.add(accepted)
    assert invariants.broken() == {}
    print(f"both ways seen: {len(seen) == 2}")


@pytest.mark.parametrize("merged_before", [False, True], ids=["merged meanwhile", "merged once more"])
def test_a_lead_is_answered_while_another_is_merged_into_it(city, merged_before):
    """Merged first, it is answered with the lead; answered first, the lead leads nobody. Never half of it."""
    seen = set()
    for _ in range(ROUNDS):
        child, lead = submit_appeal(city), submit_appeal(city)
        if merged_before:
            merging.merge(child, actor=city.chief, lead=lead)
        waits = random.choices((0, 0.002, 0.005, 0.01), k=2)

        def committee(child=child, lead=lead, wait=waits[0]):
            time.sleep(wait)
            return merging.merge(child, actor=city.staff, lead=lead)

        def contact(lead=lead, wait=waits[1]):
            time.sleep(wait)
            return services.reply(lead, actor=city.member, text="网点赔 300 元。")

        merged, answered = at_once(committee, contact)
        assert isinstance(answered, Appeal)
        together = merged_before or isinstance(merged, Appeal)
        assert verbs(lead)[-1] == "reply"
        assert verbs(child) == (["submit", "merge", "accept", "reply"] if together else ["submit"])
        assert not Merge.objects.in_force().exists()
        seen.add(together)
    assert invariants.broken() == {}
    print(f"ways seen: {len(seen)}")


def test_one_key_twice_is_one_appeal(city):
    key = uuid.uuid4()
    answers = at_once(*[lambda: submit_appeal(city, submit_key=key)] * 2)
    assert answers[0] == answers[1] == Appeal.objects.get()
    assert verbs(answers[0]) == ["submit"]
    assert Notice.objects.filter(recipient=city.member).count() == 1


def test_eight_submits_get_eight_numbers(city):
    answers = at_once(*[lambda: submit_appeal(city)] * 8)
    numbers = sorted(appeal.number for appeal in answers)
    assert len(set(numbers)) == 8
    assert [number[-4:] for number in numbers] == [f"{count:04d}" for count in range(1, 9)]
    assert invariants.broken() == {}


def start(*arguments):
    """`manage.py` with these arguments on the database of this test, as a process of its own."""
    server = "sqlite://" if connection.vendor == "sqlite" else os.environ["DATABASE_URL"].rpartition("/")[0]
    address = f"{server}/{connection.settings_dict['NAME']}"
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=os.environ | {"DATABASE_URL": address},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )


def test_two_ticks_at_once_escalate_each_once(city):
    many_like(submit_appeal(city), 299)
    let_all_lapse()
    ticks = [start("tick") for _ in range(2)]
    said = [tick.communicate(timeout=60)[0] for tick in ticks]
    assert [tick.returncode for tick in ticks] == [0, 0], said
    escalations = Event.objects.filter(verb=Verb.ESCALATE)
    assert escalations.count() == escalations.values("appeal").distinct().count() == 300
    assert Stage.objects.filter(left_at=None, level=Level.BRANCH).count() == 300
    assert Appeal.objects.filter(status=Status.SUBMITTED).count() == 300
    moved = [int(line.split(": ")[1]) for text in said for line in text.splitlines() if ".escalate: " in line]
    assert sum(moved) == 300
    assert invariants.broken() == {}


def test_two_ticks_at_once_see_one_jump_and_nothing_moves_until_it_is_confirmed(city):
    """The wall clock is moved where real processes compare it: in the row that says where it stood at the last tick."""
    appeal, boot = submit_appeal(city), Boot.read()
    let_lapse(appeal)
    Sweep.objects.create(
        name="tick", ran_at=timezone.now() - timedelta(hours=3), boot_id=boot.id, boot_seconds=boot.seconds - 60
    )
    with held_until_they_wait(2):
        ticks = [start("tick") for _ in range(2)]
    said = [tick.communicate(timeout=60)[0] for tick in ticks]
    assert [tick.returncode for tick in ticks] == [0, 0], said
    assert "".join(said).count("the wall clock is wrong by") == 1, said
    assert all("manage.py confirm_clock" in text for text in said)
    assert verbs(appeal) == ["submit"]
    [row] = Sweep.objects.all()
    assert row.held_seconds == pytest.approx(3 * 3600 - 60, abs=120)
    assert start("confirm_clock", "--reason", "换过电池").wait(timeout=60) == 0
    assert ".escalate: 1" in start("tick").communicate(timeout=60)[0]
    assert verbs(appeal) == ["submit", "escalate"]


@contextmanager
def held_until_they_wait(n):
    """Hold the tick's row until `n` processes stand before it; on SQLite they take turns at the whole database."""
    if connection.vendor == "sqlite":
        yield
        return
    with transaction.atomic():
        Sweep.objects.select_for_update().get(name="tick")
        yield
        waiting = 0
        deadline = time.monotonic() + 60
        with connection.cursor() as cursor:
            while waiting < n and time.monotonic() < deadline:
                time.sleep(0.05)
                cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
                [waiting] = cursor.fetchone()
    assert waiting == n
