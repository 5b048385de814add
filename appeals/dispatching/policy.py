"""Who replies to a 派单: the clerks of the unit, from the first to the last day of their post (design §7)."""

from appeals.dispatching.models import Dispatch
from appeals.workflow import Verb
from branches.organisation.policy import hats


def lent(user, appeal):
    """What of this appeal lies with this person's units, the one to be answered first in front. One statement."""
    units = hats(user).partner_ids
    if not units:
        return []
    rows = list(Dispatch.objects.filter(appeal=appeal, partner__in=units).order_by("due_at", "pk"))
    return sorted(rows, key=lambda row: not row.is_open)


def may_reply(user, appeal):
    return bool(lent(user, appeal))


def refusal(user, verb, appeal):
    """Why a clerk cannot reply now, or None; of the appeal itself it says nothing."""
    if verb != Verb.DISPATCH_REPLY:
        return None
    found = lent(user, appeal)
    if not found or found[0].is_open:
        return None
    return "已经回复过了。" if max(found, key=lambda row: row.at).replied_at else "已不需要回复。"
