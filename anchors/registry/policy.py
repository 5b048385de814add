"""What the registry of anchors makes of a person: an anchor, somebody's contact, both or neither."""

from typing import NamedTuple

from django.db.models import Count, Max, Q

from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor
from branches.organisation.policy import hats


class Links(NamedTuple):
    """`own` is the id of the person's own anchor record or None, `linked` how many anchors they look after.

    `joined` is how many entries were joined to the own record.
    """

    own: int | None
    linked: int
    joined: int


def links(user):
    """Read once per loaded user row (one statement), as `hats` are."""
    if not hasattr(user, "_links"):
        found = Anchor.objects.filter(Q(user=user) | Q(contact=user)).aggregate(
            own=Max("pk", filter=Q(user=user)), linked=Count("pk", filter=Q(contact=user), distinct=True),
            joined=Count("joined_newcomers", filter=Q(user=user)),
        )
        user._links = Links(**found)
    return user._links


def speaks_for(user):
    """Ids of the anchor records whose appeals are this person's: the own one, and entries joined to it.

    Whatever joins records asks here and in `voices_of`, and nowhere else. Read once per loaded user row: one
    statement beside `links` for those to whom something was joined, none for anybody else.
    """
    if not hasattr(user, "_speaks_for"):
        own, _, joined = links(user)
        entries = Newcomer.objects.filter(joined_to=own).values_list("anchor", flat=True) if joined else ()
        user._speaks_for = frozenset((own, *entries)) if own else frozenset()
    return user._speaks_for


def voices_of(anchor):
    """Ids of the users who speak for one record: its own person, and whom it was joined to."""
    if anchor.confirmed_at is not None:
        return {anchor.user_id}
    joined = Newcomer.objects.filter(anchor=anchor, joined_to__isnull=False).values_list("joined_to__user", flat=True)
    return {anchor.user_id, *joined}


def handles(user, anchor):
    """The committee's handlers, and the officers of the anchor's branch who take appeals."""
    worn = hats(user)
    return worn.handles_for_committee or anchor.branch_id in worn.handles_for_branches


def may(user, verb, anchor=None):
    """`correct` and what belongs to it: oneself and who handles; `note`: who handles, never one's own;

    `consent`: oneself; `export` and `register`: whoever handles for a branch or the committee.
    """
    if verb in ("export", "register"):
        worn = hats(user)
        return worn.handles_for_committee or bool(worn.handles_for_branches)
    own = anchor.user_id == user.pk
    if verb == "consent":
        return own
    return (verb == "correct" and own) or (verb in ("correct", "note") and not own and handles(user, anchor))
