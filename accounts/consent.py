"""The text that a person agrees to. A text that changes gets a new version, and is asked for again."""

from django.utils import timezone

from accounts.models import Consent

# The version of templates/accounts/_consent.html; a test knows the text by its hash.
VERSION = "2026-11"


def record(user, *, purpose=Consent.Purpose.REGISTRY, at=None):
    """The person agrees to the present text; returns the Consent. What was agreed to before in other words ends."""
    now = at or timezone.now()
    in_force = Consent.objects.filter(user=user, purpose=purpose, withdrawn_at=None)
    same = in_force.filter(text_version=VERSION).first()
    if same:
        return same
    in_force.update(withdrawn_at=now)
    return Consent.objects.create(user=user, purpose=purpose, text_version=VERSION, given_at=now)
