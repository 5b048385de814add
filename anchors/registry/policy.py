"""What the registry of anchors makes of a person: an anchor, somebody's contact, both or neither."""

from typing import NamedTuple

from django.db.models import Count, Max, Q

from anchors.registry.models import Anchor


class Links(NamedTuple):
    """`own` is the id of the person's own anchor record or None, `linked` how many anchors they look after."""

    own: int | None
    linked: int


def links(user):
    """Read once per loaded user row (one statement), as `hats` are."""
    if not hasattr(user, "_links"):
        found = Anchor.objects.filter(Q(user=user) | Q(contact=user)).aggregate(
            own=Max("pk", filter=Q(user=user)), linked=Count("pk", filter=Q(contact=user))
        )
        user._links = Links(**found)
    return user._links
