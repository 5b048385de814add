"""Two requests at once, on a database that really has two connections."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from appeals.models import Appeal, Event
from tests.api_client import Caller

pytestmark = pytest.mark.django_db(transaction=True)


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
