"""Who reads the seals, and who may have words erased."""

from appeals.policy import is_anchor
from branches.organisation.policy import hats


def may_read_seals(user):
    return hats(user).handles_for_committee or hats(user).is_auditor


def may_erase(user, appeal):
    """The committee's secretary, never of an own appeal: what is erased does not come back."""
    return hats(user).leads_committee and not is_anchor(user, appeal)
