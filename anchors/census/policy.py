"""Who may bring a census in: the committee's secretaries and staff, nobody else sees it."""

from branches.organisation.policy import hats


def may_import(user):
    return hats(user).handles_for_committee
