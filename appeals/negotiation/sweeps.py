"""Requests that nobody decided in time are refused by the clock."""

from django.db.models import Exists, OuterRef

from appeals.batches import guarded, sweep, tell
from appeals.handlers import Handlers
from appeals.negotiation.models import Request
from appeals.querysets import due
from appeals.trail import Line
from appeals.workflow import Verb


def lapse(now):
    """Refuse what is past its time; the matter itself stays where it is, and its clock runs on."""
    undecided = Request.objects.open().filter(due_at__lt=now)
    late = due(now) & Exists(undecided.filter(stage=OuterRef("pk")))

    def act(stages):
        waiting = list(undecided.filter(stage__in=stages).order_by("pk"))
        guarded(late, stages)
        Request.objects.filter(pk__in=[one.pk for one in waiting]).update(decided_at=now, granted=False)
        by_id = {stage.pk: stage for stage in stages}
        lines = [
            Line(
                by_id[one.stage_id].appeal, Verb.LAPSE, by_id[one.stage_id], now,
                facts={"kind": str(one.kind), "asked_by": one.by_id, "internal": True},
            )
            for one in waiting
        ]
        tell(lines, handlers=Handlers.load({stage.branch_id for stage in stages}), now=now)

    return sweep(late, act, now)
