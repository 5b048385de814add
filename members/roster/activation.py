"""A member is handed the code to get in, by whoever writes the roster."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.services import hand_out_code
from branches.organisation.policy import hats, offices
from members.roster import policy
from members.roster.services import taken


def may_issue(user, member):
    """Nobody for oneself, nobody for a disabled person. Who holds an office gets theirs from the committee alone."""
    if member.user_id == user.pk or not member.user.is_active or not policy.handles(user, member.branch_id):
        return False
    return hats(user).handles_for_committee or not hats(member.user).posts


def is_committees(user, member):
    """Whether somebody who writes this roster has to ask the committee for the code."""
    return policy.handles(user, member.branch_id) and member.user_id != user.pk and not may_issue(user, member)


@transaction.atomic
def issue(member, *, actor, at=None):
    """Return `(ActivationCode, code)`. Raises PermissionDenied, and Conflict for who has left or has no phone."""
    row = taken(member, actor)
    if not may_issue(actor, row):
        raise PermissionDenied
    return hand_out_code(row.user, actor=actor, office=offices(actor), at=at)
