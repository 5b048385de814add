"""Who keeps the working calendar and the duty list: the committee's people who handle appeals."""

from branches.organisation.models import BRANCH_HANDLERS, COMMITTEE_HANDLERS, Post
from branches.organisation.policy import hats


def may_keep(user):
    return hats(user).handles_for_committee


def on_duty():
    """Posts, today, of those who can be put on the duty list: who may take an appeal at committee or branch."""
    current = Post.objects.current()
    return current.filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS) | current.filter(
        branch__isnull=False, role__in=BRANCH_HANDLERS
    )
