"""Whose roster is whose to write; who may read it is said by `visible_to`."""

from branches.organisation.policy import hats


def handles(user, branch_id):
    """Secretary, deputy and 组织委员 of the branch, and the committee's handlers."""
    worn = hats(user)
    return worn.handles_for_committee or branch_id in worn.handles_for_branches


def may_add(user):
    """Somewhere at least: which branches are offered is the form's to say."""
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)
