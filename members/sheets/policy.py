"""Tables leave by who handles the roster; their columns are the committee's to arrange."""

from branches.organisation.policy import hats
from members.roster.policy import handles
from members.roster.policy import may_add as may_export

__all__ = ["branches_of", "handled", "may_arrange", "may_bring_in", "may_export"]


def branches_of(user):
    """Ids of the branches whose tables leave with this person; None for all of them."""
    worn = hats(user)
    return None if worn.handles_for_committee else sorted(set(worn.handles_for_branches))


def handled(rows, user):
    """Those of `rows`, each of a branch, that are this person's to handle."""
    own = branches_of(user)
    return rows if own is None else rows.filter(branch__in=own)


def may_bring_in(user, branch_id):
    """A roster of one branch, or with None of those its rows name: the committee's.

    What was read in is open to who still may, and goes with the office.
    """
    return handles(user, branch_id)


def may_arrange(user):
    return hats(user).handles_for_committee
