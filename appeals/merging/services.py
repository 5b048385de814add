"""并单 and its undoing (design §4). Raises as `appeals.services`.

While a merge is in force each keeps its status, stage, due times, answer, rating and trail; what moves or answers the
lead does the same to its children (`appeals.merging.following`), and the clock takes leads only. It is in force while
nobody has undone it, the child is with somebody and the lead is open: a lead that ends without an answer (withdrawn,
refused, referred) lets its children go, each under its own clock, so that none is ever stuck. A lead that is suspended
keeps them: it resumes by itself.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import policy
from appeals.acting import record, take
from appeals.merging.following import is_kept_from
from appeals.merging.models import Merge
from appeals.models import Appeal
from appeals.protection.sight import is_hidden_from
from appeals.voices import voices
from appeals.waiting import open_work, refuse_undecided
from appeals.workflow import ACTIVE, Verb
from xinyu_portal.errors import Conflict

PICK_LEAD = "请选一件还在办的诉求。"


@transaction.atomic
def merge(appeal, *, actor, lead, version=None, at=None):
    """Let `appeal` (the child, whose version it is) follow `lead`. What was asked about the child waits no longer.

    What it lent to a unit stays lent: its stage is not left, and the unit's reply is as good as before.
    """
    _lock(lead, [appeal], actor)
    appeal, at = take(appeal, Verb.MERGE, actor, version), at or timezone.now()
    lead = Appeal.objects.select_related("current").get(pk=lead.pk)
    _judge_lead(appeal, lead, actor)
    Merge.objects.filter(child=appeal, until=None).update(until=at)  # of a lead that ended since the last tick
    Merge.objects.create(child=appeal, lead=lead, by=actor, since=at)
    refuse_undecided([appeal.current_id], at)
    record(
        lead, Verb.MERGE, stage=lead.current, actor=actor, at=at, facts={"child": appeal.pk, "internal": True},
    )
    return record(appeal, Verb.MERGE, stage=appeal.current, actor=actor, at=at, facts={"lead": lead.pk})


@transaction.atomic
def gather(appeal, *, actor, children, version=None, at=None):
    """The same from the lead's side: `children` follow `appeal`, whose version it is; all of them, or none."""
    at = at or timezone.now()
    if not children:
        raise ValidationError({"children": "请选要并进来的诉求。"})
    _lock(appeal, children, actor)
    fresh = Appeal.objects.get(pk=appeal.pk)
    if version is not None and version != fresh.version:
        take(appeal, Verb.MERGE, actor, version)
    for child in children:
        merge(child, actor=actor, lead=appeal, at=at)
    return Appeal.objects.get(pk=appeal.pk)


@transaction.atomic
def unmerge(appeal, *, actor, version=None, at=None):
    """Undo it, until the answer: the child goes on alone, from where it is and with the deadlines it has."""
    appeal, at = take(appeal, Verb.UNMERGE, actor, version), at or timezone.now()
    merged = Merge.objects.in_force().get(child=appeal)
    merged.until, merged.until_by = at, actor
    merged.save(update_fields=["until", "until_by"])
    lead = Appeal.objects.get(pk=merged.lead_id)
    return record(appeal, Verb.UNMERGE, stage=appeal.current, actor=actor, at=at, facts={"lead": lead.pk})


def _lock(lead, children, actor):
    """In the order of their ids, so that two who merge the same two from either side wait for each other.

    What follows already is refused before: whoever answers its lead holds that one and waits for this one.
    """
    for child in Appeal.objects.filter(pk__in=[child.pk for child in children]).select_related("current"):
        if is_hidden_from(actor, child):
            raise PermissionDenied
        policy.judge(actor, Verb.MERGE, child, None)
    ids = sorted({lead.pk, *(child.pk for child in children)})
    list(Appeal.objects.filter(pk__in=ids).order_by("pk").select_for_update(of=("self",)).values_list("pk"))


def _judge_lead(child, lead, actor):
    if lead.pk == child.pk:
        raise ValidationError({"lead": "不能并到自己里，请选另一件。"})
    if lead.status not in ACTIVE or not Appeal.objects.visible_to(actor).filter(pk=lead.pk).exists():
        raise ValidationError({"lead": PICK_LEAD})
    work = open_work(lead)
    if work.led_by:
        raise ValidationError({"lead": f"那一件已经并到 {work.led_number} 里了，请直接并到 {work.led_number}。"})
    if is_kept_from(child, lead):
        raise Conflict("这一件有人要回避，只能并到市行业党委自己办的、办的人不用回避的诉求里。", child)
    if lead.current.holder_id in voices(child):
        raise Conflict("主案正由这一件的主播自己办，不能并过去。", child)
