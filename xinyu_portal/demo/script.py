"""One story in the hands of people with a pace: what happens next to an appeal, and when.

Nothing is remembered: the next move follows from the state of the appeal and from dice that know its serial. So the
load, the life after it, two workers at once and a lost tick all come to the same answer.
"""

import random
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from appeals.workflow import ACTIVE, Level, Status, Verb
from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI, local
from xinyu_portal.demo.stories import LAPSE_ACCEPT, Story

HOUR = worktime.Limit(1, "h")
MINUTE = timedelta(minutes=1)
AFTER_WORK = (time(12, 10), time(13, 40), time(19, 20), time(20, 5), time(21, 15), time(22, 30), time(23, 20))


@dataclass(frozen=True)
class Pace:
    """How quick these people are. None leaves it to the dice of the script.

    accept, answer: the share (0 to 1) of the working time of the limit that they let pass.
    late: working days after the committee's deadline, where even the committee misses it.
    judged: whether the anchor judges the answer; silent otherwise.
    """

    accept: float | None = None
    answer: float | None = None
    late: int | None = None
    judged: bool = True


@dataclass(frozen=True)
class Move:
    """One verb at one instant. `words` are the keyword arguments of its service."""

    at: datetime
    verb: str
    words: dict = field(default_factory=dict)
    by_anchor: bool = False


@dataclass(frozen=True)
class Script:
    """`title` may differ from the story's, where a story is told a second time."""

    serial: int
    story: Story
    username: str
    title: str
    pace: Pace = Pace()

    def dice(self, *about):
        return random.Random(f"{self.serial} {about}")

    def next_move(self, appeal, calendar, now):
        """The next Move of an appeal (its `current` stage loaded, `notes_here` counted), or None."""
        if appeal.status == Status.REPLIED:
            return self._judgement(appeal)
        if appeal.status not in ACTIVE:
            return None
        if appeal.status == Status.SUBMITTED:
            return self._acceptance(appeal, calendar, now)
        return self._work(appeal, calendar, now)

    def _acceptance(self, appeal, calendar, now):
        stage = appeal.current
        if not appeal.reopened and self.story.leaves(stage.level) == LAPSE_ACCEPT:
            return None
        dice = self.dice(stage.seq, "accept")
        share = dice.uniform(0.08, 0.75) if self.pace.accept is None else self.pace.accept
        at = _planned(calendar, stage, stage.entered_at, stage.accept_due_at, share, now)
        return at and Move(at, Verb.ACCEPT)

    def _work(self, appeal, calendar, now):
        """Notes at even distances, then what takes it out of this level."""
        stage = appeal.current
        notes = [] if appeal.reopened and stage.level == self.story.path else self.story.notes(stage.level)
        ending = self.story.ending(stage.level, reopened=appeal.reopened)
        steps = [(Verb.NOTE, note) for note in notes] + [ending]
        verb_and_words = steps[appeal.notes_here] if appeal.notes_here < len(steps) else ending
        if verb_and_words is None:
            return None
        dice = self.dice(stage.seq, "answer")
        whole = dice.uniform(0.3, 0.93) if self.pace.answer is None else self.pace.answer
        share = whole * min(appeal.notes_here + 1, len(steps)) / len(steps)
        is_last = appeal.notes_here >= len(steps) - 1
        late = self.pace.late if stage.level == Level.COMMITTEE and is_last else None
        at = _planned(calendar, stage, stage.accepted_at, stage.due_at, share, now, late=late)
        return at and self._move(at, *verb_and_words, appeal)

    def _move(self, at, verb, words, appeal):
        if verb == Verb.NOTE:
            return Move(at, verb, {"text": words["text"], "internal": words["internal"]})
        if verb == Verb.WITHDRAW:
            evening = _evening(at, self.dice("withdraw"), days=(0,))
            in_time = evening if evening < appeal.current.due_at else at
            return Move(in_time, verb, {"text": words}, by_anchor=True)
        return Move(at, verb, {"text": words})

    def _judgement(self, appeal):
        lines, dice = self.story.lines, self.dice("judge")
        if "reopen" in lines and not appeal.reopened:
            return Move(_evening(appeal.replied_at, dice, days=(0, 1)), Verb.REOPEN, {"text": lines["reopen"]}, True)
        if not self.pace.judged or not lines.get("judge"):
            return None
        at = _evening(appeal.replied_at, dice, days=(0, 0, 1, 1, 2, 3, 5))
        return Move(at, Verb.CONFIRM, lines["judge"], True) if at < appeal.judge_by else None


def _planned(calendar, stage, start, deadline, share, now, *, late=None):
    """An instant of duty time before the deadline; afterwards the committee alone still acts, days later."""
    if now <= deadline and late is None:
        return after(calendar, start, share * _minutes(calendar, start, deadline))
    if stage.level != Level.COMMITTEE:
        return None
    return after(calendar, deadline, (late or 1) * worktime.DAY_MINUTES - 40 - 180 * share)


def _minutes(calendar, start, deadline):
    return worktime.working_time(calendar, start, deadline) / MINUTE


def after(calendar, at, minutes):
    """The instant at which `minutes` of duty time have passed since `at`."""
    return worktime.fraction_at(calendar, at, HOUR, minutes / 0.6).replace(microsecond=0)


def _evening(at, dice, *, days):
    """When an anchor has a moment: at noon or at night, an hour after `at` at the earliest."""
    at = local(at)
    day = at.date() + timedelta(days=dice.choice(days))
    clock = dice.choice(AFTER_WORK)
    moment = datetime.combine(day, clock, SHANGHAI) + timedelta(seconds=dice.randrange(1200))
    return moment if moment > at + timedelta(hours=1) else moment + timedelta(days=1)
