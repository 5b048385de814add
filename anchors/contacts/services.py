"""What happens between an anchor and the contact member. Page, API and clock all come through here.

Each verb locks the anchor, reads it afresh, judges, and writes the row, its history and its notices in one
transaction; where a contact ends or changes, `settings.CONTACT_ENDED` moves the open appeals in the same one.
All raise PermissionDenied (403), errors.Conflict (409) and ValidationError (400). `at` is now by default.
"""

from collections import Counter

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from anchors.contacts import notifications, policy
from anchors.contacts.models import ContactChange, ContactSpread, ContactWish, ServiceLog
from anchors.contacts.querysets import candidates, waiting
from anchors.contacts.spreading import AT_ONCE, SOFT_LIMIT, left_out, load_of, plan
from anchors.registry.models import Anchor
from anchors.registry.taking import take
from notices.services import send_all
from xinyu_portal.errors import Conflict

STALE = "这位主播的联系党员刚刚有变化，您的安排没有生效。请看一下现在的情况再安排。"
STALE_LIST = "名单刚刚有变化，还没有分配。请再看一遍。"
DECLINED = "主播说过不需要联系党员，不能安排。主播自己可以改回来。"
NO_BRANCH = "这位主播还没有支部，要先归到支部，再从支部的党员里安排。"
NOT_A_MEMBER = "请选一位主播所在支部的党员，能登录、不是主播本人的。"
Why = ContactChange.Why


@transaction.atomic
def assign_contact(anchor, *, member, actor, seen=None, at=None):
    """Let `member` (a User) look after the anchor; whoever did so until now does not any more. Returns the Anchor.

    `seen` is the id of the contact that the person was looking at, 0 for none; None is the one on the row given.
    More than SOFT_LIMIT anchors are not refused: `over_limit` has the sentence.
    """
    seen, at = anchor.contact_id if seen is None else seen or None, at or timezone.now()
    anchor = take(anchor)
    if not policy.may_assign(actor, anchor):
        raise PermissionDenied
    if anchor.contact_id == member.pk:
        return anchor
    if anchor.contact_id != seen:
        raise Conflict(STALE, anchor)
    _judge(anchor, member, at)
    [change] = change_contacts([(anchor, member.pk)], why=Why.ASSIGNED, by=actor, at=at)
    send_all(notifications.of_one(change, anchor), at=at)
    return anchor


def over_limit(user):
    """The sentence that warns of too many anchors, or nothing."""
    n = load_of([user.pk]).get(user.pk, 0)
    return f"{user.name}现在联系 {n} 名主播，建议不超过 {SOFT_LIMIT} 名。" if n > SOFT_LIMIT else ""


@transaction.atomic
def spread(anchors, *, members, actor, mark=None, at=None):
    """Give the anchors of the queryset who wait for a contact one of `members` (Users), evenly. Returns ContactSpread.

    At most AT_ONCE of them. `mark` is that of the plan that was looked at; another one now is a Conflict, the same
    one twice is the first run.
    """
    at = at or timezone.now()
    rows = list(_ordered(anchors).filter(waiting()).select_for_update(of=("self",))[:AT_ONCE])
    if not all(policy.may_assign(actor, anchor) for anchor in rows):
        raise PermissionDenied
    before = ContactSpread.objects.filter(by=actor, mark=mark, undone_at=None).first()
    if before:
        return before
    made = plan(rows, user_ids=[member.pk for member in members], day=timezone.localdate(at))
    if mark is not None and mark != made.mark:
        raise Conflict(STALE_LIST)
    if not made.pairs:
        raise ValidationError({"members": "按这样选，没有一位主播能分到。"})
    run = ContactSpread.objects.create(by=actor, at=at, mark=made.mark)
    changes = change_contacts(made.pairs, why=Why.SPREAD, by=actor, at=at, run=run)
    told = {anchor.pk: anchor for anchor, _ in made.pairs}
    send_all(notifications.of_spread(changes, told, f"contact-spread:{run.pk}"), at=at)
    return run


