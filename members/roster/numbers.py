"""The whole ID number, shown for a reason and on record; the person reads who saw it (accounts, /me/)."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts import reveals
from branches.organisation.policy import offices
from members.models import Member
from members.roster import policy


def may_reveal(user, member):
    """Nobody needs the portal to read the own card."""
    return member.user_id != user.pk and policy.handles(user, member.branch_id)


@transaction.atomic
def reveal(member, *, actor, why, at=None):
    """Return the whole number, or None where none is registered. `why` is of accounts.reveals.WhyNumber.

    Raises PermissionDenied, and errors.Conflict after too many numbers in an hour.
    """
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if not may_reveal(actor, member):
        raise PermissionDenied
    reveals.record(
        actor=actor, office=offices(actor), subject_type=reveals.ID_NUMBER, subject_id=member.user_id,
        why=reveals.WhyNumber(why), at=at,
    )
    return member.user.reveal_id_number()
