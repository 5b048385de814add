"""An anchor is handed the code to get in."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.services import hand_out_code
from anchors.activation import policy
from anchors.registry.taking import take


@transaction.atomic
def issue(anchor, *, actor, at=None):
    """Return `(ActivationCode, code)`. Raises PermissionDenied (403), errors.Conflict (409) for who has no phone."""
    row = take(anchor)  # bare: the contact may just be changing
    office = policy.office(actor, row)
    if not office:
        raise PermissionDenied
    return hand_out_code(row.user, actor=actor, office=office, at=at)
