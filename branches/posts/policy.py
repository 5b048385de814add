"""Who gives and ends offices: the committee those of branches, its secretaries those of the committee itself."""

from branches.organisation.models import Branch, Role
from branches.organisation.policy import hats

ROLES = {
    "branch": (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE),
    "committee": (Role.SECRETARY, Role.DEPUTY, Role.STAFF, Role.AUDITOR),
}


def seat(unit):
    """The column of Post that holds this Branch or Committee."""
    return "branch" if isinstance(unit, Branch) else "committee"


def may_read(user, unit):
    worn = hats(user)
    return worn.handles_for_committee or (isinstance(unit, Branch) and unit.pk in worn.sees_branches)


def may_write(user, unit):
    worn = hats(user)
    return worn.handles_for_committee if isinstance(unit, Branch) else worn.leads_committee
