"""For each branch: how many anchors without one work in its parks or live in its townships."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count

from anchors.registry.models import Anchor


@dataclass(frozen=True)
class Suggestion:
    branch_id: int
    name: str
    count: int


def suggestions(branches):
    """Those with anybody to take, most first; as `policy.suggested` chooses them. Two statements."""
    names, covers = {}, defaultdict(set)
    for pk, name, code in branches.order_by("pk").values_list("pk", "short_name", "covers"):
        names[pk] = name
        covers[pk].add(code)
    groups = list(
        Anchor.objects.in_use().filter(branch=None).order_by()
        .values_list("division", "division__parent", "enterprise__branch").annotate(n=Count("pk"))
    )
    counted = [Suggestion(pk, name, _count(groups, pk, covers[pk] - {None})) for pk, name in names.items()]
    return sorted((one for one in counted if one.count), key=lambda one: -one.count)


def _count(groups, branch_id, covered):
    return sum(
        n for division, county, works_at, n in groups
        if works_at == branch_id or division in covered or county in covered
    )
