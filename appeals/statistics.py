"""The figures of appeals (domain.md §5.6): conditions over appeals, so that a figure and its list agree.

All are of a period: the appeals whose last handling deadline fell into it and has passed, without those withdrawn,
not accepted, referred, or answered as children of a merge. What is said of an answer is what the anchor said by
themselves, else what they said when the committee called; who could not be reached in three tries is in no share.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q

from appeals.merging.models import Merge
from appeals.models import Appeal, Event, Judgement, Stage
from appeals.workflow import Level, Outcome, Status, Verb

PERIOD = timedelta(days=30)
FEW = 5  # below it only the counts are shown: a percentage of four is no figure
CONTENT = 3  # 基本满意 and better
TRIES = 3  # of a follow-up; after the third unreached one the appeal is in no denominator of it
_NOT_COUNTED = (Outcome.WITHDRAWN, Outcome.NOT_ACCEPTED, Outcome.REFERRED)
_UP = (Verb.HAND_UP, Verb.ESCALATE)


@dataclass(frozen=True)
class Share:
    """One figure: numerator of denominator, each the key of a condition in `conditions`."""

    label: str
    numerator: str
    denominator: str
    how: str
    of: str = ""


@dataclass(frozen=True)
class Speed:
    """How long something takes: over the appeals of the condition `counted`."""

    label: str
    counted: str
    unit: str
    how: str


SHARES = (
    Share("按时接单率", "accepted_in_time", "due", "按时接单率 = 每一级都在接单期限前接单的 ÷ 到期件。"),
    Share(
        "按时办结率", "closed_in_time", "due",
        "按时办结率 = 在办理期限（含批准的延期）前答复、已经办结的 ÷ 到期件。",
    ),
    Share("办结率", "closed", "due", "办结率 = 已办结（含解释到位）÷ 到期件。"),
    Share("解决率", "solved", "judged", "解决率 = 主播说“解决了”的 ÷ 有回答的；“解释到位”不算解决。", "有回答"),
    Share(
        "满意率", "content", "rated",
        "满意率 = 非常满意、满意、基本满意 ÷ 评了满意度的；没评价的不算满意，匿名的不计入。", "已评价",
    ),
    Share("响应率", "contacted", "judged", "响应率 = 主播说“联系过我”的 ÷ 有回答的（自己评价或回访）。", "有回答"),
    Share(
        "回访率", "asked", "to_ask",
        "回访率 = 自己评价过或回访到的 ÷ 已办结的实名、保密件；三次不同日子都没联系上的不计入。", "可回访",
    ),
    Share("退单率", "returned", "due", "退单率 = 申请过退单的 ÷ 到期件。"),
    Share("延期率", "extended", "due", "延期率 = 批准过延期的 ÷ 到期件。"),
    Share("二次办理率", "again", "due", "二次办理率 = 主播请求再办或复查过的 ÷ 到期件。"),
    Share("重复诉求率", "repeated", "due", "重复诉求率 = 同一主播 30 天内就同一类别提过的 ÷ 到期件。"),
    Share(
        "党员一级升级率", "up_from_member", "at_member",
        "党员一级升级率 = 从联系党员上交（含自动）的 ÷ 到过党员一级的。", "到过",
    ),
    Share(
        "支部一级升级率", "up_from_branch", "at_branch",
        "支部一级升级率 = 从支部上交（含自动）的 ÷ 到过支部一级的。", "到过",
    ),
)
FRONT = SHARES[:5]  # on the committee's first page
GROUPS = (  # as the page of all figures puts them together
    ("及时", ("按时接单率", "按时办结率", "办结率")),
    ("主播怎么说", ("解决率", "满意率", "响应率", "回访率")),
    ("周折", ("退单率", "延期率", "二次办理率", "重复诉求率")),
    ("往上交的", ("党员一级升级率", "支部一级升级率")),
)
SPEEDS = (
    Speed(
        "平均办理工作日", "answered", "个工作日",
        "平均办理工作日 = 到期件中答复过的，从提交到答复的工作时间 ÷ 每天 6.5 小时，取平均。",
    ),
    Speed(
        "首次联系时长", "reached", "小时",
        "首次联系时长 = 到期件中联系过的，从提交到第一次给主播写进展或答复的工作时间，取中位数。",
    ),
)
TITLES = {
    "due": "到期的", "accepted_in_time": "每一级都按时接单的", "closed": "已办结的", "closed_in_time": "按时办结的",
    "judged": "主播回答过的", "rated": "评了满意度的", "solved": "主播说解决了的", "content": "基本满意及以上的",
    "contacted": "主播说联系过的", "to_ask": "可回访的", "asked": "评价过或回访到的", "returned": "申请过退单的",
    "extended": "批准过延期的", "again": "再办或复查过的", "repeated": "30 天内同类重复的",
    "at_member": "到过党员一级的", "at_branch": "到过支部一级的", "up_from_member": "从党员上交的",
    "up_from_branch": "从支部上交的", "answered": "答复过的", "reached": "写过进展或答复的",
}


def conditions(now, start=None, end=None):
    """`{key: Q over Appeal}` of every numerator and denominator; of the last 30 days, or of start < due <= end."""
    start, end = start or now - PERIOD, min(end or now, now)
    due = Q(current__due_at__gt=start, current__due_at__lte=end) & ~Q(outcome__in=_NOT_COUNTED) & ~_answered_by_lead()
    judged, closed = due & _said(), due & Q(status=Status.CLOSED)
    rated = judged & Q(anchor__isnull=False)
    to_ask = closed & Q(anchor__isnull=False) & (~Exists(_tries(attempt=TRIES, answered=False)) | _said())
    return {
        "due": due,
        "accepted_in_time": due & ~Exists(_accepted_late(now)),
        "closed": closed,
        "closed_in_time": closed & Q(replied_at__lte=F("current__due_at")),
        "judged": judged,
        "rated": rated,
        "solved": due & _said(outcome=Outcome.RESOLVED),
        "content": rated & _said(rating__gte=CONTENT),
        "contacted": due & _said(contacted=True),
        "to_ask": to_ask,
        "asked": to_ask & _said(),
        "returned": due & Exists(_lines(Verb.RETURN)),
        "extended": due & Exists(Stage.objects.filter(appeal=OuterRef("pk"), extended=True)),
        "again": due & (Q(reopened=True) | Q(reviewed=True)),
        "repeated": due & _repeated(),
        "at_member": due & Exists(_stages(Level.MEMBER)),
        "at_branch": due & Exists(_stages(Level.BRANCH)),
        "up_from_member": due & Exists(_lines(*_UP, level=Level.MEMBER)),
        "up_from_branch": due & Exists(_lines(*_UP, level=Level.BRANCH)),
        "answered": due & Q(replied_at__isnull=False),
        "reached": due & Exists(reaching()),
    }


def reaching():
    """The lines by which somebody reached the anchor: an answer, or progress that they may read."""
    return _lines(Verb.NOTE, Verb.REPLY).filter(Q(verb=Verb.REPLY) | Q(facts__internal=False))


def _lines(*verbs, **more):
    return Event.objects.filter(appeal=OuterRef("pk"), verb__in=verbs, **more)


def _stages(level):
    return Stage.objects.filter(appeal=OuterRef("pk"), level=level)


def _tries(**more):
    return Judgement.objects.filter(stage=OuterRef("current"), asked=Judgement.Asked.STAFF, **more)


def _said(**what):
    """The present answer was judged (so): by the anchor, or, where they said nothing, when they were called."""
    own = Judgement.objects.filter(stage=OuterRef("current"), asked=Judgement.Asked.ANCHOR, answered=True)
    return Exists(own.filter(**what)) | (~Exists(own) & Exists(_tries(answered=True, **what)))


def _answered_by_lead():
    """A child of a merge, now or when it was last answered: its lead is counted."""
    merges = Merge.objects.filter(child=OuterRef("pk"))
    together = merges.filter(until_by=None, until=OuterRef("replied_at"))
    return Exists(merges.in_force()) | (Q(status__in=(Status.REPLIED, Status.CLOSED)) & Exists(together))


def _repeated():
    before = Appeal.objects.filter(
        anchor=OuterRef("anchor"), category=OuterRef("category"), submitted_at__lt=OuterRef("submitted_at"),
        submitted_at__gte=OuterRef("submitted_at") - PERIOD,
    )
    return Q(anchor__isnull=False) & Exists(before)


def _accepted_late(now):
    late = Q(accepted_at__gt=F("accept_due_at"))
    late |= Q(accepted_at=None, left_at__gt=F("accept_due_at"))
    late |= Q(accepted_at=None, left_at=None, accept_due_at__lt=now)
    return Stage.objects.filter(late, appeal=OuterRef("pk"))


def percent(numerator, denominator):
    """“92.2”, or None where there are too few to speak of a share."""
    return f"{100 * numerator / denominator:.1f}" if denominator >= FEW else None
