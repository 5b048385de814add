"""A lead that ended without an answer lets its children go: each goes on under its own clock."""

from django.db.models import Exists, F, OuterRef

from appeals.batches import guarded, sweep, tell
from appeals.handlers import Handlers
from appeals.merging.models import Merge
from appeals.querysets import not_aside
from appeals.trail import Line
from appeals.workflow import ACTIVE, OPEN, Verb


def release(now):
    """End the merges whose lead is closed, with a line for each child; and those whose child was withdrawn."""
    standing = Merge.objects.filter(until=None)
    gone = standing.exclude(child__status__in=ACTIVE).values_list("pk", flat=True)
    Merge.objects.filter(pk__in=list(gone)).update(until=now, until_by=F("by"))
    ended = standing.exclude(lead__status__in=OPEN)
    let_go = not_aside(now) & Exists(ended.filter(child=OuterRef("appeal")))

    def act(stages):
        merges = list(ended.filter(child__in=[stage.appeal_id for stage in stages]))
        leads = {merge.child_id: merge.lead_id for merge in merges}
        guarded(let_go, stages)
        Merge.objects.filter(pk__in=[merge.pk for merge in merges]).update(until=now, until_by=F("by"))
        lines = [
            Line(stage.appeal, Verb.UNMERGE, stage, now, facts={"lead": leads[stage.appeal_id]}) for stage in stages
        ]
        tell(lines, handlers=Handlers.load({stage.branch_id for stage in stages}), now=now)

    return sweep(let_go, act, now)
