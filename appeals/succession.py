"""Open appeals follow their anchor when the contact ends or changes (settings.CONTACT_ENDED).

They enter anew, as design §4 lets a new appeal in: to the new contact, else the branch, else the committee.
"""

from django.db.models import F, OuterRef, Q, Subquery

from appeals.batches import guarded, tell
from appeals.deadlines import Terms
from appeals.handlers import Handlers
from appeals.models import Appeal, Stage
from appeals.trail import Line, stamp
from appeals.workflow import ACTIVE, TRANSITIONS, Level, Verb

WHY = "contact_ended"  # the reason code in the facts of the line
_SAID = {
    Level.MEMBER: "联系党员换了，已转到新的联系党员。",
    Level.BRANCH: "原来的联系党员不再联系，已转到支部。",
    Level.COMMITTEE: "原来的联系党员不再联系，已转到市行业党委。",
}


def contact_ended(anchor_ids, *, at):
    """Move what the former contacts of these anchors still had in hand; call it in the transaction of the change.

    The anchors are locked and carry their new contact or none. A few statements, however many appeals.
    """
    locked = Appeal.objects.filter(anchor__in=anchor_ids, status__in=ACTIVE).order_by("pk").select_for_update()
    stages = _left_behind([appeal.current_id for appeal in locked])
    if stages:
        _enter_anew(stages, at)


def _left_behind(stage_ids):
    """Stages at a contact who is not the anchor's any more, as they are under the lock."""
    elsewhere = Q(appeal__anchor__contact=None) | ~Q(holder=F("appeal__anchor__contact"))
    stages = Stage.objects.filter(elsewhere, pk__in=stage_ids, level=Level.MEMBER, left_at=None)
    return list(stages.select_related("appeal__anchor__contact").order_by("appeal_id"))


def _enter_anew(stages, at):
    handlers, terms = Handlers.load({stage.appeal.anchor.branch_id for stage in stages}), Terms.load()
    lines, entered = [], {}
    for stage in stages:
        arrived, passed = _next_stage(stage, handlers, terms, at)
        entered[stage.appeal_id] = arrived
        lines.append(_line(stage, arrived, passed, at))
    guarded(Q(left_at=None), stages, left_at=at)
    Stage.objects.bulk_create(entered.values())
    tell(
        lines, handlers=handlers, now=at, entered=entered, status=TRANSITIONS[Verb.HAND_UP].target,
        current=Subquery(Stage.objects.filter(appeal=OuterRef("pk"), left_at=None).values("pk")[:1]),
    )


def _next_stage(stage, handlers, terms, at):
    anchor = stage.appeal.anchor
    level, passed = handlers.of_entry(anchor)
    arrived = Stage(
        appeal=stage.appeal, seq=stage.seq + 1, level=level, entered_at=at,
        branch_id=None if level == Level.COMMITTEE else anchor.branch_id,
        holder_id=anchor.contact_id if level == Level.MEMBER else None,
        **terms.on_entering(stage.appeal.service_class, level, at),
    )
    return arrived, passed


def _line(stage, arrived, passed, at):
    facts = {
        "why": WHY, "to": str(arrived.level), "branch": arrived.branch_id, "holder": arrived.holder_id,
        "passed_over": [str(level) for level in passed],
        "accept_due_at": stamp(arrived.accept_due_at), "due_at": stamp(arrived.due_at),
    }
    return Line(stage.appeal, Verb.HAND_UP, stage, at, facts=facts, public=_SAID[arrived.level])
