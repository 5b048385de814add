"""Whom to follow up: answered, and silent since (domain.md §5.5 回访: within 3 working days after the reply)."""

from django.db.models import Exists, OuterRef, Q

from appeals.judging.policy import TRIES
from appeals.models import Judgement
from appeals.workflow import Outcome, Status
from appeals.worklists import Tab
from branches.calendar import worktime

WITHIN = 3  # working days after the reply
ORDER = "replied_at"
_tries = Judgement.objects.filter(stage=OuterRef("current"), asked=Judgement.Asked.STAFF)
REACHED = Exists(_tries.filter(answered=True))
GIVEN_UP = Exists(_tries.filter(attempt=TRIES, answered=False))


def silent():
    """Answered, of somebody whom one can ask, and not judged by themselves."""
    return Q(anchor__isnull=False, replied_at__isnull=False) & (
        Q(status=Status.REPLIED) | Q(status=Status.CLOSED, outcome=Outcome.UNCONFIRMED)
    )


def to_ask():
    return silent() & ~REACHED & ~GIVEN_UP


def tabs(calendar):
    def late(now):
        return to_ask() & Q(replied_at__lte=worktime.workdays_before(calendar, now, WITHIN))

    def fresh(now):
        return to_ask() & Q(replied_at__gt=worktime.workdays_before(calendar, now, WITHIN))

    return (
        Tab("fresh", "该回访", fresh, ORDER),
        Tab("late", f"答复满 {WITHIN} 个工作日", late, ORDER, "amber", "hourglass-empty"),
        Tab("reached", "已回访", lambda now: silent() & REACHED, f"-{ORDER}"),
        Tab("given_up", "未联系上", lambda now: silent() & GIVEN_UP, f"-{ORDER}"),
    )
