"""A code by text message, where a provider is configured (settings.SMS_BACKEND)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from accounts import codes, phones, services
from accounts.models import User
from notices.channels.sms import is_configured
from notices.models import Text
from notices.services import queue_text
from xinyu_portal import seal

__all__ = ["SENT", "is_configured", "send_code"]

KIND = "activation"
USEFUL = timedelta(minutes=10)  # a text that leaves later would surprise
PAUSE, A_DAY, DAILY = timedelta(minutes=1), timedelta(days=1), 5
SENT = "如果这个手机号登记过，激活码一两分钟内会发到手机上，7 天内有效。没收到就请给您登记的人当面给一个。"


@transaction.atomic
def send_code(phone, *, at=None):
    """Queue a fresh code for whoever has this phone; nobody, or too often, is passed over in silence."""
    now = at or timezone.now()
    index = seal.index(phones.normalise(phone), purpose="phone")
    person = User.objects.select_for_update().filter(phone_index=index, is_active=True).first()
    if person is None or _too_often(person, now):
        return
    _, code = services.issue_code(person, issued_by=None, at=now)
    words = f"激活码 {codes.shown(code)}，7 天内有效。请不要告诉别人。"
    queue_text(person, kind=KIND, words=words, expires_at=now + USEFUL, at=now)


def _too_often(person, now):
    sent = Text.objects.filter(recipient=person, kind=KIND)
    return (
        sent.filter(created_at__gt=now - PAUSE).exists() or sent.filter(created_at__gt=now - A_DAY).count() >= DAILY
    )
