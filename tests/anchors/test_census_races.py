"""The confirmed write beside other people's work, on real connections."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.db import connection

from accounts.models import User
from anchors.census import services
from anchors.census.models import Import
from anchors.census.writing import Writing
from appeals.models import Appeal
from tests.census_files import census, person
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 40


@pytest.fixture
def confirmed(city):
    uploaded = services.upload(census(*map(person, range(PEOPLE))), file_name="摸底.xlsx", actor=city.staff)
    services.work()
    return services.confirm(uploaded, actor=city.staff)


def closing(call):
    try:
        return call()
    finally:
        connection.close()


def test_an_appeal_is_filed_while_a_census_is_written(city, confirmed, monkeypatch):
    """It waits for the lock where the engine has one for all, and loses nothing."""
    inside = Event()

    def slow(writing):
        run(writing)
        inside.set()
        time.sleep(1)

    run = Writing.run
    monkeypatch.setattr(Writing, "run", slow)
    with ThreadPoolExecutor(1) as pool:
        written = pool.submit(closing, services.work)
        inside.wait(30)
        appeal = submit_appeal(city)
        assert written.result() == 1
    assert Appeal.objects.get() == appeal
    assert Import.objects.get().state == Import.State.DONE
    assert User.objects.filter(username__startswith="zb").count() == PEOPLE


def test_two_workers_write_it_once(confirmed):
    with ThreadPoolExecutor(2) as pool:
        worked = list(pool.map(lambda _: closing(services.work), range(2)))
    assert sorted(worked) == [0, 1]
    assert User.objects.filter(username__startswith="zb").count() == PEOPLE
