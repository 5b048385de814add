"""A letter that was not answered in time: the branches on both sides are told, once. Nothing moves by itself."""

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import BRANCH_HANDLERS, COMMITTEE_HANDLERS, Post
from members.models import Transfer
from notices.services import Message, send_all

BATCH = 1000


def remind(now):
    """Tell of open letters whose last day has passed. Returns how many; what nobody can hear stays untold.

    The batches go up by id, so that a letter of which nobody hears holds up no other.
    """
    today = timezone.localdate(now)
    due = Transfer.objects.open().filter(valid_until__lt=today, told=False).select_related("member")
    told, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(due.filter(pk__gt=after).select_for_update(of=("self",)).order_by("pk")[:BATCH])
            told += _tell(rows, today, now) if rows else 0
        if len(rows) < BATCH:
            return told
        after = rows[-1].pk


def _tell(rows, today, now):
    sides = {branch for row in rows for branch in _sides(row)}
    seats = Q(branch__in=sides, role__in=BRANCH_HANDLERS) | Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    handlers = Post.objects.current(today).filter(seats).holders_by_branch()
    said = {row.pk: list(_messages(row, handlers)) for row in rows}
    heard = [pk for pk, messages in said.items() if messages]
    Transfer.objects.filter(pk__in=heard).update(told=True)
    send_all([message for messages in said.values() for message in messages], at=now)
    return len(heard)


def _sides(row):
    return [branch for branch in (row.from_branch_id, row.to_branch_id) if branch]


def _messages(row, handlers):
    """Of each side whoever handles for it but the member, and the committee where nobody does; no name stands there."""
    others = [(handlers[side] - {row.member.user_id}) or handlers[None] - {row.member.user_id} for side in _sides(row)]
    for user_id in sorted(set().union(*others)):
        yield Message(
            user_id, f"transfer-late:{row.pk}", "有一封组织关系介绍信过了有效期",
            "问一问人到了没有；没有到、要重开的，先取消这一封。", reverse("transfers:detail", args=[row.pk]),
        )
