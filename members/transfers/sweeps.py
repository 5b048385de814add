"""A letter that was not answered in time: the branches on both sides are told, once. Nothing moves by itself."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import BRANCH_HANDLERS, Post
from members.models import Transfer
from notices.services import Message, send_all

BATCH = 1000


@transaction.atomic
def remind(now):
    """Tell of open letters whose last day has passed. Returns how many."""
    today = timezone.localdate(now)
    due = Transfer.objects.open().filter(valid_until__lt=today, told=False)
    rows = list(due.select_for_update().order_by("pk")[:BATCH])
    if not rows:
        return 0
    Transfer.objects.filter(pk__in=[row.pk for row in rows]).update(told=True)
    sides = {branch for row in rows for branch in (row.from_branch_id, row.to_branch_id) if branch}
    posts = Post.objects.current(today).filter(branch__in=sides, role__in=BRANCH_HANDLERS)
    handlers = posts.holders_by_branch()
    send_all([message for row in rows for message in _messages(row, handlers)], at=now)
    return len(rows)


def _messages(row, handlers):
    """No name stands in a notice."""
    for user_id in sorted(handlers.get(row.from_branch_id, set()) | handlers.get(row.to_branch_id, set())):
        yield Message(
            user_id, f"transfer-late:{row.pk}", "有一封组织关系介绍信过了有效期",
            "问一问人到了没有；要重开的，先取消这一封。", reverse("transfers:detail", args=[row.pk]),
        )
