"""How a list of anchors is spread over members: those with the fewest first, and why some are left out.

Reads rows and changes none: the preview shows the same plan that the service carries out under the lock.
"""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

from django.db import models
from django.db.models import Count, Q

from anchors.contacts.querysets import candidates, said_no
from anchors.registry.models import Anchor

# How many anchors one contact looks after at most without a warning (domain.md §4, a soft limit).
SOFT_LIMIT = 10
AT_ONCE = 1000  # anchors that one spread takes; the next one takes the rest


class LeftOut(models.TextChoices):
    NO_BRANCH = "NO_BRANCH", "还没有支部"
    HAS_ONE = "HAS_ONE", "已经有联系党员"
    SAID_NO = "SAID_NO", "主播说过不需要"
    NOBODY = "NOBODY", "支部里没有选到能联系的党员"


@dataclass(frozen=True)
class Share:
    """What one member has and would get."""

    member: object
    had: int
    gets: int

    @property
    def total(self):
        return self.had + self.gets

    @property
    def over(self):
        return self.total > SOFT_LIMIT


@dataclass(frozen=True)
class Plan:
    """`pairs` = [(anchor, user id)], `left_out` = {LeftOut: number of anchors}, `shares` of every chosen member."""

    pairs: list
    left_out: dict
    shares: list

    @property
    def mark(self):
        """What the preview is known by: the confirmed plan must be the one that was looked at."""
        said = ",".join(f"{anchor.pk}:{user_id}" for anchor, user_id in self.pairs)
        return hashlib.sha256(said.encode()).hexdigest()[:32]

    @property
    def reasons(self):
        return [(reason.label, self.left_out[reason]) for reason in LeftOut if self.left_out.get(reason)]


def load_of(user_ids):
    """`{user id: number of anchors they look after}`, one statement; who has none is not in it."""
    rows = Anchor.objects.standing().filter(contact__in=user_ids).order_by().values_list("contact")
    return dict(rows.annotate(n=Count("pk")))


def left_out(anchors):
    """`{LeftOut: n}` of the anchors (a queryset) that no spread takes, one statement."""
    has_one = Q(branch__isnull=False, contact__isnull=False)
    counted = anchors.order_by().aggregate(
        no_branch=Count("pk", filter=Q(branch=None)), has_one=Count("pk", filter=has_one),
        said_no=Count("pk", filter=Q(branch__isnull=False, contact=None) & said_no()),
    )
    return {LeftOut[name.upper()]: n for name, n in counted.items() if n}


def plan(anchors, *, user_ids, left_out=None, day=None):
    """Spread `anchors` (waiting rows, in order) evenly over the chosen users, each within the own branch.

    Two statements. `left_out` are those that were not even asked.
    """
    branch_ids = {anchor.branch_id for anchor in anchors if anchor.branch_id}
    members = list(candidates(branch_ids, day).filter(user__in=user_ids).order_by("branch", "pk"))
    had = load_of([member.user_id for member in members])
    queues = _queues(members, had)
    chosen = [(anchor, _next(queues[anchor.branch_id], anchor)) for anchor in anchors]
    pairs = [(anchor, user_id) for anchor, user_id in chosen if user_id]
    nobody = {LeftOut.NOBODY: len(chosen) - len(pairs)} if len(chosen) > len(pairs) else {}
    return Plan(pairs, {**(left_out or {}), **nobody}, _shares(members, had, pairs))


def _queues(members, had):
    queues = defaultdict(list)
    for place, member in enumerate(members):
        queues[member.branch_id].append((had.get(member.user_id, 0), place, member.user_id))
    for queue in queues.values():
        heapify(queue)
    return queues


def _next(queue, anchor):
    """The member with the fewest anchors who is not the anchor; the queue keeps the new count."""
    own = heappop(queue) if queue and queue[0][2] == anchor.user_id else None
    chosen = heappop(queue) if queue else None
    if chosen:
        n, place, user_id = chosen
        heappush(queue, (n + 1, place, user_id))
    if own:
        heappush(queue, own)
    return chosen and chosen[2]


def _shares(members, had, pairs):
    gets = defaultdict(int)
    for _, user_id in pairs:
        gets[user_id] += 1
    return [Share(member, had.get(member.user_id, 0), gets[member.user_id]) for member in members]
