"""How the state and the deadline of an appeal are said: one chip each, and 为什么是这一天."""

from dataclasses import dataclass

from django.utils import timezone

from appeals.models import ServiceLevel
from appeals.workflow import Level, Outcome, Status
from branches.calendar import worktime

DUTY = {Status.SUBMITTED: "接单", Status.HANDLING: "答复"}
AT_LEVEL = {Level.MEMBER: "联系党员", Level.BRANCH: "支部", Level.COMMITTEE: "市行业党委"}
_CLOSED = {  # outcome -> (kind, icon); the words come from the outcome itself
    Outcome.RESOLVED: ("ok", "circle-check"),
    Outcome.PARTLY: ("ok", "circle-check"),
    Outcome.EXPLAINED: ("ok", "circle-check"),
    Outcome.UNSOLVED: ("", "circle-x"),
    Outcome.UNCONFIRMED: ("", "circle-dashed"),
}


@dataclass(frozen=True)
class Chip:
    """What _chip_deadline.html draws: a word with an icon; the colour only underlines it."""

    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Why:
    """A deadline day by day. `days` is empty where somebody moved it: then there is nothing to count."""

    days: list
    rule: str
    day: str


def chip(appeal, now, calendar):
    """The one chip of an appeal: its deadline while the clock runs, else where it stands."""
    if appeal.status == Status.CLOSED:
        return closed_chip(appeal)
    if appeal.status == Status.REPLIED:
        return Chip("已回复，等评价", "gold", "message-circle")
    if appeal.current.deadline_at is None:
        return Chip("挂起", "", "player-pause")
    return deadline_chip(appeal.current, appeal.status, now, calendar)


def deadline_chip(stage, status, now, calendar):
    left, light = worktime.time_left(calendar, now, stage.deadline_at), light_of(stage, now)
    if left.overdue or status != Status.SUBMITTED:
        return Chip(left.text, light or "calm")
    return Chip(f"{worktime.by(stage.deadline_at, now)}接单", light)


def light_of(stage, now):
    """late, amber or nothing: red after the deadline, amber from the amber signal on."""
    if stage.deadline_at is None or not stage.is_open:
        return ""
    if stage.deadline_at < now:
        return "late"
    return "amber" if stage.amber_at and stage.amber_at <= now else ""


def closed_chip(appeal):
    kind, icon = _CLOSED.get(appeal.outcome, ("", "circle-check"))
    word = appeal.get_outcome_display()
    return Chip(word if appeal.outcome == Outcome.WITHDRAWN else f"已办结，{word}", kind, icon)


def why(appeal, terms, now):
    """Explain the deadline in force of the open stage, as `appeals.deadlines` counted it."""
    stage = appeal.current
    at, limit, accepting = basis(stage, terms, appeal.service_class)
    place, deadline = AT_LEVEL[stage.level], timezone.localtime(stage.deadline_at)
    counted = worktime.due_at(terms.calendar, at, limit) == stage.deadline_at
    days = counted and worktime.explain(
        terms.calendar, at, limit, today=timezone.localdate(now),
        arrived=f"到{place}" if at == stage.entered_at else "起算",
    )
    return Why(days or [], _rule(appeal, place, limit, accepting), f"{deadline.month}月{deadline.day}日")


def basis(stage, terms, service_class):
    """What the deadline in force is counted from: (instant, limit, whether it is the one for accepting).

    Where accepting is due no later than handling, because a transfer kept the handling deadline, that one is counted.
    """
    if stage.accepted_at is None:
        limit = terms.accept_limit(service_class, stage.level)
        if worktime.due_at(terms.calendar, stage.entered_at, limit) == stage.deadline_at:
            return stage.entered_at, limit, True
    return stage.counted_from, worktime.parse_limit(stage.handle_within), False


def _rule(appeal, place, limit, accepting):
    name = ServiceLevel.ServiceClass(appeal.service_class).label
    count = "从到的下一个工作日算起" if limit.unit == "d" else "只算上班时间 8:30–12:00、14:30–17:30"
    return f"“{name}”类，{place}要在 {limit}内{'接单' if accepting else '答复'}。{count}。"


def earliness(replied_at, due_at, calendar):
    """比期限早 1 个工作日, 在期限当天, 比期限晚 2 个工作日."""
    early = worktime.workdays_left(calendar, replied_at, due_at)
    late = worktime.workdays_left(calendar, due_at, replied_at)
    if replied_at > due_at:
        return f"比期限晚 {late} 个工作日" if late else "比期限晚"
    return f"比期限早 {early} 个工作日" if early else "在期限当天"
