"""Who confirms the people who came by a poster: the handlers of the branch it hangs at, else the committee's."""

from django.db.models import Q

from anchors.registry.models import Anchor
from branches.organisation.models import Post
from branches.organisation.policy import BRANCH_HANDLERS, COMMITTEE_HANDLERS, hats


def may_decide(user, newcomer):
    """The committee may for every branch: where a branch has nobody, nobody would wait for ever."""
    worn = hats(user)
    return worn.handles_for_committee or newcomer.branch_id in worn.handles_for_branches


def sees_waiting(user):
    """Whether the work list is for this person at all."""
    worn = hats(user)
    return worn.handles_for_committee or bool(worn.handles_for_branches)


def may_print(user, branch_id):
    """A poster is for the officers of its branch and for the committee; without a branch for the committee alone."""
    worn = hats(user)
    return worn.handles_for_committee or (branch_id is not None and branch_id in worn.sees_branches)


def deciders(branch_id):
    """Ids of those who hear of a newcomer at a branch (one statement); the committee's where it has nobody."""
    committee = Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    posts = Post.objects.current().filter(committee | Q(branch=branch_id, role__in=BRANCH_HANDLERS))
    seats = list(posts.values_list("branch_id", "user_id"))
    return {user for seat, user in seats if seat} or {user for _, user in seats}


def candidates(newcomer, user):
    """Registered anchors whom a newcomer may be: of the same phone, or of the same name among those this user sees.

    Never the user: nobody makes an appeal their own to judge.
    """
    same_name = Anchor.objects.visible_to(user).filter(user__name=newcomer.anchor.user.name).values("pk")
    known = Q(pk__in=same_name)
    if newcomer.phone_index:
        merged = Anchor.objects.filter(user__phone_index=newcomer.phone_index).values("merged_into")
        known |= Q(user__phone_index=newcomer.phone_index) | Q(pk__in=merged)
    found = Anchor.objects.confirmed().filter(known).exclude(pk=newcomer.anchor_id).exclude(user=user)
    return found.select_related("user", "branch").order_by("pk")
