"""What a move would do to a set of anchors: counted for the preview, and counted again under the lock."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from anchors.contacts.querysets import candidates


@dataclass(frozen=True)
class Plan:
    """`rows` are (anchor id, branch id, contact id) in the order of ids.

    `members` are ids of the users who may be contacts at the new branch.
    """

    to_branch_id: int
    rows: tuple
    members: frozenset

    @classmethod
    def of(cls, anchors, branch):
        """Two statements; `anchors` is a queryset."""
        rows = anchors.order_by("pk").values_list("pk", "branch_id", "contact_id")
        members = candidates([branch.pk]).values_list("user_id", flat=True)
        return cls(branch.pk, tuple(rows), frozenset(members))

    @cached_property
    def moving(self):
        return [row for row in self.rows if row[1] != self.to_branch_id]

    @property
    def staying(self):
        """How many are there already."""
        return len(self.rows) - len(self.moving)

    @cached_property
    def ending(self):
        """(anchor id, contact id) where the contact is no member of the new branch."""
        return [(pk, contact) for pk, _, contact in self.moving if contact and contact not in self.members]

    @cached_property
    def by_branch(self):
        """`[(branch id or None, how many leave it)]`, most first."""
        return Counter(branch for _, branch, _ in self.moving).most_common()

    @cached_property
    def digest(self):
        """Of the whole set as it stands and of what becomes of it: who saw one plan has not seen another."""
        ends = [pk for pk, _ in self.ending]
        said = json.dumps([self.to_branch_id, self.rows, ends], separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()
