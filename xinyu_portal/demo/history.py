"""The past 90 days, played in the order of time: people's moves, and the clock's whenever something is due."""

import heapq
from datetime import timedelta
from itertools import count

from django.conf import settings
from django.utils.module_loading import import_string

from appeals.models import Category
from appeals.workflow import ACTIVE, Verb
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import local
from xinyu_portal.demo import acting, plan

TICK_SECOND = 7  # beat came round at this second of each minute, then


class History:
    """`play()` brings every script of the load to where it stands at `now`; `progress(share)` is told how far it is.

    `tellers` is `{username of a script: Anchor or Guest}`.
    """

    def __init__(self, now, tellers, *, progress=lambda share: None):
        self.now, self.founded, self.tellers, self.progress = now, local(now).date(), tellers, progress
        self.calendar, self.officials = current_calendar(), acting.Officials()
        self.categories = Category.objects.in_bulk()
        self.sweeps = [import_string(path) for path in settings.SWEEPS if path.startswith("appeals.")]
        self.anchors, self.versions, self.ticks, self.queue, self.order = {}, {}, {}, [], count()

    def play(self):
        for at, serial in plan.beginnings(self.calendar, self.now):
            self._push(at, self._submit, serial)
        first = self.queue[0][0]
        while self.queue and self.queue[0][0] <= self.now:
            at, _, act, subject = heapq.heappop(self.queue)
            act(at, subject)
            self.progress((at - first) / (self.now - first))

    def _push(self, at, act, subject):
        heapq.heappush(self.queue, (at, next(self.order), act, subject))

    def _submit(self, at, serial):
        script = plan.script(serial)
        teller, category = self.tellers[script.username], self.categories[script.story.code]
        appeal, _ = acting.submit(script, teller, category, founded=self.founded, at=at)
        # One row per person: rights are kept on it, and read once.
        appeal.anchor, appeal.notes_here = self.anchors.setdefault(appeal.anchor_id, appeal.anchor), 0
        self._look(appeal, at)

    def _move(self, at, subject):
        """A move that was planned for a state which is no longer is dropped: a newer one is in the queue."""
        appeal, move = subject
        fresh = self._is_as_planned(appeal) and acting.perform(move, appeal, self.officials, at=at)
        if fresh:
            same_stage = fresh.current_id == appeal.current_id
            fresh.anchor = appeal.anchor
            fresh.notes_here = (appeal.notes_here + (move.verb == Verb.NOTE)) if same_stage else 0
            self._look(fresh, at)

    def _tick(self, at, appeals):
        """All sweeps, as beat has them run each minute; minutes in which nothing can be due are left out."""
        if any(map(self._is_as_planned, appeals)) and sum(sweep(at) for sweep in self.sweeps):
            for appeal in acting.ours().filter(acting.unfinished()):
                appeal.anchor = self.anchors[appeal.anchor_id]
                self._look(appeal, at)

    def _is_as_planned(self, appeal):
        return self.versions[appeal.pk] == appeal.version

    def _look(self, appeal, at):
        """Plan what comes next for an appeal, by people and by the clock; known states are passed over."""
        if self.versions.get(appeal.pk) == appeal.version:
            return
        self.versions[appeal.pk] = appeal.version
        move = acting.script_of(appeal).next_move(appeal, self.calendar, at)
        if move:
            # What a line of the clock delayed is done at once, but not in the same breath.
            self._push(move.at if move.at > at else at + timedelta(minutes=2), self._move, (appeal, move))
        for instant in self._due(appeal):
            tick = local(instant).replace(second=TICK_SECOND, microsecond=0) + timedelta(minutes=1)
            if tick > at and tick not in self.ticks:
                self._push(tick, self._tick, self.ticks.setdefault(tick, []))
            if tick > at:
                self.ticks[tick].append(appeal)

    def _due(self, appeal):
        stage = appeal.current
        if appeal.status not in ACTIVE:
            return [appeal.judge_by] if appeal.judge_by else []
        red = worktime.add_workdays(self.calendar, stage.deadline_at, 5)
        return [at for at in (stage.remind_at, stage.amber_at, stage.deadline_at, red) if at]
