from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from appeals import services
from appeals.models import Stage
from branches.organisation.models import Post
from notices.models import Sweep
from tests.factories import submit_appeal
from xinyu_portal import health


def ticked(ago=timedelta()):
    Sweep.objects.update_or_create(name="tick", defaults={"ran_at": timezone.now() - ago})


@pytest.fixture
def answer(client):
    def ask():
        response = client.get("/healthz")
        return response.status_code, response.json()

    return ask


def test_healthy_in_one_statement_without_login(city, client, django_assert_num_queries):
    ticked(timedelta(seconds=30))
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "tick_age_seconds": 30, "warnings": []}


def test_no_tick_yet(city, answer):
    assert answer() == (503, {"status": "no_tick", "tick_age_seconds": None, "warnings": []})


def test_a_tick_older_than_three_minutes(city, answer):
    ticked(timedelta(minutes=3, seconds=1))
    assert answer()[0] == 503
    assert answer()[1]["status"] == "tick_late"


def test_database_away(city, answer, monkeypatch):
    def away():
        raise DatabaseError

    monkeypatch.setattr(health, "_last_tick", away)
    assert answer() == (503, {"status": "database", "tick_age_seconds": None, "warnings": []})


def test_nobody_in_the_committee_may_act(city, answer):
    ticked()
    Post.objects.filter(committee=city.committee).exclude(role="AUDITOR").update(
        until=timezone.localdate() - timedelta(days=1)
    )
    assert answer() == (200, {"status": "ok", "tick_age_seconds": 0, "warnings": ["committee_vacant"]})


def test_an_appeal_that_stepped_aside_until_somebody_moves_it(city, answer):
    ticked()
    appeal = submit_appeal(city)
    Stage.objects.filter(appeal=appeal).update(retry_at=timezone.now())
    assert answer()[1]["warnings"] == ["stepped_aside"]
    services.hand_up(appeal, actor=city.member)
    assert answer()[1]["warnings"] == []


def test_an_answered_appeal_that_could_not_be_closed(city, answer):
    ticked()
    appeal = services.reply(submit_appeal(city), actor=city.member, text="已经谈好。")
    Stage.objects.filter(appeal=appeal).update(retry_at=timezone.now())
    assert answer()[1]["warnings"] == ["stepped_aside"]


def test_only_read(db, client):
    assert client.post("/healthz").status_code == 405
