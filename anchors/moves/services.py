"""Anchors moved to a branch, many at once, and the move undone. `at` is when it happens, now by default."""

from collections import Counter

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from anchors.contacts import notifications
from anchors.contacts.models import ContactChange
from anchors.contacts.querysets import candidates
from anchors.contacts.services import change_contacts
from anchors.moves import policy
from anchors.moves.models import Move, MoveRow
from anchors.moves.plan import Plan
from anchors.registry.models import Anchor
from branches.organisation.models import Post, Role
from notices.services import Message, send_all
from xinyu_portal.errors import Conflict

STEP = 500
CHANGED = "名单在您看预览的时候有了变化，还没有调整。请看一下现在的情况再确认。"
NOBODY = "选中的主播都已经在这个支部，不用调整。"
LEADERS = (Role.SECRETARY, Role.DEPUTY)
Why = ContactChange.Why


@transaction.atomic
def move(anchors, *, actor, to_branch, kind, seen, key, at=None):
    """Take these anchors (a queryset) to a branch; who is there already stays untouched. Returns the Move.

    `seen` is the digest of the plan that the person confirmed, `key` the UUID of that preview: the same key
    answers with the first move. Raises PermissionDenied, and Conflict when the plan is no longer that one.
    """
    if not policy.may_move_to(actor, to_branch):
        raise PermissionDenied
    at = at or timezone.now()
    reach = policy.within_reach(actor, to_branch).filter(pk__in=anchors.order_by().values("pk"))
    plan = Plan.of(reach.select_for_update(of=("self",)), to_branch)
    done = Move.objects.filter(key=key).first()  # after the lock: a double click waits there for the first one
    if done is not None:
        return done
    if plan.digest != seen:
        raise Conflict(CHANGED)
    if not plan.moving:
        raise Conflict(NOBODY)
    made = Move.objects.create(
        kind=kind, to_branch=to_branch, by=actor, at=at, key=key, count=len(plan.moving), ended=len(plan.ending)
    )
    _carry_out(made, plan, at)
    send_all(_messages(made, plan.by_branch, "划到了本支部", "从本支部划了出去"), at=at)
    return made


def _carry_out(made, plan, at):
    """Branches first: what the ended contacts had in hand goes on by the rule of entry, at the new branch."""
    ended = {pk for pk, _ in plan.ending}
    for batch in _steps(plan.moving):
        Anchor.objects.filter(pk__in=[pk for pk, _, _ in batch]).update(branch=made.to_branch)
        MoveRow.objects.bulk_create(
            MoveRow(
                move=made, anchor_id=pk, before_id=branch, after=made.to_branch, contact_before_id=contact,
                contact_after_id=None if pk in ended else contact,
            )
            for pk, branch, contact in batch
        )
    _change_contacts(made, dict.fromkeys(sorted(ended)), why=Why.MOVED, by=made.by, at=at)


def _change_contacts(move, contacts, *, why, by, at):
    """`contacts` = {anchor id: user id or None}: written, remembered and told, with the open appeals behind them."""
    if not contacts:
        return
    anchors = list(Anchor.objects.filter(pk__in=contacts).order_by("pk"))
    changes = change_contacts([(anchor, contacts[anchor.pk]) for anchor in anchors], why=why, by=by, at=at)
    told, key = {anchor.pk: anchor for anchor in anchors}, f"anchors-contacts-{why.lower()}:{move.pk}"
    send_all(notifications.of_spread(changes, told, key), at=at)


@transaction.atomic
def undo(move, *, actor, at=None):
    """Restore branch and contact of those whom nobody has touched since; undoing again changes nothing.

    A contact comes back who may still be one, to an anchor who wants one. Raises PermissionDenied.
    """
    move, at = Move.objects.select_for_update().get(pk=move.pk), at or timezone.now()
    if not policy.may_undo(actor, move):
        raise PermissionDenied
    if move.undone_at:
        return move
    rows = _still_as_left(move)
    for batch in _steps([row.anchor_id for row in rows]):
        mine = MoveRow.objects.filter(move=move, anchor=OuterRef("pk"))
        Anchor.objects.filter(pk__in=batch).update(branch=Subquery(mine.values("before")[:1]))
        MoveRow.objects.filter(move=move, anchor__in=batch).update(restored=True)
    move.undone_at, move.undone_by, move.restored = at, actor, len(rows)
    move.save(update_fields=["undone_at", "undone_by", "restored"])
    _change_contacts(move, _contacts_that_may_return(rows), why=Why.MOVED_BACK, by=actor, at=at)
    if rows:
        left = Counter(row.before_id for row in rows).most_common()
        send_all(_messages(move, left, "撤销调整，离开了本支部", "撤销调整，回到了本支部"), at=at)
    return move


def _still_as_left(move):
    """Rows of the move whose anchors are in use and stand as it left them; the anchors are locked."""
    ids = MoveRow.objects.filter(move=move).values("anchor")
    anchors = Anchor.objects.in_use().filter(pk__in=ids).order_by("pk").select_for_update(of=("self",))
    now = {pk: found for pk, *found in anchors.values_list("pk", "branch_id", "contact_id")}
    rows = MoveRow.objects.filter(move=move).select_related("anchor").order_by("anchor")
    return [row for row in rows if now.get(row.anchor_id) == [row.after_id, row.contact_after_id]]


def _contacts_that_may_return(rows):
    """`{anchor id: user id}` of contacts whom the move ended and who are members of the branch that is restored.

    One who was kept and is no member of it goes with the next tick, as whoever leaves a branch.
    """
    ended = [row for row in rows if row.contact_before_id and not row.contact_after_id]
    members = set(candidates({row.before_id for row in ended}).values_list("user_id", "branch_id"))
    return {
        row.anchor_id: row.contact_before_id for row in ended
        if (row.contact_before_id, row.before_id) in members and row.anchor.accepts_contact is not False
    }


def _messages(move, counts, arrived, left):
    """One notice for each leader of the new branch and of those that were left, the actor excepted."""
    lost = {branch: n for branch, n in counts if branch}
    actor = move.undone_by_id or move.by_id
    leaders = Post.objects.current().filter(branch__in=[move.to_branch_id, *lost], role__in=LEADERS).order_by("pk")
    heard = {}
    for person, branch in leaders.values_list("user", "branch"):
        if branch == move.to_branch_id:
            heard[person] = f"{sum(n for _, n in counts)} 名主播{arrived}"
        else:
            heard.setdefault(person, f"{lost[branch]} 名主播{left}")
    heard.pop(actor, None)
    return [_message(move, person, title) for person, title in heard.items()]


def _message(move, person, title):
    verb = "undone" if move.undone_at else "moved"
    return Message(person, f"anchors-{verb}:{move.pk}", title, url=reverse("moves:detail", args=[move.pk]))


def _steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))
