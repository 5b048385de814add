"""How the state and the deadline of an appeal are said: one chip each, and 为什么是这一天."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from appeals.deadlines import NEXT_DAY, Terms
from appeals.models import ServiceLevel
from appeals.workflow import Level, Outcome, Status, Verb
from branches.calendar import worktime

DUTY = {Status.SUBMITTED: "接单", Status.HANDLING: "答复"}
AT_LEVEL = {Level.MEMBER: "联系党员", Level.BRANCH: "支部", Level.COMMITTEE: "市行业党委"}
_CLOSED = {  # outcome -> (kind, icon); the words come from the outcome itself
    Outcome.RESOLVED: ("ok", "circle-check"),
    Outcome.PARTLY: ("ok", "circle-check"),
    Outcome.EXPLAINED: ("ok", "circle-check"),
    Outcome.UNSOLVED: ("", "circle-x"),
    Outcome.UNCONFIRMED: ("", "circle-dashed"),
    Outcome.WITHDRAWN: ("", "corner-up-left"),
    Outcome.NOT_ACCEPTED: ("", "circle-x"),
    Outcome.REFERRED: ("", "external-link"),
}

UNANSWERED = (Outcome.WITHDRAWN, Outcome.NOT_ACCEPTED, Outcome.REFERRED)  # ended without an answer


@dataclass(frozen=True)
class Chip:
    """What _chip_deadline.html draws: a word with an icon; the colour only underlines it."""

    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Why:
    """A deadline day by day. `days` is empty where it was set by a calendar or a duty list that is no more.

    `provisional`: it touches a year whose days off nobody has entered yet (暂定).
    """

    days: list
    rule: str
    day: str
    provisional: bool


def chip(appeal, now, calendar):
    """The one chip of an appeal: its deadline while the clock runs, else where it stands."""
    if appeal.status == Status.CLOSED:
        return closed_chip(appeal)
    if appeal.status == Status.REPLIED:
        return Chip("已回复，等评价", "gold", "message-circle")
    if appeal.current.deadline_at is None:
        until = appeal.current.resume_at
        return Chip(f"挂起到 {worktime.say(until, now, weekday=False)}" if until else "挂起", "", "player-pause")
    return deadline_chip(appeal.current, appeal.status, now, calendar)


def deadline_chip(stage, status, now, calendar):
    left, light = worktime.time_left(calendar, now, stage.deadline_at), light_of(stage, now)
    marked = "（暂定）" if calendar.is_provisional(stage.counted_from, stage.deadline_at) else ""
    if left.overdue or status != Status.SUBMITTED:
        return Chip(f"{left.text}{marked}", light or "calm")
    return Chip(f"{worktime.by(stage.deadline_at, now)}接单{marked}", light)


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
    return Chip(word if appeal.outcome in UNANSWERED else f"已办结，{word}", kind, icon)


def deadline(appeal, now):
    """`{due_at, resume_at, provisional, rule, days}` of the deadline in force; without one no statement."""
    stage = appeal.current
    if not stage.is_open or stage.deadline_at is None:
        resume_at = stage.resume_at if stage.is_open else None
        return {"due_at": None, "resume_at": resume_at, "provisional": False, "rule": "", "days": []}
    told = why(appeal, Terms.load(), now, list(appeal.events.filter(verb__in=MOVING).order_by("seq")))
    return {
        "due_at": stage.deadline_at, "resume_at": None, "provisional": told.provisional, "rule": told.rule,
        "days": told.days,
    }


def why(appeal, terms, now, events):
    """Explain the deadline in force of the open stage, as `appeals.deadlines` counted it. `events`: of its trail."""
    stage, calendar = appeal.current, terms.calendar
    deadline, place = timezone.localtime(stage.deadline_at), AT_LEVEL[stage.level]
    bases = _bases(stage, terms, appeal.service_class, events)
    found = next((one for one in bases if timedelta() <= deadline - one.due < WHOLE_MINUTE), None)
    provisional = calendar.is_provisional(min(stage.counted_from, stage.entered_at), deadline)
    day = f"{deadline.month}月{deadline.day}日"
    if found is None:
        accepting = stage.accepted_at is None
        return Why([], f"{place}要在这以前{'接单' if accepting else '答复'}。{_MOVED}", day, provisional)
    days = worktime.explain(
        found.calendar, found.at, found.limit, today=timezone.localdate(now),
        arrived=found.arrived or (f"到{place}" if found.at == stage.entered_at else "起算"), until=deadline,
    )
    return Why(days, _rule(appeal.service_class, place, found), day, provisional)


@dataclass(frozen=True)
class Basis:
    """What a deadline is counted from: an instant and a limit; `accepting` for the one by which it is accepted.

    `how` says in words what the days do not show; `arrived` what happened at that instant, where it was no arrival.
    """

    calendar: object
    at: datetime
    limit: worktime.Limit
    accepting: bool
    how: str = ""
    arrived: str = ""
    plain: bool = True  # the limit is the one that its class has, and may be said as such
    service_class: str = ""  # of the class whose limit it is, where one is for accepting

    @property
    def due(self):
        return worktime.due_at(self.calendar, self.at, self.limit)


MOVING = (Verb.RECLASSIFY, Verb.RESUME, Verb.DECIDE_EXTENSION, Verb.RECOUNT)  # lines that moved a deadline
WHOLE_MINUTE = timedelta(minutes=1)  # what is left of a deadline is kept in whole minutes
_MOVED = "这一天是按当时的日历和值班表定的，后来改过，没有再动。"
_STRICTER = "这一件改成了更急的类别，从改的时候起算。"
_EARLIER = "改类别以前定的期限更早，仍按它算。"
_FLOOR = "工作日历改了，算出来的日子太近或已经过去，所以留到下一个工作日下班。"


def _bases(stage, terms, service_class, events):
    """Every way in which the deadline in force may have been counted, the most telling first.

    Accepting is never due later than handling (a transfer keeps that one), so handling may be what is in force.
    """
    if stage.accepted_at is None:
        yield from accept_bases(stage, terms, service_class, events)
    yield _handle(stage, terms, events)
    for event in reversed(events):
        if event.verb == Verb.RECOUNT and event.stage_id == stage.pk:
            yield Basis(
                terms.calendar, event.at, NEXT_DAY, stage.accepted_at is None, _FLOOR, "日历改了", plain=False
            )


def accept_bases(stage, terms, service_class, events):
    """How the deadline for accepting may have been counted: by its class, since it was given, or by one before."""
    yield _accept(stage.entered_at, terms, service_class, stage.level)
    changed = [e for e in reversed(events) if e.verb == Verb.RECLASSIFY and e.stage_id == stage.pk]
    for event in changed:
        yield replace(_accept(event.at, terms, service_class, stage.level), how=_STRICTER, arrived="改类别")
    for other in ServiceLevel.ServiceClass.values if changed else ():
        yield replace(_accept(stage.entered_at, terms, other, stage.level), how=_EARLIER, plain=False)


def _accept(at, terms, service_class, level):
    limit = terms.accept_limit(service_class, level)
    return Basis(terms.calendar_for(service_class, limit), at, limit, True, service_class=service_class)


def _handle(stage, terms, events):
    """`handle_within` from `counted_from`, and what moved either of them from what the class has."""
    limit, at = worktime.parse_limit(stage.handle_within), stage.counted_from
    how, arrived, plain = [], "", limit.unit != "m"
    begun = next((e.verb for e in events if e.at == at and e.verb in (Verb.RESUME, Verb.RECLASSIFY)), None)
    if begun == Verb.RESUME:
        how, arrived, plain = ["挂起时还剩的办理时间，从恢复时接着算。"], "恢复办理", False
    elif begun == Verb.RECLASSIFY:
        how, arrived = [_STRICTER], "改类别"
    elif at < stage.entered_at:
        how = ["换了地方办，期限不重新算，仍从第一次起算的时候算。"]
    if stage.extended:
        days = [e.facts["days"] for e in events if e.verb == Verb.DECIDE_EXTENSION and e.facts.get("days")]
        how.append(f"其中 {days[-1]} 个工作日是同意延期加上的。" if days else "其中有同意延期加上的。")
        plain = False
    return Basis(terms.calendar, at, limit, stage.accepted_at is None, "".join(how), arrived, plain)


def _rule(service_class, place, basis):
    name = f"“{ServiceLevel.ServiceClass(service_class).label}”类，" if basis.plain else ""
    days, act = basis.limit.unit == "d", "接单" if basis.accepting else "答复"
    count = "从到的下一个工作日算起" if days else "只算上班时间 8:30–12:00、14:30–17:30"
    if basis.calendar.shifts:
        count += "，有人值班的时间也算"
    return f"{name}{place}要在 {basis.limit}内{act}。{count}。{basis.how}"


def earliness(replied_at, due_at, calendar):
    """比期限早 1 个工作日, 在期限当天, 比期限晚 2 个工作日."""
    early = worktime.workdays_left(calendar, replied_at, due_at)
    late = worktime.workdays_left(calendar, due_at, replied_at)
    if replied_at > due_at:
        return f"比期限晚 {late} 个工作日" if late else "比期限晚"
    return f"比期限早 {early} 个工作日" if early else "在期限当天"
