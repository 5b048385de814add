"""Erasing words: the texts of lines are emptied, the lines and their digests stay, and the chain remains provable."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.models import AuditEvent
from appeals.attachments import store
from appeals.models import Appeal, Attachment, EventText, Judgement
from appeals.proof.policy import may_erase
from appeals.protection.views_log import SUBJECT
from appeals.workflow import Status, Verb
from branches.organisation.policy import offices
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

ERASED = "（内容已按规定清除）"
EMPTY = {"public_salt": "", "public": "", "internal_salt": "", "internal": ""}
REASON_LIMIT = 200
STILL_OPEN = "还没有办结，只能清除其中一条；全部清除要等办结以后。"


@transaction.atomic
def erase_words(appeal, *, actor, reason, seq=None, at=None):
    """Empty the words of line `seq`, or of the whole appeal once it is closed: title and body, lines, reasons, files.

    The files go when the transaction is written; their rows keep the SHA-256 that the lines tell. `reason` says under
    what rule (PIPL Art 47, or the retention of domain.md §9.2); it is kept with who did it, and the anchor reads the
    day under 谁看过. Raises PermissionDenied, Conflict and ValidationError.
    """
    at = at or timezone.now()
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if not may_erase(actor, appeal):
        raise PermissionDenied
    reason = cleaned_text(reason, "请写按什么规定清除。", field="reason", limit=REASON_LIMIT)
    if seq is None and appeal.status != Status.CLOSED:
        raise Conflict(STILL_OPEN, appeal)
    lines = [line.seq for line in erasable(appeal) if seq in (None, line.seq)]
    if not lines:
        raise ValidationError({"seq": "没有这一条，或者已经清除过了。"})
    EventText.objects.filter(event__appeal=appeal, event__seq__in=lines).update(**EMPTY)
    _forget_reasons(appeal, lines)
    _erase_files(appeal, lines, at)
    if 1 in lines:
        appeal.title, appeal.body, appeal.words = ERASED, ERASED, ""
        appeal.words = appeal.words_of()
        appeal.save(update_fields=["title", "body", "words"])
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type=SUBJECT,
        subject_id=str(appeal.pk), reason=reason, facts={"erased": lines}, at=at,
    )
    return appeal


def erasable(appeal):
    """The lines that still say something, or carry a file that is still there; in order, with their words."""
    files = Attachment.objects.filter(event=OuterRef("pk"), erased_at=None)
    says = ~Q(words__public="") | ~Q(words__internal="") | Exists(files)
    return appeal.events.filter(says).select_related("words").prefetch_related("attachments").order_by("seq")


def _forget_reasons(appeal, lines):
    """What stands in a judgement is what its line said; the two were written at the same instant."""
    said = appeal.events.filter(seq__in=lines, verb__in=(Verb.CONFIRM, Verb.FOLLOW_UP)).values("at")
    Judgement.objects.filter(appeal=appeal, at__in=said).update(reason="")


def _erase_files(appeal, lines, at):
    gone = Attachment.objects.filter(appeal=appeal, event__seq__in=lines, erased_at=None)
    keys = list(gone.values_list("uuid", flat=True))
    gone.update(erased_at=at, name="")
    transaction.on_commit(lambda: [store.remove(key) for key in keys])
