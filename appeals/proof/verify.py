"""Whether the trails hold, and whether the rows say what they say. `manage.py verify_trail` prints the first fault.

Appeals are read by the hundred and lines as they come, so memory does not grow with the trails; of the seals the
last head of each appeal is kept, some 200 bytes an appeal.
"""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import F, OuterRef, Q, Subquery

from appeals import trail
from appeals.models import Appeal, Event
from appeals.proof import rows
from appeals.proof.models import Seal, SealedHead
from appeals.proof.replay import Replay, Told, Unlike
from appeals.proof.sealing import digest_of, seal_hash

CHUNK = 200  # appeals read at once
ABSENT = "absent"


@dataclass(frozen=True)
class Fault:
    """A line that does not verify: the appeal's number, the line's seq, and what is wrong. A seal has no seq, 0."""

    number: str
    seq: int
    what: str

    def __str__(self):
        return f"{self.number} line {self.seq}: {self.what}" if self.seq else f"{self.number}: {self.what}"


def faults(number=None):
    """Yield every fault, in the order of the trails; of one appeal only where its number is given."""
    appeals = Appeal.objects.order_by("pk")
    if number:
        appeals = appeals.filter(number=number)
    last = 0
    while chunk := list(rows.with_rows(appeals.filter(pk__gt=last))[:CHUNK]):
        last = chunk[-1].pk
        yield from _of_chunk(chunk)
    if not number:
        yield from seal_faults()


def _of_chunk(appeals):
    lines = Event.objects.filter(appeal__in=appeals).select_related("words").order_by("appeal_id", "seq")
    trails = groupby(lines.iterator(chunk_size=1000), key=lambda event: event.appeal_id)
    found = next(trails, None)
    for appeal in appeals:
        if found is None or found[0] != appeal.pk:
            yield from of_appeal(appeal, ())
            continue
        yield from of_appeal(appeal, found[1])
        found = next(trails, None)  # passes over what a fault left unread


def of_appeal(appeal, events):
    """The faults of one trail and of its rows; `events` with their words, in order. The first broken line ends it."""
    seqs = {stage.pk: stage.seq for stage in appeal.stage_rows}
    life, seq, end = Replay(), 0, trail.BEGINNING
    for event in events:
        wrong = _broken(appeal, event, seq, end) or _unlike(life, event, seqs)
        if wrong:
            yield Fault(appeal.number, seq + 1, wrong)
            return
        seq, end = event.seq, event.hash
    if appeal.version != seq:
        wrong = f"the row's version is {appeal.version}, the trail ends with line {seq}"
        yield Fault(appeal.number, min(seq, appeal.version) + 1, wrong)
    elif appeal.trail_hash != end:
        yield Fault(appeal.number, seq, "the row carries another hash than its last line")
    else:
        yield from _rows(appeal, life)


def _broken(appeal, event, seq, end):
    """What is wrong with the line itself, or None."""
    if event.seq != seq + 1:
        return f"missing; the next line there is {event.seq}"
    if event.prev_hash != end:
        return "not chained to the line before it"
    words = event.words
    for kind, salt, text, said in (
        ("public", words.public_salt, words.public, event.public_digest),
        ("internal", words.internal_salt, words.internal, event.internal_digest),
    ):
        erased = salt == "" and text == ""
        if not erased and trail.digest(salt, text) != said:
            return f"the {kind} words are not those of the digest"
    if event.hash != trail.line_hash(number=appeal.number, event=event):
        return "the hash is not that of the line"
    if event.seq == 1 and words.public_salt and words.public != f"{appeal.title}\n{appeal.body}":
        return "the appeal's title and body are not the words that were submitted"
    return None


def _unlike(life, event, seqs):
    told = Told(
        event.seq, event.verb, event.level, seqs.get(event.stage_id, 0), event.actor_id, trail.stamp(event.at),
        event.facts,
    )
    try:
        life.follow(told)
    except Unlike as wrong:
        return str(wrong)
    return None


def _rows(appeal, life):
    """Compare the rows with what the lines made them; a fault names the line that set the column."""
    actual = rows.of_appeal(appeal)
    for where, said in life.expected.items():
        found = actual.get(where, ABSENT)
        if found != said.value:
            yield Fault(appeal.number, said.seq, f"{_name(where)} is {found}, the trail says {said.value}")
    told = {where[:2] for where in life.expected}
    for table, key in sorted({where[:2] for where in actual} - told, key=str):
        yield Fault(appeal.number, life.seq, f"{table} {key} is in no line of the trail")
    last = max((stage.seq for stage in appeal.stage_rows), default=0)
    current = next((stage.seq for stage in appeal.stage_rows if stage.pk == appeal.current_id), None)
    if current != last:
        yield Fault(appeal.number, life.seq, f"the present stage is {current}, the trail says {last}")


def _name(where):
    table, key, column = where
    return f"{table} {key} {column}".replace("  ", " ") if table != "appeal" else column


def seal_faults():
    """Recompute every seal from the heads that it kept, and find each of these heads in its trail."""
    heads, before = {}, trail.BEGINNING
    for seal in Seal.objects.order_by("day").iterator():
        moved = SealedHead.objects.filter(seal=seal).values_list("appeal__number", "seq", "hash")
        heads |= {number: (seq, end) for number, seq, end in moved.iterator()}
        if (seal.heads, seal.digest) != (len(heads), digest_of(heads)):
            yield Fault(f"seal {seal.day}", 0, "its digest is not that of the heads it kept")
        if seal.prev_hash != before:
            yield Fault(f"seal {seal.day}", 0, "not chained to the seal before it")
        if seal.hash != seal_hash(seal):
            yield Fault(f"seal {seal.day}", 0, "its hash is not that of the seal")
        before = seal.hash
    yield from _unlike_the_trail()


def _unlike_the_trail():
    """Heads that a seal kept and the trail no longer has."""
    there = Event.objects.filter(appeal=OuterRef("appeal"), seq=OuterRef("seq")).values("hash")[:1]
    lost = SealedHead.objects.annotate(there=Subquery(there)).filter(Q(there=None) | ~Q(there=F("hash")))
    for head in lost.select_related("seal", "appeal").order_by("pk").iterator():
        yield Fault(head.appeal.number, head.seq, f"not the line that was sealed on {head.seal.day}")
