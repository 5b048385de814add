"""The secretary lets an auditor read the words of one appeal, from a day to a day."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from appeals.models import Appeal, WordsGrant
from appeals.protection.policy import auditors_of, may_grant_words
from appeals.protection.views_log import SUBJECT
from branches.organisation.policy import offices
from notices import services as notices
from xinyu_portal.typed import cleaned_text

REASON_LIMIT = 200
GRANT_DAYS = 31  # a look at one matter, not a standing right


@transaction.atomic
def grant_words(appeal, *, actor, auditor, since, until, reason, at=None):
    """Return the WordsGrant; the same once more is the first one. Both days are included.

    Kept as an AuditEvent of the appeal, which its anchor reads under 谁看过. Raises PermissionDenied (403) and
    ValidationError (400).
    """
    at = at or timezone.now()
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if not may_grant_words(actor, appeal):
        raise PermissionDenied
    reason = cleaned_text(reason, "请写一句为什么要查。", field="reason", limit=REASON_LIMIT)
    if not auditors_of(appeal).filter(pk=auditor.pk).exists():
        raise ValidationError({"auditor": "请选一位在任的审计人员。"})
    if until < max(since, timezone.localdate(at)):
        raise ValidationError({"until": "请选今天或以后，不早于开始的那天。"})
    if (until - since).days >= GRANT_DAYS:
        raise ValidationError({"until": f"一次最多授权 {GRANT_DAYS} 天；不够再授权一次。"})
    grant, created = WordsGrant.objects.get_or_create(
        appeal=appeal, auditor=auditor, since=since, until=until,
        defaults={"by": actor, "at": at, "reason": reason},
    )
    if created:
        AuditEvent.objects.create(
            kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=SUBJECT,
            subject_id=str(appeal.pk), reason=reason, at=at,
            facts={"grant": grant.pk, "since": since.isoformat(), "until": until.isoformat()},
        )
        notices.send(
            [auditor], key=f"words-grant:{grant.pk}", title="您可以查阅一件诉求的内容", at=at,
            text=f"{appeal.number}，{since:%Y年%-m月%-d日}到 {until:%Y年%-m月%-d日}（含当日）。",
            url=reverse("appeals:audit_trail", args=[appeal.pk]),
        )
    return grant
