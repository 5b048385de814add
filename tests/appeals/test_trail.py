"""The trail's hash format is final: these values must come out the same for ever."""

import hashlib
import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from appeals import services, trail
from tests.factories import submit_appeal

FIRST = SimpleNamespace(
    seq=1, verb="submit", level="MEMBER", actor_id=7, at=datetime(2026, 11, 23, 6, 40, 0, 120, tzinfo=UTC),
    facts={"to": "MEMBER", "holder": 3}, public_digest="a" * 64, internal_digest="b" * 64, prev_hash=trail.BEGINNING,
)


def test_an_instant_is_hashed_as_utc_with_microseconds():
    assert trail.stamp(FIRST.at) == "2026-11-23T06:40:00.000120Z"


def test_a_digest_is_salt_followed_by_text():
    assert trail.digest("00ff", "快递") == hashlib.sha256("00ff快递".encode()).hexdigest()


def test_the_hash_is_that_of_the_canonical_json():
    canonical = (
        '{"actor_id":7,"at":"2026-11-23T06:40:00.000120Z","facts":{"holder":3,"to":"MEMBER"},'
        f'"internal_digest":"{"b" * 64}","level":"MEMBER","number":"SQ-20261123-0001",'
        f'"prev_hash":"{"0" * 64}","public_digest":"{"a" * 64}","seq":1,"verb":"submit"}}'
    )
    assert trail.line_hash(number="SQ-20261123-0001", event=FIRST) == hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.django_db
def test_the_submitted_words_are_title_newline_body(city):
    event = submit_appeal(city, title="断网", body="晚上八点断网。").events.get()
    assert event.words.public == "断网\n晚上八点断网。"
    assert event.public_digest == trail.digest(event.words.public_salt, event.words.public)


@pytest.mark.django_db
def test_facts_hold_no_free_words(city):
    appeal = submit_appeal(city, body="没人听见的话")
    services.hand_up(appeal, actor=city.member, text="上交的理由")
    said = json.dumps([event.facts for event in appeal.events.all()], ensure_ascii=False)
    assert "没人听见" not in said
    assert "理由" not in said


@pytest.mark.django_db
def test_the_version_is_the_number_of_the_last_line(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="已经谈好。")
    last = appeal.events.order_by("-seq").first()
    assert (appeal.version, appeal.trail_hash) == (last.seq, last.hash) == (3, last.hash)
