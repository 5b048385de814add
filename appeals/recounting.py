"""A calendar changed: open deadlines are counted anew from where they began, each with a line in the trail.

Only what counts working days by itself moves: the deadlines of stages and `judge_by`. A request, a dispatch and a sheet
are due when a person said so, and `resume_at` is a day that was promised; those stay. No deadline goes back on who has
to act: where it would come sooner it stays at the end of the next working day at least, or where it was.
A deadline that was set between the new days and this transaction, by somebody who had read the old calendar, is the one
thing that is missed (PostgreSQL only); the next change of the calendar counts it too.
"""

from collections import defaultdict
from dataclasses import replace
from datetime import datetime, time

from django.db.models import Q
from django.urls import reverse

from appeals.batches import BATCH, tell
from appeals.deadlines import NEXT_DAY, Terms, as_facts
from appeals.explaining import DUTY, WHOLE_MINUTE, accept_bases
from appeals.handlers import Handlers
from appeals.models import Appeal, Event, Stage
from appeals.trail import Line, stamp
from appeals.workflow import ACTIVE, Status, Verb
from branches.calendar import worktime
from branches.calendar.changes import Moved, turned
from branches.calendar.workcalendar import SHANGHAI

COLUMNS = ("accept_due_at", "due_at", "remind_at", "amber_at", "clock")


def moves(before, after, *, now):
    """`[Moved]` of every open deadline that another calendar would move. Three statements for each 1 000 appeals."""
    found, counting = [], _Counting.load(before, after, now)
    for appeals, stages, events in _batches(before, after, lock=False):
        for appeal in appeals:
            old, new = counting.in_force(appeal, stages[appeal.current_id], events[appeal.current_id])
            if old != new:
                found.append(_moved(appeal, old, new))
    return found


def calendar_changed(before, after, *, actor, at):
    """Move them; a constant number of statements for each 1 000 appeals. Returns how many had a deadline moved."""
    moved, counting = 0, _Counting.load(before, after, at)
    for appeals, stages, events in _batches(before, after, lock=True):
        lines, changed, judged = [], [], []
        for appeal in appeals:
            stage = stages[appeal.current_id]
            line = counting.line(appeal, stage, events[stage.pk], actor)
            if line is not None:
                lines.append(line)
                (judged if appeal.status == Status.REPLIED else changed).append(line)
        Stage.objects.bulk_update([line.stage for line in changed], COLUMNS)
        Appeal.objects.bulk_update([line.appeal for line in judged], ["judge_by"])
        if lines:
            branches = {line.stage.branch_id or line.appeal.branch_id for line in lines}
            tell(lines, handlers=Handlers.load(branches), now=at)
        moved += len(lines)
    return moved


def _batches(before, after, *, lock):
    """`(appeals, {id: stage}, {stage id: lines that moved it})` of what reaches a day that turned."""
    days = turned(before, after)
    if not days:
        return
    reached = datetime.combine(days[0], time.min, SHANGHAI)
    due = Q(status__in=ACTIVE, current__due_at__gte=reached) | Q(status=Status.REPLIED, judge_by__gte=reached)
    last = 0
    while True:
        rows = Appeal.objects.filter(due, pk__gt=last).order_by("pk")
        if lock:
            rows = rows.select_for_update(of=("self",))
        appeals = list(rows.select_related("anchor__merged_into")[:BATCH])
        if not appeals:
            return
        stages = Stage.objects.in_bulk([appeal.current_id for appeal in appeals])
        events = defaultdict(list)
        for event in Event.objects.filter(stage__in=stages, verb__in=(Verb.RECLASSIFY, Verb.RECOUNT)).order_by("seq"):
            events[event.stage_id].append(event)
        yield appeals, stages, events
        last = appeals[-1].pk


