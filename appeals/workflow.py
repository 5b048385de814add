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
    """What can happen. The label is the word on the timeline; what moves it to other hands reads 转单."""

    SUBMIT = "submit", "提交"
    ACCEPT = "accept", "接单"
    NOTE = "note", "办理进展"
    HAND_UP = "hand_up", "转单"
    REPLY = "reply", "回复"
    CONFIRM = "confirm", "办结"
    REOPEN = "reopen", "再办"
    WITHDRAW = "withdraw", "撤回"
    SUPPLEMENT = "supplement", "补充"
    REVIEW = "review", "复查"
    TRANSFER = "transfer", "转单（换支部）"
    RETURN = "return", "申请退单"
    DECIDE_RETURN = "decide_return", "退单审核"
    ASSIGN = "assign", "转单（指定）"
    RECLASSIFY = "reclassify", "改类别"
    EXTEND = "extend", "申请延期"
    DECIDE_EXTENSION = "decide_extension", "延期审核"
    SUSPEND = "suspend", "挂起"
    RESUME = "resume", "恢复办理"
    DISPATCH = "dispatch", "派单"
    DISPATCH_REPLY = "dispatch_reply", "协办回复"
    REFER = "refer", "办结（转介）"
    REFUSE = "refuse", "办结（不予受理）"
    SUPERVISE = "supervise", "督办"
    ANSWER_SHEET = "answer_sheet", "督办回复"
    RELEASE = "release", "送审答复"
    DECIDE_RELEASE = "decide_release", "答复审核"
    MERGE = "merge", "并单"
    UNMERGE = "unmerge", "撤销并单"
    FOLLOW_UP = "follow_up", "回访"
    CONSENT = "consent", "同意公开"
    PUBLISH = "publish", "公开"
    RECUSE = "recuse", "回避"
    REMIND = "remind", "到点提醒"
    AMBER = "amber", "黄灯提醒"
    ESCALATE = "escalate", "转单（自动）"
    YELLOW_CARD = "yellow_card", "黄牌"
    RED_CARD = "red_card", "红牌"
    CLOSE_SILENT = "close_silent", "办结（未评价）"
    LAPSE = "lapse", "到期未批"
    LATE = "late", "协办超时"
    RECOUNT = "recount", "期限重算"


@dataclass(frozen=True, slots=True)
class Transition:
    """From any of `sources` to `target`; a target of None leaves the status as it is."""

    sources: tuple
    target: str | None


OPEN = (Status.SUBMITTED, Status.HANDLING, Status.SUSPENDED)
ACTIVE = (Status.SUBMITTED, Status.HANDLING)  # the clock runs
SAID_BY_ANCHOR = (Outcome.RESOLVED, Outcome.PARTLY, Outcome.EXPLAINED, Outcome.UNSOLVED)
OUTCOMES_SAID = [(outcome.value, outcome.label) for outcome in SAID_BY_ANCHOR]  # as a form's choices
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
    Verb.SUPPLEMENT: Transition(OPEN, None),
    Verb.REVIEW: Transition((Status.CLOSED,), Status.SUBMITTED),
    Verb.TRANSFER: Transition(ACTIVE, Status.SUBMITTED),
    Verb.RETURN: Transition(ACTIVE, None),
    Verb.DECIDE_RETURN: Transition(ACTIVE, None),  # granted: SUBMITTED elsewhere
    Verb.ASSIGN: Transition(ACTIVE, None),  # the final assignment: SUBMITTED at the branch
    Verb.RECLASSIFY: Transition(ACTIVE, None),
    Verb.EXTEND: Transition((Status.HANDLING,), None),
    Verb.DECIDE_EXTENSION: Transition((Status.HANDLING,), None),
    Verb.SUSPEND: Transition((Status.HANDLING,), Status.SUSPENDED),
    Verb.RESUME: Transition((Status.SUSPENDED,), Status.HANDLING),
    Verb.DISPATCH: Transition((Status.HANDLING,), None),
    Verb.DISPATCH_REPLY: Transition((Status.HANDLING, Status.SUSPENDED), None),
    Verb.REFER: Transition((Status.HANDLING,), Status.CLOSED),
    Verb.REFUSE: Transition((Status.SUBMITTED,), Status.CLOSED),
    Verb.SUPERVISE: Transition(OPEN, None),
    Verb.ANSWER_SHEET: Transition(tuple(Status), None),  # a sheet never stays without an answer
    Verb.RELEASE: Transition(ACTIVE, None),
    Verb.DECIDE_RELEASE: Transition(ACTIVE, None),  # granted: the reply goes out
    Verb.MERGE: Transition(ACTIVE, None),
    Verb.UNMERGE: Transition(ACTIVE, None),
    Verb.FOLLOW_UP: Transition((Status.REPLIED, Status.CLOSED), None),
    Verb.CONSENT: Transition((Status.REPLIED, Status.CLOSED), None),
    Verb.PUBLISH: Transition((Status.CLOSED,), None),
    Verb.RECUSE: Transition(tuple(Status), None),
    Verb.REMIND: Transition(ACTIVE, None),
    Verb.AMBER: Transition(ACTIVE, None),
    Verb.ESCALATE: Transition(ACTIVE, Status.SUBMITTED),
    Verb.YELLOW_CARD: Transition(ACTIVE, None),
    Verb.RED_CARD: Transition(ACTIVE, None),
    Verb.CLOSE_SILENT: Transition((Status.REPLIED,), Status.CLOSED),
    Verb.LAPSE: Transition(ACTIVE, None),
    Verb.LATE: Transition((Status.HANDLING, Status.SUSPENDED), None),
    Verb.RECOUNT: Transition((*OPEN, Status.REPLIED), None),
}
# At which levels a verb is anybody's at all; what is not named here is possible at all three.
LEVELS = {
    Verb.TRANSFER: (Level.BRANCH, Level.COMMITTEE),
    Verb.RETURN: (Level.BRANCH,),
    Verb.DECIDE_RETURN: (Level.BRANCH,),
    Verb.ASSIGN: (Level.BRANCH, Level.COMMITTEE),
    Verb.DISPATCH: (Level.COMMITTEE,),
    Verb.DISPATCH_REPLY: (Level.COMMITTEE,),
    Verb.REFER: (Level.BRANCH, Level.COMMITTEE),
    Verb.REFUSE: (Level.BRANCH, Level.COMMITTEE),
    Verb.RELEASE: (Level.BRANCH, Level.COMMITTEE),
    Verb.DECIDE_RELEASE: (Level.BRANCH, Level.COMMITTEE),
}
PUBLIC_NOTE_SOURCES = (Status.HANDLING,)


