"""Two entries of one person become one, and two again. Only people decide it; nothing is deleted or rewritten.

Appeals and their trails keep the entry under which they were filed: whose they are is said by `speaks_for` and
`voices_of` of the registry's policy. Notices that came while the merge lasted stay where they are after an undo.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import end_all_logins
from anchors.contacts.models import ContactChange, ServiceLog
from anchors.contacts.querysets import candidates
from anchors.contacts.services import appeals_follow, change_contacts
from anchors.merging import notifications, policy
from anchors.merging.models import Merge
from anchors.registry.models import Anchor, PlatformAccount
from anchors.registry.services import refresh_words
from notices.services import send_all
from xinyu_portal.errors import Conflict

REASON_LIMIT = 200
Why = ContactChange.Why
CHANGED = "这两条登记在合并以后又改过，不能原样撤销：{}"


@transaction.atomic
def merge(kept, gone, *, actor, reason="", at=None):
    """Put `gone` behind `kept`: its accounts and service logs go over, its logins end. Returns the Merge.

    A contact of `gone` goes over where `kept` has none and may have that one; else the contact ends, and open appeals
    go on at the contact or branch of `kept`. Raises PermissionDenied, Conflict (policy.refusal) and ValidationError
    (reason: needed when both log in or the names differ).
    """
    kept, gone = _locked(kept, gone)
    if not policy.may_merge_these(actor, kept, gone):
        raise PermissionDenied
    refused = policy.refusal(actor, kept, gone)
    if refused:
        raise Conflict(refused)
    reason, at = _cleaned(reason, needed=policy.needs_reason(kept, gone)), at or timezone.now()
    moved = {
        "accounts": _accounts_go_over(kept, gone), "logs": _logs_go_over(kept, gone), "was_active": gone.user.is_active,
        "contact": gone.contact_id, "contact_went_over": _contact_goes_over(kept, gone, at),
    }
    _write(gone, merged_into=kept, is_active=False)
    end_all_logins(gone.user)
    pairs = [(kept, gone.contact_id)] if moved["contact_went_over"] else []
    change_contacts(pairs + [(gone, None)] * bool(gone.contact_id), why=Why.MERGED, by=actor, at=at)
    refresh_words(Anchor.objects.filter(pk__in=[kept.pk, gone.pk]))
    made = Merge.objects.create(kept=kept, gone=gone, by=actor, at=at, reason=reason, moved=moved)
    send_all([*notifications.of_merge(made), *notifications.of_its_contact(made)], at=at)
    return made


@transaction.atomic
def undo(merge, *, actor, at=None):
    """Two entries again, as they were; undoing again changes nothing.

    The contact comes back who may still be one. Raises PermissionDenied, and Conflict when what happened since
    contradicts it.
    """
    merge, at = Merge.objects.select_for_update().get(pk=merge.pk), at or timezone.now()
    kept, gone = _locked(merge.kept, merge.gone)
    if not policy.may_merge_these(actor, kept, gone):
        raise PermissionDenied
    if merge.undone_at:
        return merge
    accounts = PlatformAccount.objects.filter(pk__in=merge.moved["accounts"], anchor=kept)
    refused = _contradiction(merge, kept, gone, accounts)
    if refused:
        raise Conflict(CHANGED.format(refused), merge)
    accounts.update(anchor=gone)
    ServiceLog.objects.filter(pk__in=merge.moved["logs"], anchor=kept).update(anchor=gone)
    _write(gone, merged_into=None, is_active=merge.moved["was_active"])
    change_contacts(_contacts_as_before(merge, kept, gone, at), why=Why.SPLIT, by=actor, at=at)
    appeals_follow([gone.pk], at=at)
    refresh_words(Anchor.objects.filter(pk__in=[kept.pk, gone.pk]))
    merge.undone_at, merge.undone_by = at, actor
    merge.save(update_fields=["undone_at", "undone_by"])
    send_all(notifications.of_undo(merge, kept, gone), at=at)
    return merge


def _locked(*anchors):
    """The rows of two anchors and of their persons, read afresh in the order given; locked in the order of ids."""
    ids = [anchor.pk for anchor in anchors]
    fresh = {row.pk: row for row in Anchor.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
    people = User.objects.filter(anchor__in=ids).order_by("pk").select_for_update(of=("self",))
    users = {user.pk: user for user in people}
    for row in fresh.values():
        row.user = users[row.user_id]
    return [fresh[pk] for pk in ids]


def _accounts_go_over(kept, gone):
    """Ids of the accounts that went over; what both entries name stays where it is."""
    there = set(kept.accounts.values_list("platform", "nickname"))
    ids = [row.pk for row in gone.accounts.all() if (row.platform, row.nickname) not in there]
    PlatformAccount.objects.filter(pk__in=ids).update(anchor=kept)
    return ids


def _logs_go_over(kept, gone):
    """Ids of the service logs that went over; what was written down for both stays where it is."""
    said = ("member", "day", "channel", "topic")
    there = set(kept.service_logs.values_list(*said))
    ids = [pk for pk, *words in gone.service_logs.values_list("pk", *said) if tuple(words) not in there]
    ServiceLog.objects.filter(pk__in=ids).update(anchor=kept)
    return ids


def _contact_goes_over(kept, gone, at):
    return bool(gone.contact_id) and kept.contact_id is None and _may_have(kept, gone.contact_id, at)


def _may_have(anchor, user_id, at):
    """Whether this user may look after the anchor: a member of the branch, not the anchor, and wanted."""
    if anchor.accepts_contact is False or anchor.branch_id is None or user_id == anchor.user_id:
        return False
    return candidates([anchor.branch_id], timezone.localdate(at)).filter(user=user_id).exists()


def _contacts_as_before(merge, kept, gone, at):
    """[(anchor, user id or None)] of what the merge changed, as far as nobody changed it since."""
    before = merge.moved["contact"]
    pairs = [(kept, None)] if merge.moved["contact_went_over"] and kept.contact_id == before else []
    return [*pairs, (gone, before)] if before and _may_have(gone, before, at) else pairs


def _write(gone, *, merged_into, is_active):
    gone.merged_into, gone.user.is_active = merged_into, is_active
    gone.save(update_fields=["merged_into"])
    gone.user.save(update_fields=["is_active"])


def _contradiction(merge, kept, gone, accounts):
    if kept.merged_into_id:
        return "保留的那一条后来又并入了别的登记，请先撤销那一次。"
    if gone.merged_into_id != kept.pk or gone.user.is_active:
        return "并入的那一条后来被改过。"
    names = set(accounts.values_list("platform", "nickname"))
    if accounts.count() < len(merge.moved["accounts"]):
        return "合并过来的账号有的已经删掉。"
    if names & set(gone.accounts.values_list("platform", "nickname")):
        return "合并过来的账号后来改了名，与另一条的重复。"
    return None


def _cleaned(reason, *, needed):
    reason = " ".join((reason or "").split())
    if needed and not reason:
        raise ValidationError({"reason": needed})
    if len(reason) > REASON_LIMIT:
        raise ValidationError({"reason": f"请不超过 {REASON_LIMIT} 个字，现在有 {len(reason)} 个字。"})
    return reason
