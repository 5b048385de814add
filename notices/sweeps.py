"""What leaves the portal: nothing of it happens in a request."""

import logging
from datetime import timedelta

from notices.channels import sms
from notices.models import Text

logger = logging.getLogger(__name__)
BATCH = 50
LOST_AFTER = timedelta(minutes=5)
State = Text.State


def deliver_texts(now):
    """Send what waits, each text claimed by one sweep alone. Returns how many were sent.

    A sweep that died while sending leaves its text UNCLEAR for staff: sent twice would be worse than not at all.
    """
    Text.objects.filter(state=State.SENDING, claimed_at__lt=now - LOST_AFTER).update(state=State.UNCLEAR, sealed="")
    Text.objects.filter(state=State.QUEUED, expires_at__lt=now).update(state=State.DROPPED, sealed="")
    if not sms.is_configured():
        return 0
    waiting = Text.objects.filter(state=State.QUEUED).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sum(_deliver(pk, now) for pk in list(waiting))


def _deliver(pk, now):
    if not Text.objects.filter(pk=pk, state=State.QUEUED).update(state=State.SENDING, claimed_at=now):
        return False
    text = Text.objects.select_related("recipient").get(pk=pk)
    state = _send(text)
    kept = {} if state == State.QUEUED else {"sealed": ""}
    Text.objects.filter(pk=pk).update(state=state, **kept)
    return state == State.SENT


def _send(text):
    try:
        sms.send_text(text.recipient.reveal_phone(), text.words)
    except sms.NotSent:
        return State.QUEUED
    except Exception as reason:
        # Its words may hold the phone or the text.
        logger.error("text %s: unclear whether it was sent: %s", text.pk, type(reason).__name__)
        return State.UNCLEAR
    return State.SENT
