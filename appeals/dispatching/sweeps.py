"""Units that did not reply in time: said once, to them and to the committee."""

from django.db.models import Exists, OuterRef

from appeals.batches import LostRace, guarded, sweep, tell
from appeals.dispatching.models import Dispatch
from appeals.handlers import Handlers
from appeals.querysets import not_aside
from appeals.trail import Line, stamp
from appeals.workflow import Verb


def late(now):
    """A dispatch past its day gets its one line; it stays open, and the committee's own clock runs as before.

    Also of a child of a merge: the day is the unit's own, not that of a stage which follows its lead.
    """
    unanswered = Dispatch.objects.open().filter(due_at__lt=now, late_at=None)
    waiting = not_aside(now) & Exists(unanswered.filter(stage=OuterRef("pk")))

    def act(stages):
        rows = list(unanswered.filter(stage__in=stages).select_related("partner").order_by("pk"))
        guarded(waiting, stages)
        if unanswered.filter(pk__in=[row.pk for row in rows]).update(late_at=now) != len(rows):
            raise LostRace("a unit replied meanwhile")
        by_id = {stage.pk: stage for stage in stages}
        handlers = Handlers.load(
            {stage.branch_id for stage in stages}, [stage.appeal_id for stage in stages],
            partner_ids={row.partner_id for row in rows},
        )
        lines = [
            Line(
                by_id[row.stage_id].appeal, Verb.LATE, by_id[row.stage_id], now,
                facts={"partner": row.partner_id, "due_at": stamp(row.due_at)},
                public=f"{row.partner.name}没有按时回复，已提醒。",
            )
            for row in rows
        ]
        tell(lines, handlers=handlers, now=now)

    return sweep(waiting, act, now)
