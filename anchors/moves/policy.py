"""Who may take which anchors to which branch, and undo it."""

from django.db.models import Q

from anchors.registry.models import Anchor
from branches.organisation.models import Branch, Division
from branches.organisation.policy import hats


def may_move(user):
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.leads_branches)


def targets(user):
    """The branches to which this person may take anchors: the committee's staff any, a secretary the own."""
    worn = hats(user)
    if worn.handles_for_committee:
        return Branch.objects.all()
    return Branch.objects.filter(pk__in=worn.leads_branches)


def may_move_to(user, branch):
    worn = hats(user)
    return worn.handles_for_committee or branch.pk in worn.leads_branches


def within_reach(user, branch):
    """Anchors whom this person may take to `branch`: the committee's staff anybody in use; its secretary those
    without a branch who work in its parks or live in its townships.

    Nobody moves whom no branch has confirmed, or who took the consent back.
    """
    if hats(user).handles_for_committee:
        return Anchor.objects.visible_to(user).in_use()
    return suggested(branch) if may_move_to(user, branch) else Anchor.objects.none()


def suggested(branch):
    """Anchors without a branch who work in a park of this one, or live where it covers the township or its county."""
    covered = Division.objects.filter(Q(covering_branches=branch) | Q(parent__covering_branches=branch))
    near = Q(enterprise__branch=branch) | Q(division__in=covered.values("pk"))
    return Anchor.objects.in_use().filter(near, branch=None)


def may_undo(user, move):
    """The committee's staff; a secretary what they did themselves, as long as they lead that branch."""
    worn = hats(user)
    return worn.handles_for_committee or (move.by_id == user.pk and move.to_branch_id in worn.leads_branches)
