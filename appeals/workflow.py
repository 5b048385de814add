"""The life of an appeal as a table (design §4). Pure: no rows, no clock, no people."""

from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    SUBMITTED = "SUBMITTED", "待接单"
    HANDLING = "HANDLING", "办理中"
    SUSPENDED = "SUSPENDED", "挂起"
    REPLIED = "REPLIED", "已回复"
    CLOSED = "CLOSED", "已办结"


class Level(models.TextChoices):
    MEMBER = "MEMBER", "党员"
    BRANCH = "BRANCH", "支部"
    COMMITTEE = "COMMITTEE", "市行业党委"


class Outcome(models.TextChoices):
    RESOLVED = "RESOLVED", "解决了"
    PARTLY = "PARTLY", "部分解决"
    EXPLAINED = "EXPLAINED", "解释到位"
    UNSOLVED = "UNSOLVED", "没解决"
    UNCONFIRMED = "UNCONFIRMED", "未评价"
    WITHDRAWN = "WITHDRAWN", "已撤回"
    NOT_ACCEPTED = "NOT_ACCEPTED", "不予受理"
    REFERRED = "REFERRED", "已转介"


class Verb(models.TextChoices):
    """What can happen. The label is the word on the timeline; hand_up and escalate both read 转单."""

    SUBMIT = "submit", "提交"
    ACCEPT = "accept", "接单"
    NOTE = "note", "办理进展"
    HAND_UP = "hand_up", "转单"
    REPLY = "reply", "回复"
    CONFIRM = "confirm", "办结"
    REOPEN = "reopen", "再办"
    WITHDRAW = "withdraw", "撤回"
    REMIND = "remind", "到点提醒"
    AMBER = "amber", "黄灯提醒"
    ESCALATE = "escalate", "转单（自动）"
    YELLOW_CARD = "yellow_card", "黄牌"
    RED_CARD = "red_card", "红牌"
    CLOSE_SILENT = "close_silent", "办结（未评价）"


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`; a target of None leaves the status as it is."""

    sources: tuple
    target: str | None


OPEN = (Status.SUBMITTED, Status.HANDLING, Status.SUSPENDED)
ACTIVE = (Status.SUBMITTED, Status.HANDLING)  # the clock runs
SAID_BY_ANCHOR = (Outcome.RESOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.UNSOLVED)
LADDER = (Level.MEMBER, Level.BRANCH, Level.COMMITTEE)
UNHAPPY = 2  # a rating of 2 or 1 needs a reason (domain.md §5.5)

TRANSITIONS = {
    Verb.ACCEPT: Transition((Status.SUBMITTED,), Status.HANDLING),
    Verb.NOTE: Transition(tuple(Status), None),
    Verb.HAND_UP: Transition(ACTIVE, Status.SUBMITTED),
    Verb.REPLY: Transition(ACTIVE, Status.REPLIED),
    Verb.CONFIRM: Transition((Status.REPLIED, Status.CLOSED), Status.CLOSED),
    Verb.REOPEN: Transition((Status.REPLIED,), Status.SUBMITTED),
    Verb.WITHDRAW: Transition(OPEN, Status.CLOSED),
    Verb.REMIND: Transition(ACTIVE, None),
    Verb.AMBER: Transition(ACTIVE, None),
    Verb.ESCALATE: Transition(ACTIVE, Status.SUBMITTED),
    Verb.YELLOW_CARD: Transition(ACTIVE, None),
    Verb.RED_CARD: Transition(ACTIVE, None),
    Verb.CLOSE_SILENT: Transition((Status.REPLIED,), Status.CLOSED),
}
PUBLIC_NOTE_SOURCES = (Status.HANDLING,)


def refusal(verb, *, status, level, outcome="", reopened=False, by_anchor=False):
    """Return the Chinese sentence why `verb` cannot follow now, or None when it can."""
    if status not in TRANSITIONS[verb].sources:
        return f"这件诉求现在是“{Status(status).label}”，不能{_SPOKEN[verb]}。"
    if verb in (Verb.HAND_UP, Verb.ESCALATE) and level == Level.COMMITTEE:
        return "已经在市行业党委，没有上一级了。"
    if verb == Verb.HAND_UP and by_anchor and level != Level.MEMBER:
        return f"已经在{Level(level).label}办理，到时没有答复会自动往上交。"
    if verb == Verb.CONFIRM and status == Status.CLOSED and outcome != Outcome.UNCONFIRMED:
        return "这件诉求已经办结，不能再评价。"
    if verb == Verb.REOPEN and reopened:
        return "已经再办过一次，不能再提。"
    return None


_SPOKEN = {
    Verb.ACCEPT: "接单", Verb.NOTE: "记进展", Verb.HAND_UP: "上交", Verb.REPLY: "答复", Verb.CONFIRM: "评价",
    Verb.REOPEN: "请求再办", Verb.WITHDRAW: "撤回",
}
