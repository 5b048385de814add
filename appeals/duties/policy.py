"""Who reads the list of duties: whoever handles appeals for a level, and the auditor. The committee writes it."""

from branches.organisation.policy import hats


def may_read(user):
    worn = hats(user)
    return worn.is_officer or worn.is_auditor


def may_write(user):
    return hats(user).handles_for_committee