class _Counting:
    """Deadlines under the calendar of before and of after."""

    def __init__(self, before, after, now):
        self.before, self.after, self.now = before, after, now
        self.floor = worktime.due_at(after.calendar, now, NEXT_DAY)

    @classmethod
    def load(cls, before, after, now):
        terms = Terms.load()
        return cls(replace(terms, calendar=before), replace(terms, calendar=after), now)

    def in_force(self, appeal, stage, events):
        """(before, after) of what the appeal shows as its deadline; of handling, where only that one moves."""
        if appeal.status == Status.REPLIED:
            return appeal.judge_by, self.judge_by(appeal)
        accept_due_at, due_at = self.stage(appeal, stage, events)
        if stage.accepted_at is None and accept_due_at != stage.accept_due_at:
            return stage.accept_due_at, accept_due_at
        return stage.due_at, due_at

    def judge_by(self, appeal):
        return self._settled(appeal.judge_by, self.after.judge_by(appeal.replied_at))

    def stage(self, appeal, stage, events):
        """(accept_due_at, due_at) by the calendar of after; what has been accepted in time is past."""
        within = worktime.parse_limit(stage.handle_within)
        due_at = self._settled(stage.due_at, worktime.due_at(self.after.calendar, stage.counted_from, within))
        if stage.accepted_at is not None:
            return stage.accept_due_at, due_at
        basis = self._accept_basis(appeal, stage, events)
        calendar = self.after.calendar_for(basis.service_class, basis.limit)
        accept_due_at = worktime.due_at(calendar, basis.at, basis.limit)
        return min(self._settled(stage.accept_due_at, accept_due_at), due_at), due_at

    def _accept_basis(self, appeal, stage, events):
        bases = list(accept_bases(stage, self.before, appeal.service_class, events))
        return next((basis for basis in bases if basis.due == stage.accept_due_at), bases[0])

    def _settled(self, old, new):
        if abs(new - old) < WHOLE_MINUTE:  # minutes are kept whole: that is no other deadline
            return old
        return new if new > old else max(new, min(old, self.floor))

    def line(self, appeal, stage, events, actor):
        """Change both rows in memory and return what the trail says; None where nothing moves."""
        old, new = self.in_force(appeal, stage, events)
        if old == new:
            return None
        facts = {"day_moved": _day(old) != _day(new)}
        if appeal.status == Status.REPLIED:
            appeal.judge_by = new
            facts["judge_by"] = stamp(new)
        else:
            self._move(appeal, stage, events)
            facts |= as_facts(stage)
        what = _what(appeal)
        said = f"工作日历有变化，{what}的期限由 {_said(old)} 改为 {_said(new)}。"
        return Line(appeal, Verb.RECOUNT, stage, self.now, actor, facts, said)

    def _move(self, appeal, stage, events):
        accept_due_at, due_at = self.stage(appeal, stage, events)
        basis = None if stage.accepted_at else self._accept_basis(appeal, stage, events)
        in_force_moved = (accept_due_at != stage.accept_due_at) if basis else (due_at != stage.due_at)
        stage.accept_due_at, stage.due_at = accept_due_at, due_at
        if not in_force_moved:
            return
        if basis:
            calendar = self.after.calendar_for(basis.service_class, basis.limit)
            signals = self.after.signals(basis.at, basis.limit, accept_due_at, calendar)
        else:
            signals = self.after.on_accepting(stage)
        stage.remind_at, stage.amber_at = signals["remind_at"], signals["amber_at"]
        stage.clock += 1  # another deadline, with signals of its own


def _moved(appeal, old, new):
    return Moved(appeal.number, reverse("appeals:detail", args=[appeal.pk]), _what(appeal), old, new)


def _what(appeal):
    return "评价" if appeal.status == Status.REPLIED else DUTY[appeal.status]


def _day(at):
    return at.astimezone(SHANGHAI).date()


def _said(at):
    at = at.astimezone(SHANGHAI)
    return f"{at.year}年{at.month}月{at.day}日 {at:%H:%M}"
