"""The clock on real processes: two workers and two beats at once, a worker killed, a broker gone."""

import uuid
from contextlib import closing, contextmanager

import pytest

from appeals.models import Appeal, Category
from tests.faults.installation import eventually, kill
from xinyu_portal.clock import tick

pytestmark = pytest.mark.faults

NOWHERE = "redis://127.0.0.1:1/0"
# Everybody who hears, once each: lost by, got by, the anchor.
HEARERS = {
    "member": {"member", "secretary", "officer", "anchor"},
    "branch": {"secretary", "officer", "chief", "staff", "anchor"},
    "yellow_card": {"chief", "staff"},
}


def verbs(installation):
    return [row[0] for row in installation.ask("SELECT verb FROM appeals_event ORDER BY seq")]


def heard(installation, verb, level):
    """User names, one for each notice of the one event."""
    return sorted(
        row[0] for row in installation.ask(
            "SELECT username FROM notices_notice JOIN accounts_user ON accounts_user.id = recipient_id"
            " JOIN appeals_event ON notices_notice.key = 'appeal-event:' || appeals_event.id"
            f" WHERE verb = '{verb}' AND level = '{level}'"
        )
    )


def at_level(installation, level):
    return installation.count(f"appeals_stage WHERE left_at IS NULL AND level = '{level}'")


def escalated_once_each(installation, appeals):
    """Every appeal has one escalation, and the anchor one notice of it."""
    lines = installation.count("appeals_event WHERE verb = 'escalate'")
    of = installation.count("(SELECT DISTINCT appeal_id FROM appeals_event WHERE verb = 'escalate') AS once")
    told = installation.count(
        "notices_notice JOIN accounts_user ON accounts_user.id = recipient_id"
        " WHERE username = 'anchor' AND title = '您的诉求已自动转到上一级'"
    )
    return (lines, of, told) == (appeals, appeals, appeals)


def test_nobody_acting_it_climbs_by_itself_to_the_yellow_card(installation):
    installation.fill(1)
    for number in (1, 2):
        installation.worker(f"worker{number}")
        installation.beat(f"beat{number}")
    for level, lost_by in (("BRANCH", "member"), ("COMMITTEE", "branch")):
        installation.let_lapse()
        assert eventually(lambda level=level: at_level(installation, level)), installation.logs()
        installation.ticks(2)
        assert heard(installation, "escalate", lost_by.upper()) == sorted(HEARERS[lost_by])
    assert verbs(installation) == ["submit", "escalate", "escalate"]
    installation.let_lapse()
    assert eventually(lambda: "yellow_card" in verbs(installation)), installation.logs()
    installation.ticks(2)
    *climbed, one, two, three = verbs(installation)
    assert climbed == ["submit", "escalate", "escalate"]
    # All three fell due at once, and two ticks share them out: in no order.
    assert {one, two, three} == {"remind", "amber", "yellow_card"}
    assert heard(installation, "yellow_card", "COMMITTEE") == sorted(HEARERS["yellow_card"])
    installation.manage("check_chain")


@contextmanager
def held_stage(installation, place):
    """Hold the stage of the appeal at `place`: the batch it belongs to stands still in its middle."""
    with closing(installation.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM appeals_stage WHERE id ="
            f" (SELECT id FROM appeals_stage ORDER BY appeal_id OFFSET {place} LIMIT 1) FOR UPDATE"
        )
        yield
        connection.rollback()


def someone_waits(installation):
    return installation.count("pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")


def test_a_worker_killed_in_its_third_of_five_batches(production):
    """Beside it another worker passes over the rows it holds; after its death they are done like the rest."""
    production.fill(5000)
    production.let_lapse()
    with held_stage(production, 2500):
        victim = production.worker("victim")
        production.beat("beat")
        assert eventually(lambda: someone_waits(production)), production.logs()
        assert at_level(production, "BRANCH") == 2000
        production.worker("heir")
        assert eventually(lambda: at_level(production, "BRANCH") == 4000), production.logs()
        kill(victim)
    assert eventually(lambda: at_level(production, "BRANCH") == 5000), production.logs()
    production.ticks(2)
    assert escalated_once_each(production, 5000)
    assert production.count("appeals_stage WHERE retry_at IS NOT NULL") == 0
    production.manage("check_chain")


def test_a_worker_killed_in_the_middle_of_the_embedded_default(embedded):
    embedded.fill(3000)
    embedded.let_lapse()
    victim = embedded.worker("victim")
    embedded.beat("beat")
    eventually(lambda: at_level(embedded, "BRANCH"))
    kill(victim)
    assert at_level(embedded, "BRANCH") in (1000, 2000), embedded.logs()
    embedded.worker("heir")
    assert eventually(lambda: at_level(embedded, "BRANCH") == 3000), embedded.logs()
    embedded.ticks(2)
    assert escalated_once_each(embedded, 3000)
    assert embedded.count("appeals_stage WHERE retry_at IS NOT NULL") == 0
    embedded.manage("check_chain")


def test_without_a_broker_the_command_still_ticks(production):
    production.fill(1)
    production.environment["REDIS_URL"] = NOWHERE
    production.let_lapse()
    assert "appeals.sweeps.escalate: 1" in production.manage("tick")
    assert at_level(production, "BRANCH") == 1


def test_no_request_needs_the_broker(city, client, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": NOWHERE}}
    settings.CELERY_BROKER_URL = NOWHERE
    tick()
    assert client.get("/healthz").status_code == 200
    client.force_login(city.anchor, backend="accounts.backends.PersonBackend")
    answer = client.post(
        "/api/v1/appeals/",
        {"kind": "appeal", "category": Category.objects.get(pk="A2").pk, "body": "网点不肯赔。"},
        content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())},
    )
    assert answer.status_code == 201, answer.content
    assert client.get(f"/appeals/{Appeal.objects.get().pk}/").status_code == 200
