"""The four-level rail of one appeal: 主播, 党员, 支部, 市行业党委."""

from dataclasses import dataclass

from appeals.succession import WHY
from appeals.workflow import LADDER, Level, Outcome, Status, Verb

ICONS = {Level.MEMBER: "user-check", Level.BRANCH: "users", Level.COMMITTEE: "building-community"}
_LEFT_BY = {
    Verb.HAND_UP: "已上交", Verb.ESCALATE: "自动上交", Verb.REOPEN: "已答复", Verb.TRANSFER: "已转单",
    Verb.DECIDE_RETURN: "已转单", Verb.ASSIGN: "已转单", Verb.REVIEW: "已办结",
}
_ENDED = {Outcome.WITHDRAWN: "已撤回", Outcome.NOT_ACCEPTED: "没有受理", Outcome.REFERRED: "已转介"}
_STANDS = {
    Status.SUBMITTED: "待接单", Status.HANDLING: "办理中", Status.SUSPENDED: "挂起", Status.REPLIED: "已答复",
    Status.CLOSED: "已办结",
}


@dataclass(frozen=True)
class Step:
    """What _rail.html draws; `state` is done, now, next or skip, `icon` is for the last three."""

    label: str
    state: str
    note: str
    icon: str = ""


def rail(appeal, events):
    """`events` of the whole trail, each with its stage: they tell how a level was left."""
    left = [event for event in events if event.verb in _LEFT_BY and "internal" not in event.facts]
    left_by = {event.stage.level: _how_left(event) for event in left}
    visited = {event.stage.level for event in events}
    return [Step("主播", "done", "已提交"), *(_step(level, appeal, visited, left_by) for level in LADDER)]


def _how_left(event):
    return "联系党员换了" if event.facts.get("why") == WHY else _LEFT_BY[event.verb]


def _step(level, appeal, visited, left_by):
    label, icon, here = level.label, ICONS[level], LADDER.index(appeal.current.level)
    if level == appeal.current.level:
        return _here(label, icon, appeal)
    if LADDER.index(level) > here:
        over = appeal.status in (Status.REPLIED, Status.CLOSED)
        return Step(label, "skip", "没用到", icon) if over else Step(label, "next", "还没到", icon)
    if level in visited:
        return Step(label, "done", left_by.get(level, "已上交"))
    return Step(label, "skip", "没经过", icon)


def _here(label, icon, appeal):
    if appeal.status == Status.CLOSED:
        return Step(label, "done", _ENDED.get(appeal.outcome, "已办结"))
    return Step(label, "now", _STANDS[appeal.status], "message-circle" if appeal.status == Status.REPLIED else icon)
