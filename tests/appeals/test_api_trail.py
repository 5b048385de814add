"""The chain must be provable from the API's JSON alone, so this file imports nothing of appeals/trail.py."""

import hashlib
import json

import pytest

from appeals.models import EventText
from tests.api_client import Caller

pytestmark = pytest.mark.django_db

KEYS = {
    "seq", "verb", "level", "actor", "actor_id", "at", "text", "facts", "public_salt", "public_digest",
    "internal_digest", "prev_hash", "hash", "attachments", "withheld", "erased",
}
HASHED = ("seq", "verb", "level", "actor_id", "at", "facts", "public_digest", "internal_digest", "prev_hash")


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def assert_chained(number, lines):
    before = "0" * 64
    for seq, line in enumerate(lines, 1):
        said = {"number": number, **{name: line[name] for name in HASHED}}
        canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        assert line["seq"] == seq
        assert line["prev_hash"] == before
        assert line["hash"] == sha256(canonical)
        assert line["text"] is None or line["public_digest"] == sha256(line["public_salt"] + line["text"])
        before = line["hash"]


@pytest.fixture
def appeal(city):
    anchor, member = Caller(city.anchor), Caller(city.member)
    appeal = anchor.submit(title="压坏 \"五双\"", body="第一行\n第二行 😀").json()
    appeal = member.act("note", appeal, text="网点有前科", internal=True).json()
    appeal = member.act("reply", appeal, text="网点答应赔 300 元。").json()
    appeal = anchor.act("reopen", appeal, text="还没有赔。").json()
    return anchor.act("withdraw", appeal, reason="算了").json()


def trail(user, appeal):
    return Caller(user).fetch(f"appeals/{appeal['id']}/trail/").json()["results"]


def test_the_lines_and_their_keys(city, appeal):
    lines = trail(city.anchor, appeal)
    assert all(set(line) == KEYS for line in lines)
    assert [line["verb"] for line in lines] == ["submit", "note", "accept", "reply", "reopen", "withdraw"]
    assert [line["actor"] for line in lines[:2]] == ["林小禾", "周映红"]
    assert lines[0]["text"] == "压坏 \"五双\"\n第一行\n第二行 😀"
    assert lines[0]["actor_id"] == city.anchor.pk
    assert len(lines) == appeal["version"]


def test_anybody_can_recompute_the_chain(city, appeal):
    for user in (city.anchor, city.member, city.chief):
        assert_chained(appeal["number"], trail(user, appeal))


def test_emptied_words_leave_the_chain_whole(city, appeal):
    EventText.objects.filter(event__appeal=appeal["id"]).update(public="", public_salt="")
    lines = trail(city.anchor, appeal)
    assert {line["text"] for line in lines} == {None}
    assert_chained(appeal["number"], lines)


def test_a_stranger_finds_nothing(city, appeal):
    assert Caller(city.stranger).fetch(f"appeals/{appeal['id']}/trail/").status_code == 404
