"""What the registry of anchors makes of a person: an anchor, somebody's contact, both or neither."""

from typing import NamedTuple

from django.db.models import CharField, Value

from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor
from branches.organisation.policy import hats


class Links(NamedTuple):
    """`own` is the id of the person's own anchor record or None, `linked` how many anchors they look after.

    `joined` are the ids of entries that were joined to the own record or merged into it.
    """

    own: int | None
    linked: int
    joined: tuple


def links(user):
    """Read once per loaded user row (one statement), as `hats` are."""
    if not hasattr(user, "_links"):
        found = {"own": [], "linked": [], "joined": []}
        for what, pk in _links_of(user):
            found[what].append(pk)
        user._links = Links(next(iter(found["own"]), None), len(found["linked"]), tuple(found["joined"]))
    return user._links


def _links_of(user):
    """(what, anchor id), each by an index of its own; who was joined to an entry before it was merged comes along."""
    standing = Anchor.objects.standing()
    parts = [
        ("own", standing.filter(user=user)), ("linked", standing.filter(contact=user)),
        ("joined", Anchor.objects.filter(merged_into__user=user)),
        ("joined", Anchor.objects.filter(newcomer__joined_to__user=user)),
        ("joined", Anchor.objects.filter(newcomer__joined_to__merged_into__user=user)),
    ]
    first, *others = [rows.annotate(what=Value(what, CharField())).values_list("what", "pk") for what, rows in parts]
    return first.union(*others, all=True)


def speaks_for(user):
    """Ids of the anchor records whose appeals are this person's: the own one, and entries joined to or merged into it.

    Whatever joins records asks here and in `voices_of`, and nowhere else. No statement beside that of `links`.
    """
    own, _, joined = links(user)
    return frozenset((own, *joined)) if own else frozenset()


def voices_of(anchor):
    """Ids of the users who speak for one record: its own person, and whom it was joined to or merged into."""
    voices = {anchor.user_id}
    if anchor.merged_into_id:
        voices.add(anchor.merged_into.user_id)
    if anchor.confirmed_at is None:
        joined = Newcomer.objects.filter(anchor=anchor, joined_to__isnull=False)
        voices.update(*joined.values_list("joined_to__user", "joined_to__merged_into__user"))
    return voices - {None}


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
