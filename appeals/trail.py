"""The trail: lines that are chained by hash, and words that may one day be emptied without breaking it.

A line's `hash` is SHA-256 over the canonical JSON (sorted keys, no spaces, UTF-8) of number, seq, verb, level,
actor_id, at, facts, public_digest, internal_digest and prev_hash; the first prev_hash is 64 zeros.
A digest is SHA-256 over salt followed by text, both as UTF-8. Anybody can recompute it from the JSON of the API.
"""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from appeals.models import Event, EventText

BEGINNING = "0" * 64
SALT_BYTES = 16


@dataclass(slots=True)
class Line:
    """What a verb has to say before it becomes a row. `facts` is JSON without free words."""

    appeal: object
    verb: str
    stage: object
    at: datetime
    actor: object = None
    facts: dict = field(default_factory=dict)
    public: str = ""
    internal: str = ""
    ordinal: int | None = None


def stamp(at):
    """An instant as it is hashed: UTC with microseconds, "2026-11-23T06:40:00.000000Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def digest(salt, text):
    return hashlib.sha256(f"{salt}{text}".encode()).hexdigest()


def line_hash(*, number, event):
    """The hash that belongs on an Event, from its own columns and the appeal's number."""
    said = {
        "number": number,
        "seq": event.seq,
        "verb": str(event.verb),
        "level": str(event.level),
        "actor_id": event.actor_id,
        "at": stamp(event.at),
        "facts": event.facts,
        "public_digest": event.public_digest,
        "internal_digest": event.internal_digest,
        "prev_hash": event.prev_hash,
    }
    return canonical_hash(said)


def canonical_hash(said):
    """SHA-256 over the canonical JSON: sorted keys, no spaces, UTF-8."""
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def append(lines):
    """Write lines in order, several statements whatever their number; return the events.

    Each line's appeal must be locked: its `version` and `trail_hash` are the head that the line is chained to.
    Both are moved on in memory; saving them is the caller's, in the same transaction.
    """
    events, texts = [], []
    for line in lines:
        event, words = _chain(line)
        events.append(event)
        texts.append(words)
    Event.objects.bulk_create(events)
    for event, words in zip(events, texts, strict=True):
        words.event_id = event.pk
    EventText.objects.bulk_create(texts)
    return events


def _chain(line):
    appeal = line.appeal
    words = EventText(
        public_salt=secrets.token_hex(SALT_BYTES), public=line.public,
        internal_salt=secrets.token_hex(SALT_BYTES), internal=line.internal,
    )
    event = Event(
        appeal=appeal, seq=appeal.version + 1, verb=line.verb, level=line.stage.level, stage=line.stage,
        actor=line.actor, at=line.at, facts=line.facts, ordinal=line.ordinal, prev_hash=appeal.trail_hash,
        public_digest=digest(words.public_salt, words.public),
        internal_digest=digest(words.internal_salt, words.internal),
    )
    event.hash = line_hash(number=appeal.number, event=event)
    appeal.version, appeal.trail_hash = event.seq, event.hash
    return event, words
