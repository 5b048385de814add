"""A look at a number, on record. The number itself is never stored or logged in clear."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.reveals import record
from anchors.newcomers.models import Newcomer
from anchors.phones import policy
from anchors.registry.taking import take

SUBJECT = "anchors.anchor"


@transaction.atomic
def reveal(anchor, *, actor, why, at=None):
    """Return the anchor's number, or None where none is registered.

    `why` is of accounts.reveals.Why. Raises PermissionDenied, and errors.Conflict after too many in an hour.
    """
    anchor = take(anchor)
    office = policy.office(actor, anchor)
    if not office:
        raise PermissionDenied
    record(actor=actor, office=office, subject_type=SUBJECT, subject_id=anchor.pk, why=why, at=at)
    return anchor.user.reveal_phone()


@transaction.atomic
def reveal_newcomer(newcomer, *, actor, why, at=None):
    """The same of somebody at a poster, while they wait to be confirmed."""
    newcomer = Newcomer.objects.select_for_update().get(pk=newcomer.pk)
    office = policy.office_of_decider(actor, newcomer)
    if not office:
        raise PermissionDenied
    record(actor=actor, office=office, subject_type=SUBJECT, subject_id=newcomer.anchor_id, why=why, at=at)
    return newcomer.reveal_phone()
