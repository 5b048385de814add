"""Who may say which member looks after an anchor, and who may write down what was done."""

from django.db.models import Q

from branches.organisation.policy import hats


def may_assign(user, anchor):
    """The handlers of the anchor's branch and of the committee; an anchor without a branch is the committee's."""
    worn = hats(user)
    return worn.handles_for_committee or anchor.branch_id in worn.handles_for_branches


def assigns(user):
    """Whether the work lists are for this person at all."""
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)


def to_assign(user):
    """A condition on Anchor: those whose contact this person may choose."""
    worn = hats(user)
    return Q() if worn.handles_for_committee else Q(branch__in=worn.handles_for_branches)


def may_log(user, anchor):
    return anchor.contact_id == user.pk


def is_own(user, anchor):
    return anchor.user_id == user.pk
