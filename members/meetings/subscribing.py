"""A calendar that phones subscribe to: the token is an HMAC of a nonce, and the row keeps only an HMAC of the token."""

import uuid

from django.db import transaction
from django.utils import timezone

from members.meetings.models import CalendarFeed
from xinyu_portal import seal

TOKEN_LENGTH = 40


def token_of(feed):
    """What stands in the address: shown again whenever its person asks, and never readable from the database alone."""
    return seal.index(str(feed.nonce), purpose="calendar")[:TOKEN_LENGTH]


@transaction.atomic
def renew(*, actor, at=None):
    """Make the person's address, or another one: whoever had the old one sees nothing any more. Returns the feed."""
    nonce = uuid.uuid4()
    feed = CalendarFeed(user=actor, nonce=nonce)
    fields = {"nonce": nonce, "digest": _digest(token_of(feed)), "made_at": at or timezone.now()}
    return CalendarFeed.objects.update_or_create(user=actor, defaults=fields)[0]


def stop(*, actor):
    """There is no address any more; stopping again changes nothing."""
    CalendarFeed.objects.filter(user=actor).delete()


def person_of(token):
    """Whose calendar this token opens, or None. An account that is closed has none."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    feed = CalendarFeed.objects.select_related("user").filter(digest=_digest(token), user__is_active=True).first()
    return feed and feed.user


def _digest(token):
    return seal.index(token, purpose="calendar-token")
