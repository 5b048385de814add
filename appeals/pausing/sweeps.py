"""What was put aside goes on by itself when its time is over."""

from appeals.batches import guarded, sweep, tell
from appeals.deadlines import Terms, as_facts
from appeals.handlers import Handlers
from appeals.models import Stage
from appeals.pausing.resuming import accepted_by
from appeals.querysets import due
from appeals.trail import Line
from appeals.workflow import TRANSITIONS, Verb

_COUNTED = ("accept_due_at", "due_at", "counted_from", "handle_within", "remind_at", "amber_at", "clock")


def resume(now):
    over = due(now, at="resume_at")
    return sweep(over, lambda stages: wake(stages, over, now), now)


def wake(stages, condition, now):
    """Let these suspended stages, locked and meeting `condition`, go on. A few statements for all of them."""
    terms, accepted = Terms.load(), accepted_by(stages)
    guarded(condition, stages, resume_at=None, minutes_left=None)
    for stage in stages:
        counted = terms.resumed(stage, now)
        counted |= {"accept_due_at": accepted[stage.pk], "clock": stage.clock + 1}
        for column, value in counted.items():
            setattr(stage, column, value)
    Stage.objects.bulk_update(stages, _COUNTED)
    lines = [
        Line(stage.appeal, Verb.RESUME, stage, now, ordinal=stage.clock, facts=as_facts(stage))
        for stage in stages
    ]
    handlers = Handlers.load({stage.branch_id for stage in stages}, [stage.appeal_id for stage in stages])
    tell(lines, handlers=handlers, now=now, status=TRANSITIONS[Verb.RESUME].target)