def preview(anchors, *, members):
    """The plan that `spread` would carry out now."""
    rows = list(_ordered(anchors).filter(waiting())[:AT_ONCE])
    return plan(rows, user_ids=[member.pk for member in members], left_out=left_out(anchors))


@transaction.atomic
def undo_spread(run, *, actor, at=None):
    """Take back what is still as the spread left it. Returns `(taken back, left as they are)`."""
    run, at = ContactSpread.objects.select_for_update().get(pk=run.pk), at or timezone.now()
    given = run.changes.filter(why=Why.SPREAD).values("anchor")
    rows = list(_ordered(Anchor.objects.standing().filter(pk__in=given)).select_for_update(of=("self",)))
    if not (policy.assigns(actor) and all(policy.may_assign(actor, anchor) for anchor in rows)):
        raise PermissionDenied
    if run.undone_at:
        raise Conflict("这次分配已经撤回过了。", run)
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    untouched = _as_left(run, given)
    kept = [(anchor, untouched[anchor.pk].before_id) for anchor in rows if anchor.pk in untouched]
    changes = change_contacts(kept, why=Why.UNDONE, by=actor, at=at, run=run)
    told = {anchor.pk: anchor for anchor, _ in kept}
    send_all(notifications.of_spread(changes, told, f"contact-spread-undone:{run.pk}"), at=at)
    return len(kept), len(rows) - len(kept)


def _as_left(run, given):
    """`{anchor id: change}` of those whose last change is still this run's, one statement."""
    last = {}
    for change in ContactChange.objects.filter(anchor__in=given).order_by("pk"):
        last[change.anchor_id] = change
    return {pk: change for pk, change in last.items() if change.spread_id == run.pk and change.why == Why.SPREAD}


@transaction.atomic
def wish_for_another(anchor, *, actor, reason="", at=None):
    """换一位: the branch's work list shows it; nothing changes by itself. Asking again says another reason."""
    anchor, at = _take_own(anchor, actor), at or timezone.now()
    if reason and reason not in ContactWish.Reason.values:
        raise ValidationError({"why": "请从列出的原因里选，也可以不选。"})
    if anchor.contact_id is None:
        raise Conflict("您现在没有联系党员，不用换。", anchor)
    wish, made = ContactWish.objects.update_or_create(
        anchor=anchor, defaults={"reason": reason}, create_defaults={"reason": reason, "at": at}
    )
    if made:
        _tell_branch(anchor, f"contact-wish:{wish.pk}", "有 {n} 名主播想换联系党员", "wish", at)
    return anchor


@transaction.atomic
def withdraw_wish(anchor, *, actor):
    anchor = _take_own(anchor, actor)
    ContactWish.objects.filter(anchor=anchor).delete()
    return anchor


@transaction.atomic
def decline_contact(anchor, *, actor, at=None):
    """不需要: the contact ends at once, and nobody assigns another; open appeals go on at the next level."""
    anchor, at = _take_own(anchor, actor), at or timezone.now()
    anchor.accepts_contact = False
    anchor.save(update_fields=["accepts_contact"])
    if anchor.contact_id:
        [change] = change_contacts([(anchor, None)], why=Why.DECLINED, by=actor, at=at)
        send_all(notifications.of_one(change, anchor), at=at)
    return anchor


@transaction.atomic
def accept_contact(anchor, *, actor, at=None):
    """Taking 不需要 back: the anchor stands on the branch's work list again."""
    anchor, at = _take_own(anchor, actor), at or timezone.now()
    if anchor.accepts_contact is False:
        anchor.accepts_contact = True
        anchor.save(update_fields=["accepts_contact"])
        _tell_branch(anchor, f"contact-wanted:{anchor.pk}:{at:%Y%m%d}", "有 {n} 名主播等安排联系党员", "waiting", at)
    return anchor


