"""Who reads the seals, and who may have words erased."""

from branches.organisation.policy import hats


def may_read_seals(user):
    return hats(user).handles_for_committee or hats(user).is_auditor


def may_erase(user):
    """The committee's secretary: what is erased does not come back."""
    return hats(user).leads_committee
