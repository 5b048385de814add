"""What the pages of contacts show: tabs of the work list, members with their load, one card's service log."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from anchors.contacts import policy
from anchors.contacts.models import ServiceLog
from anchors.contacts.querysets import candidates, said_no, waiting
from anchors.contacts.spreading import SOFT_LIMIT, load_of

LOGS_SHOWN = 5


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    condition: Q


WAITING = Tab("waiting", "等安排联系党员", waiting())
WISH = Tab("wish", "想换一位", Q(contact_wish__isnull=False))
BRANCHLESS = Tab("branchless", "还没有支部", Q(branch=None))
DECLINED = Tab("declined", "说过不需要", said_no())


def tabs_of(everywhere):
    """A branch sees no anchors without a branch: those are the committee's."""
    return (WAITING, WISH, BRANCHLESS, DECLINED) if everywhere else (WAITING, WISH, DECLINED)


def chosen(tabs, key):
    return next((tab for tab in tabs if tab.key == key), tabs[0])


def counts(queryset, tabs):
    """`{tab: rows}` in one statement."""
    return queryset.order_by().aggregate(**{f"n_{tab.key}": Count("pk", filter=tab.condition) for tab in tabs})


@dataclass(frozen=True)
class Candidate:
    """A member who may look after an anchor, and how many they look after now."""

    member: object
    n: int
    limit: int = SOFT_LIMIT

    @property
    def full(self):
        return self.n >= self.limit


def candidates_for(anchor):
    """Those who may become this anchor's contact, the one with the fewest first. Two statements."""
    members = list(candidates([anchor.branch_id]).exclude(user=anchor.user_id)) if anchor.branch_id else []
    load = load_of([member.user_id for member in members]) if members else {}
    found = [Candidate(member, load.get(member.user_id, 0)) for member in members]
    return sorted(found, key=lambda one: (one.n, one.member.pk))


def card(user, anchor):
    """What an anchor's card says of contact and service to this person; one statement where there is a log to show."""
    may_log, own = policy.may_log(user, anchor), policy.is_own(user, anchor)
    logs = ServiceLog.objects.visible_to(user).filter(anchor=anchor).newest_first()[:LOGS_SHOWN]
    return {
        "may_assign": policy.may_assign(user, anchor), "may_log": may_log, "own": own,
        "logs": list(logs.select_related("member")) if may_log or own else [],
        "channels": ServiceLog.Channel.choices, "topics": ServiceLog.Topic.choices, "today": timezone.localdate(),
    }