@transaction.atomic
def return_to_list(anchors, *, at):
    """The clock: contacts who are none any more give these anchors (a queryset) back. Returns how many."""
    rows = list(_ordered(anchors).select_for_update(of=("self",)))
    if not rows:
        return 0
    changes = change_contacts([(anchor, None) for anchor in rows], why=Why.LEFT, by=None, at=at)
    told, key = {anchor.pk: anchor for anchor in rows}, f"contact-left:{changes[0].pk}"
    messages = notifications.of_spread(changes, told, key)
    homeless = Counter(row.branch_id for row in rows if row.branch_id and row.accepts_contact is not False)
    messages += notifications.to_branches(
        homeless, key=key, title="有 {n} 名主播要重新安排联系党员", tab="waiting",
        on=timezone.localdate(at),
    )
    send_all(messages, at=at)
    return len(rows)


def change_contacts(pairs, *, why, by, at, run=None):
    """Write the contacts of locked anchors, `pairs` = [(anchor, user id or None)]; returns the ContactChanges.

    For topics that change contacts by something else they do: they have judged, and tell. A few statements for all.
    """
    changes = [
        ContactChange(
            anchor=anchor, before_id=anchor.contact_id, after_id=user_id, by=by, why=why, at=at, spread=run
        )
        for anchor, user_id in pairs
    ]
    for anchor, user_id in pairs:
        anchor.contact_id = user_id
    Anchor.objects.bulk_update([anchor for anchor, _ in pairs], ["contact"])
    ContactChange.objects.bulk_create(changes)
    ContactWish.objects.filter(anchor__in=[anchor.pk for anchor, _ in pairs]).delete()
    appeals_follow([change.anchor_id for change in changes if change.before_id], at=at)
    return changes


def appeals_follow(anchor_ids, *, at):
    """Let open appeals go on where the contacts of these anchors, as they are now written, do not have them."""
    for path in settings.CONTACT_ENDED if anchor_ids else ():
        import_string(path)(anchor_ids, at=at)


@transaction.atomic
def log_service(anchor, *, actor, channel, topic, at=None):
    """Write down that something was done for the anchor today; the same once more changes nothing."""
    anchor, day = take(anchor), timezone.localdate(at)
    if not policy.may_log(actor, anchor):
        raise PermissionDenied
    if channel not in ServiceLog.Channel.values:
        raise ValidationError({"channel": "请选怎么联系的。"})
    if topic not in ServiceLog.Topic.values:
        raise ValidationError({"topic": "请选是哪类事。"})
    log, _ = ServiceLog.objects.get_or_create(anchor=anchor, member=actor, day=day, channel=channel, topic=topic)
    return log


@transaction.atomic
def delete_log(log, *, actor, at=None):
    """Who wrote it may take it back on the same day."""
    log = ServiceLog.objects.select_for_update().filter(pk=log.pk).first()
    if log is None:
        raise Conflict("这条记录已经删掉了。")
    if log.member_id != actor.pk:
        raise PermissionDenied
    if log.day != timezone.localdate(at):
        raise Conflict("只能删当天记的，以前的不能改。", log)
    log.delete()


def _take_own(anchor, actor):
    anchor = take(anchor)
    if not policy.is_own(actor, anchor):
        raise PermissionDenied
    return anchor


def _ordered(anchors):
    return anchors.select_related(None).order_by("pk")


def _judge(anchor, member, at):
    if anchor.branch_id is None:
        raise Conflict(NO_BRANCH, anchor)
    if anchor.accepts_contact is False:
        raise Conflict(DECLINED, anchor)
    may = candidates([anchor.branch_id], timezone.localdate(at)).filter(user=member).exists()
    if not may or member.pk == anchor.user_id:
        raise ValidationError({"member": NOT_A_MEMBER})


def _tell_branch(anchor, key, title, tab, at):
    if anchor.branch_id:
        send_all(
            notifications.to_branches(
                {anchor.branch_id: 1}, key=key, title=title, tab=tab, on=timezone.localdate(at)
            ),
            at=at,
        )
