"""Dues beside a letter that is received, on real connections: whose the member is, is judged of what is so then."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from members.dues import services
from members.models import DuesEntry
from members.roster import services as roster
from members.transfers import services as transfers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def member(city, today):
    return roster.add(actor=city.secretary, branch=city.branch, name="施小南", joined_on=today - timedelta(days=999))


@pytest.fixture
def received_slowly(city, member, today, monkeypatch):
    """Starts to receive the member elsewhere and returns once that is written and not yet committed."""
    letter = transfers.start(member, actor=city.secretary, letter_on=today, to_branch=city.other_branch)
    inside, tell = Event(), transfers._tell

    def slow(*args):
        tell(*args)
        inside.set()
        time.sleep(1)

    def receive():
        try:
            return transfers.receive(letter, actor=city.other_secretary, on=today)
        finally:
            connection.close()

    monkeypatch.setattr(transfers, "_tell", slow)
    with ThreadPoolExecutor(1) as pool:

        def begin():
            began = pool.submit(receive)
            assert inside.wait(30) and not began.done()
            return began

        yield begin


@pytest.mark.parametrize("write", ["record", "undo", "approve"])
def test_the_old_branch_writes_nothing_about_who_is_being_received(city, member, today, received_slowly, write):
    run = services.record([member.pk], actor=city.secretary, through=date(today.year - 1, 12, 1))
    writes = {
        "record": lambda: services.record([member.pk], actor=city.secretary, through=date(today.year, 12, 1)),
        "undo": lambda: services.undo(run, actor=city.secretary),
        "approve": lambda: services.approve(member, actor=city.secretary, amount=15, version=1),
    }
    began = received_slowly()
    with pytest.raises(PermissionDenied):
        writes[write]()
    assert began.result().ended_on == today and DuesEntry.objects.count() == 1
