"""Tables leave by who handles the roster; their columns are the committee's to arrange."""

from branches.organisation.policy import hats
from members.roster.policy import may_add as may_export

__all__ = ["may_arrange", "may_export"]


def may_arrange(user):
    return hats(user).handles_for_committee
