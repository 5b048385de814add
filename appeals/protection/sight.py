"""From whom an appeal is hidden: the persons recused, and who holds any office at a branch recused, today."""

from collections import defaultdict

from django.db.models import Exists, OuterRef, Q

from appeals.protection.models import Recusal
from branches.organisation.models import Post
from branches.organisation.policy import hats


def hidden_from(user):
    """A condition over appeals: this person must never see it, in no office."""
    return Exists(Recusal.objects.filter(_concerns(user), appeal=OuterRef("pk")))


def is_hidden_from(user, appeal):
    """The same of one row, as it is now. One statement."""
    return Recusal.objects.filter(_concerns(user), appeal=appeal.pk).exists()


def _concerns(user):
    seats = hats(user).sees_branches
    return Q(user=user.pk) | Q(branch__in=seats) if seats else Q(user=user.pk)


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