def refusal(verb, *, status, level, outcome="", reopened=False, by_anchor=False):
    """Return the Chinese sentence why `verb` cannot follow now, or None when it can."""
    if status not in TRANSITIONS[verb].sources:
        return f"这件诉求现在是“{Status(status).label}”，不能{SPOKEN[verb]}。"
    if level not in LEVELS.get(verb, LADDER):
        return f"现在在{Level(level).label}一级，不能{SPOKEN[verb]}。"
    if verb in (Verb.HAND_UP, Verb.ESCALATE) and level == Level.COMMITTEE:
        return "已经在市行业党委，没有上一级了。"
    if verb == Verb.HAND_UP and by_anchor and level != Level.MEMBER:
        return f"已经在{Level(level).label}办理，到时没有答复会自动往上交。"
    if verb == Verb.CONFIRM and status == Status.CLOSED and outcome != Outcome.UNCONFIRMED:
        return "这件诉求已经办结，不能再评价。"
    if verb == Verb.REOPEN and reopened:
        return "已经再办过一次，不能再提。"
    return None


# How a verb is called in a sentence: 不能接单。
SPOKEN = {
    Verb.ACCEPT: "接单", Verb.NOTE: "记进展", Verb.HAND_UP: "上交", Verb.REPLY: "答复", Verb.CONFIRM: "评价",
    Verb.REOPEN: "请求再办", Verb.WITHDRAW: "撤回", Verb.SUPPLEMENT: "补充", Verb.REVIEW: "申请复查",
    Verb.TRANSFER: "转单", Verb.RETURN: "申请退单", Verb.DECIDE_RETURN: "审核退单", Verb.ASSIGN: "指定承办",
    Verb.RECLASSIFY: "改类别", Verb.EXTEND: "申请延期", Verb.DECIDE_EXTENSION: "审核延期", Verb.SUSPEND: "挂起",
    Verb.RESUME: "恢复办理", Verb.DISPATCH: "派单", Verb.DISPATCH_REPLY: "交协办回复", Verb.REFER: "转介",
    Verb.REFUSE: "不予受理", Verb.SUPERVISE: "督办", Verb.ANSWER_SHEET: "回复督办", Verb.RELEASE: "送审答复",
    Verb.DECIDE_RELEASE: "审核答复", Verb.MERGE: "并单", Verb.UNMERGE: "撤销并单", Verb.FOLLOW_UP: "回访",
    Verb.CONSENT: "改公开的意愿", Verb.PUBLISH: "公开", Verb.RECUSE: "设回避",
}
