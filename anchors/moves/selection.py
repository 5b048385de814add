"""What a person chose to move: some anchors and a branch, carried through the preview as a signed token."""

import uuid
from dataclasses import asdict, dataclass

from django.core import signing
from django.http import QueryDict

from anchors.moves import policy
from anchors.moves.models import Move
from anchors.registry.filters import Narrowing

SALT = "anchors.moves"


class BadToken(ValueError):
    """A token that is broken, forged, or was made for somebody else."""


@dataclass(frozen=True)
class Selection:
    """`kind` says what counts: `query`, the filters of the registry's list, or `ids`, ticked in a list so narrowed."""

    to_branch_id: int
    kind: str
    query: str = ""
    ids: tuple = ()

    def anchors(self, user, branch):
        """The anchors as they are now, no further than this person may reach."""
        if self.kind == Move.Kind.SUGGESTED:
            return policy.suggested(branch)
        reach = policy.within_reach(user, branch)
        if self.kind == Move.Kind.TICKED:
            return reach.filter(pk__in=self.ids)
        # Filtered within: a filter may join, and the rows to lock must be bare.
        return reach.filter(pk__in=self.narrowing(user).rows.order_by().values("pk"))

    def narrowing(self, user):
        """What the list was narrowed to, as its page said it."""
        return Narrowing(user, QueryDict(self.query))

    def sealed(self, user, digest):
        """A token that holds the choice and the plan that was seen; each preview has a key of its own."""
        said = {**asdict(self), "seen": digest, "key": str(uuid.uuid4()), "user": user.pk}
        return signing.dumps(said, salt=SALT, compress=True)


@dataclass(frozen=True)
class Seen:
    selection: Selection
    digest: str
    key: str


def unsealed(token, user):
    """Raises BadToken."""
    try:
        said = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise BadToken from error
    if said.pop("user") != user.pk:
        raise BadToken
    digest, key = said.pop("seen"), said.pop("key")
    return Seen(Selection(**{**said, "ids": tuple(said["ids"])}), digest, key)
