"""Two requests at once, on a database that really has two connections."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from appeals import trail_guard
from appeals.models import Appeal, Event
from tests import cast
from tests.api_client import Caller


@pytest.fixture
def guard_again(django_db_setup, django_db_blocker):
    """Puts the guard back when the tables have been emptied."""
    yield
    with django_db_blocker.unblock():
        trail_guard.install()


@pytest.fixture
def city(guard_again, transactional_db):
    yield cast.build()
    trail_guard.remove()  # the tables are emptied after this, which it would not allow


def at_once(calls):
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_key_twice_is_one_appeal(city):
    key = uuid.uuid4()
    callers = [Caller(city.anchor), Caller(city.anchor)]
    answers = at_once([lambda caller=caller: caller.submit(key) for caller in callers])
    assert sorted(answer.status_code for answer in answers) == [200, 201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert Appeal.objects.count() == 1


def test_one_version_twice_is_one_line(city):
    appeal = Caller(city.anchor).submit().json()
    callers = [Caller(city.member), Caller(city.member)]
    answers = at_once([lambda caller=caller: caller.act("hand-up", appeal) for caller in callers])
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert Event.objects.filter(verb="hand_up").count() == 1
