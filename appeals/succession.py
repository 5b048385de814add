"""Open appeals follow their anchor when the contact ends or changes (settings.CONTACT_ENDED).

They enter anew, as design §4 lets a new appeal in: to the new contact, else the branch, else the committee.
"""

from django.db.models import OuterRef, Q, Subquery

from appeals.batches import guarded, tell
from appeals.deadlines import Terms, as_facts
from appeals.handlers import Handlers
from appeals.models import Appeal, Stage
from appeals.pausing.sweeps import wake
from appeals.trail import Line
from appeals.waiting import end_with
from appeals.workflow import OPEN, TRANSITIONS, Level, Verb

WHY = "contact_ended"  # the reason code in the facts of the line
_SAID = {
    Level.MEMBER: "联系党员换了，已转到新的联系党员。",
    Level.BRANCH: "原来的联系党员不再联系，已转到支部。",
    Level.COMMITTEE: "原来的联系党员不再联系，已转到市行业党委。",
}


def contact_ended(anchor_ids, *, at):
    """Move what the former contacts of these anchors still had in hand; call it in the transaction of the change.

    The anchors are locked and carry their new contact or none. What was filed under an entry that was merged goes
    with the one that is kept. A few statements, however many appeals.
    """
    theirs = Q(anchor__in=anchor_ids) | Q(anchor__merged_into__in=anchor_ids)
    locked = Appeal.objects.filter(theirs, status__in=OPEN).order_by("pk").select_for_update(of=("self",))
    stages = _left_behind([appeal.current_id for appeal in locked])
    if asleep := [stage for stage in stages if stage.resume_at]:
        wake(asleep, Q(resume_at__isnull=False), at)  # handed on with the time that was left
    if stages:
        _enter_anew(stages, at)


def _left_behind(stage_ids):
    """Stages at a contact who is not the anchor's any more, as they are under the lock."""
    stages = Stage.objects.filter(pk__in=stage_ids, level=Level.MEMBER, left_at=None).select_related(
        "appeal__anchor__contact", "appeal__anchor__merged_into__contact"
    )
    return [stage for stage in stages.order_by("appeal_id") if stage.holder_id != _anchor_of(stage).contact_id]


def _anchor_of(stage):
    """Whose contact and branch count: of two entries that were merged, those of the one that is kept."""
    return stage.appeal.anchor.merged_into or stage.appeal.anchor


def _enter_anew(stages, at):
    branch_ids, appeal_ids = zip(*((_anchor_of(stage).branch_id, stage.appeal_id) for stage in stages), strict=True)
    handlers, terms = Handlers.load(branch_ids, appeal_ids), Terms.load()
    lines, entered = [], {}
    for stage in stages:
        arrived, passed = _next_stage(stage, handlers, terms, at)
        entered[stage.appeal_id] = arrived
        lines.append(_line(stage, arrived, passed, at))
    guarded(Q(left_at=None), stages, left_at=at)
    end_with([stage.pk for stage in stages], at)
    Stage.objects.bulk_create(entered.values())
    tell(
        lines, handlers=handlers, now=at, entered=entered, status=TRANSITIONS[Verb.HAND_UP].target,
        current=Subquery(Stage.objects.filter(appeal=OuterRef("pk"), left_at=None).values("pk")[:1]),
    )


def _next_stage(stage, handlers, terms, at):
    anchor = _anchor_of(stage)
    level, passed = handlers.of_entry(anchor, recused=handlers.recused(stage.appeal))
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
        "passed_over": [str(level) for level in passed], **as_facts(arrived),
    }
    return Line(stage.appeal, Verb.HAND_UP, stage, at, facts=facts, public=_SAID[arrived.level])
