"""Entries that may be one person: the same name, and the same end of the phone or the same account.

A suggestion is a question to a person, never an answer: nothing is merged by itself.
"""

from dataclasses import dataclass

from django.db.models import CharField, Count, Max, Min, Value

from anchors.registry.models import Anchor

SHOWN = 20


@dataclass(frozen=True)
class Pair:
    one: object
    two: object
    why: str

    @property
    def both(self):
        return self.one, self.two


def suggestions(user):
    """At most `SHOWN` pairs among those whom this person may see. Two statements."""
    mine = Anchor.objects.visible_to(user).in_use().order_by()
    tails = _alike(mine.exclude(user__phone_tail_index=None), "手机尾号一样", "user__phone_tail_index")
    names = _alike(mine.exclude(accounts=None), "账号一样", "accounts__platform", "accounts__nickname")
    found = {(first, last): why for first, last, why in tails.union(names).order_by("first", "last")[:SHOWN]}
    rows = Anchor.objects.standing().for_list().in_bulk({pk for pair in found for pk in pair})
    return [Pair(rows[one], rows[two], why) for (one, two), why in found.items()]


def _alike(anchors, why, *columns):
    """(id, id, why) of those of one name who share the columns; of three the outer two, the next one later."""
    groups = anchors.values("user__name", *columns).annotate(
        n=Count("pk", distinct=True), first=Min("pk"), last=Max("pk")
    )
    return groups.filter(n__gt=1).values_list("first", "last", Value(f"姓名和{why}", CharField()))
