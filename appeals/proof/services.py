"""Erasing words: the texts of lines are emptied, the lines and their digests stay, and the chain remains provable."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from appeals.models import Appeal, EventText, Judgement
from appeals.proof.policy import may_erase
from branches.organisation.policy import offices

ERASED = "（内容已按规定清除）"
EMPTY = {"public_salt": "", "public": "", "internal_salt": "", "internal": ""}


@transaction.atomic
def erase_words(appeal, *, actor, reason, seq=None, at=None):
    """Empty the words of line `seq`, or of the whole appeal: its title and body, every line, every reason given.

    `reason` says under what rule; it is kept with who did it. Raises PermissionDenied and ValidationError.
    """
    if not may_erase(actor):
        raise PermissionDenied
    reason = (reason or "").strip()
    if not 0 < len(reason) <= 200:
        raise ValidationError({"reason": "请写按什么规定清除，不超过 200 个字。"})
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    texts = EventText.objects.filter(event__appeal=appeal)
    lines = [seq] if seq else list(range(1, appeal.version + 1))
    emptied = texts.filter(event__seq__in=lines).update(**EMPTY)
    if not emptied:
        raise ValidationError({"seq": "没有这一条。"})
    Judgement.objects.filter(appeal=appeal, stage__events__seq__in=lines).update(reason="")
    if 1 in lines:
        appeal.title, appeal.body, appeal.words = ERASED, ERASED, ""
        appeal.words = appeal.words_of()
        appeal.save(update_fields=["title", "body", "words"])
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type="appeals.appeal",
        subject_id=str(appeal.pk), reason=reason, facts={"erased": lines}, at=at or timezone.now(),
    )
    return appeal
