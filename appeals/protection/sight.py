"""From whom an appeal is hidden: the persons recused, and who holds any office at a branch recused, today."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from appeals.protection.models import Recusal
from branches.organisation.models import Post
from branches.organisation.policy import hats


def hidden_from(user):
    """A condition over appeals: this person must never see it, in no office."""
    concerned = Q(user=user)
    if seats := hats(user).sees_branches:
        concerned |= Q(branch__in=seats)
    return Exists(Recusal.objects.filter(concerned, appeal=OuterRef("pk")))


def recused_from(appeal_ids):
    """`{appeal id: ids of the users recused}`, an empty set where there is none. One statement."""
    found = defaultdict(set, {pk: set() for pk in appeal_ids})
    if not found:
        return found
    rows = Recusal.objects.filter(appeal__in=list(found))
    persons = rows.filter(user__isnull=False).values_list("appeal", "user")
    seats = rows.filter(branch__posts__in=Post.objects.current()).values_list("appeal", "branch__posts__user")
    for appeal_id, user_id in persons.union(seats):
        found[appeal_id].add(user_id)
    return found
