"""A sealed number is shown to who needs it: for a reason, not by the hundred, and on record (design §7)."""

from datetime import timedelta

from django.db import models
from django.utils import timezone

from accounts.models import AuditEvent
from xinyu_portal.errors import Conflict

LIMIT, WINDOW = 30, timedelta(hours=1)
ENOUGH = f"一小时里已经看了 {LIMIT} 个号码，请过一会儿再看。要联系很多人，请用消息。"


ID_NUMBER = "accounts.id_number"  # subject of a look at an ID number; its id is the person's


class Why(models.TextChoices):
    """Of a mobile number."""

    APPEAL = "APPEAL", "办诉求要联系"
    CONFIRM = "CONFIRM", "核对登记"
    SERVICE = "SERVICE", "通知服务或活动"
    OTHER = "OTHER", "别的事，要当面说"


class WhyNumber(models.TextChoices):
    """Of an ID number."""

    SYSTEM = "SYSTEM", "填报全国党员管理信息系统"
    CHECK = "CHECK", "核对身份"
    ARCHIVE = "ARCHIVE", "核对党员档案"
    OTHER = "OTHER", "别的事，要当面说"


def record(*, actor, office, subject_type, subject_id, why, at=None):
    """Keep who looked, as what and why; the same look within the hour is one. The caller has judged whether they may.

    `why` is of Why, or a member of WhyNumber. Raises errors.Conflict after LIMIT numbers in an hour.
    """
    at = at or timezone.now()
    reason = why.label if isinstance(why, WhyNumber) else Why(why).label
    lately = AuditEvent.objects.filter(kind=AuditEvent.Kind.REVEAL, actor=actor, at__gt=at - WINDOW)
    if lately.filter(subject_type=subject_type, subject_id=str(subject_id), reason=reason).exists():
        return
    if lately.count() >= LIMIT:
        raise Conflict(ENOUGH)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.REVEAL, actor=actor, office=office, subject_type=subject_type,
        subject_id=str(subject_id), reason=reason, at=at,
    )


def looks_at_id_number(person):
    """AuditEvents of who saw the person's whole ID number, newest first: told by office, never by name."""
    seen = AuditEvent.objects.filter(kind=AuditEvent.Kind.REVEAL, subject_type=ID_NUMBER, subject_id=str(person.pk))
    return seen.order_by("-at", "-id")
