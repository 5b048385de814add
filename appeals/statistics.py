"""The committee's figures (domain.md §5.6): conditions over appeals, so that a figure and its list agree.

All are of the last 30 days: the appeals whose last handling deadline fell into them, without those withdrawn,
not accepted or referred.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from appeals.models import Appeal, Judgement, Stage
from appeals.workflow import SAID_BY_ANCHOR, Outcome, Status

PERIOD = timedelta(days=30)
FEW = 5  # below it only the counts are shown: a percentage of four is no figure
CONTENT = 3  # 基本满意 and better
_NOT_COUNTED = (Outcome.WITHDRAWN, Outcome.NOT_ACCEPTED, Outcome.REFERRED)


@dataclass(frozen=True)
class Share:
    """One figure: numerator of denominator, each the key of a condition in `conditions`."""

    label: str
    numerator: str
    denominator: str
    how: str
    of: str = ""


SHARES = (
    Share("按时接单率", "accepted_in_time", "due", "按时接单率 = 每一级都在接单期限前接单的 ÷ 到期件。"),
    Share("按时办结率", "closed_in_time", "due", "按时办结率 = 在办理期限前答复、已经办结的 ÷ 到期件。"),
    Share("办结率", "closed", "due", "办结率 = 已办结 ÷ 到期件（不含撤回、不予受理、转介的）。"),
    Share(
        "解决率", "solved", "judged",
        "解决率只认主播自己说“解决了” ÷ 已评价；“解释到位”不算解决，匿名的不计入。", "已评价",
    ),
    Share(
        "满意率", "content", "judged",
        "满意率 = 非常满意、满意、基本满意 ÷ 已评价；没评价的不算满意，匿名的不计入。", "已评价",
    ),
)


def conditions(now):
    """`{key: Q over Appeal}` of every numerator and denominator."""
    due = Q(current__due_at__gt=now - PERIOD, current__due_at__lte=now) & ~Q(outcome__in=_NOT_COUNTED)
    judged = due & Q(outcome__in=SAID_BY_ANCHOR) & ~Q(confidentiality=Appeal.Confidentiality.ANONYMOUS)
    closed = due & Q(status=Status.CLOSED)
    return {
        "due": due,
        "accepted_in_time": due & ~Exists(_accepted_late(now)),
        "closed": closed,
        "closed_in_time": closed & Q(replied_at__lte=F("current__due_at")),
        "judged": judged,
        "solved": judged & Q(outcome=Outcome.RESOLVED),
        "content": judged & Exists(
            Judgement.objects.filter(appeal=OuterRef("pk"), stage=OuterRef("current"), rating__gte=CONTENT)
        ),
    }


TITLES = {
    "due": "近 30 天到期的", "accepted_in_time": "其中每一级都按时接单的", "closed": "其中已办结的",
    "closed_in_time": "其中按时办结的", "judged": "其中已评价的", "solved": "其中主播说解决了的",
    "content": "其中基本满意及以上的",
}


def _accepted_late(now):
    late = Q(accepted_at__gt=F("accept_due_at"))
    late |= Q(accepted_at=None, left_at__gt=F("accept_due_at"))
    late |= Q(accepted_at=None, left_at=None, accept_due_at__lt=now)
    return Stage.objects.filter(late, appeal=OuterRef("pk"))


def percent(numerator, denominator):
    """“92.2”, or None where there are too few to speak of a share."""
    return f"{100 * numerator / denominator:.1f}" if denominator >= FEW else None
