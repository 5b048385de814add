"""How a seal is made: one hash over the heads of all trails as they stood when a day ended."""

import hashlib
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from appeals import trail
from appeals.models import Appeal, Event
from appeals.proof.models import Seal, SealedHead

BATCH = 1000


def head_line(number, seq, end):
    """A head as one text, as it is sealed and as a receipt shows it: "SQ-20261128-0001 7 9f86…"."""
    return f"{number} {seq} {end}"


def receipt_of(appeal):
    """What a person keeps, and pastes to compare: the head of the trail as it is now."""
    return head_line(appeal.number, appeal.version, appeal.trail_hash)


def digest_of(heads):
    """SHA-256 over the lines of `heads` ({number: (seq, hash)}), by number, each ended by a newline."""
    lines = "".join(f"{head_line(number, *heads[number])}\n" for number in sorted(heads))
    return hashlib.sha256(lines.encode()).hexdigest()


def seal_hash(seal):
    return trail.canonical_hash(
        {"day": f"{seal.day}", "heads": seal.heads, "digest": seal.digest, "prev_hash": seal.prev_hash}
    )


def make(day, *, at):
    """Seal a Shanghai day. Returns the Seal, or None where somebody has made it already or was faster.

    The heads that moved since the seal before are read by one statement; what is committed later is the next seal's.
    """
    try:
        with transaction.atomic():
            before = Seal.objects.order_by("-day").first()
            if before and before.day >= day:
                return None
            seal = Seal.objects.create(
                day=day, made_at=at, heads=0, digest="", hash="", prev_hash=before.hash if before else trail.BEGINNING
            )
            _keep_heads(seal)
            heads = dict(_heads_of(seal))
            seal.heads, seal.digest = len(heads), digest_of(heads)
            seal.hash = seal_hash(seal)
            seal.save(update_fields=["heads", "digest", "hash"])
    except IntegrityError:
        return None
    return seal


def _keep_heads(seal):
    """The heads at the end of the day that the seals before do not have."""
    end = timezone.make_aware(datetime.combine(seal.day + timedelta(days=1), time()))
    lines = Event.objects.filter(appeal=OuterRef("pk"), at__lt=end).order_by("-seq")
    sealed = SealedHead.objects.filter(appeal=OuterRef("pk")).order_by("-seal")
    moved = (
        Appeal.objects.annotate(sealed=Subquery(sealed.values("seq")[:1]))
        .filter(Q(sealed=None) | Q(version__gt=F("sealed")), submitted_at__lt=end)
        .annotate(head=Subquery(lines.values("seq")[:1]), end=Subquery(lines.values("hash")[:1]))
        .filter(Q(sealed=None) | Q(head__gt=F("sealed")), head__isnull=False)
    )
    rows = moved.values_list("pk", "head", "end")
    SealedHead.objects.bulk_create(
        [SealedHead(seal=seal, appeal_id=pk, seq=seq, hash=end) for pk, seq, end in rows], batch_size=BATCH
    )


def _heads_of(seal):
    """(number, (seq, hash)) of every appeal as this seal, the newest, has it."""
    newest = SealedHead.objects.filter(appeal=OuterRef("appeal")).order_by("-seal").values("pk")[:1]
    kept = SealedHead.objects.filter(pk=Subquery(newest)).values_list("appeal__number", "seq", "hash")
    for number, seq, end in kept.iterator():
        yield number, (seq, end)
