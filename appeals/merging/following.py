"""What the lead of a merge goes through, its children go through in the same transaction."""

from django.core.exceptions import ValidationError

from appeals import policy
from appeals.acting import answer, change, enter, leave, record, whereto
from appeals.merging.models import Merge
from appeals.models import Appeal, Stage
from appeals.protection.sight import is_hidden_from, recused_from
from appeals.voices import voices
from appeals.waiting import open_work
from appeals.workflow import ACTIVE, LADDER, Level, Verb
from xinyu_portal.typed import cleaned_text

NAMED = "答复里有“{name}”，会一起发给别的主播。请去掉，或者给每一件单独写。"


def children_of(lead):
    """The appeals that follow `lead` now, as bare rows, locked; without children one statement.

    The merges are read again under the lock: one that was undone meanwhile follows no more.
    """
    if not open_work(lead).leads:
        return []
    following = Merge.objects.in_force().filter(lead=lead)
    ids = list(following.values_list("child", flat=True))
    locked = list(Appeal.objects.filter(pk__in=ids, status__in=ACTIVE).order_by("pk").select_for_update(of=("self",)))
    still = set(following.values_list("child", flat=True))
    return [child for child in locked if child.pk in still]


def come_along(lead, verb, *, actor, at, kept=False):
    """The children enter the place that `lead` has just entered. Handed up, a child that is as high stays.

    `kept` as in `acting.enter`, for each child by its own stage. A child that somebody must not see (`Recusal`), or
    whose anchor would handle it, goes its own way instead.
    """
    arrived = lead.current
    for child in children_of(lead):
        if is_kept_from(child, lead) or (not policy.is_anchor(actor, lead) and may_not_handle(actor, child)):
            let_go(child, at, stage=child.current)
        elif _is_behind(child.current, arrived, verb):
            left = leave(child, at)
            enter(child, arrived.level, branch_id=arrived.branch_id, at=at, kept=left if kept else None)
            facts = {**whereto(child.current, []), "together": True}
            record(child, verb, stage=left, entered=child.current, actor=actor, at=at, facts=facts)


def is_kept_from(child, lead):
    """Whether with `lead` somebody would have it in hand who must not see it. Below the committee nobody is picked."""
    stage, recused = lead.current, recused_from([child.pk])[child.pk]
    return stage.holder_id in recused or (stage.level != Level.COMMITTEE and child.recusals.exists())


def may_not_handle(actor, child):
    return actor.pk in voices(child) or is_hidden_from(actor, child)


def _is_behind(stage, arrived, verb):
    if verb == Verb.HAND_UP:
        return LADDER.index(stage.level) < LADDER.index(arrived.level)
    return (stage.level, stage.branch_id) != (arrived.level, arrived.branch_id)


def stages_of_children(stages):
    """The present stages of the children of the appeals of `stages`, locked, each with its lead's id as `led_by`.

    Two statements; one where nobody follows.
    """
    merges = Merge.objects.in_force().filter(lead__in=[stage.appeal_id for stage in stages])
    leads = dict(merges.values_list("child", "lead"))
    if not leads:
        return []
    locked = Appeal.objects.filter(pk__in=leads, status__in=ACTIVE).order_by("pk").select_for_update(of=("self",))
    current = [appeal.current_id for appeal in locked]
    found = Stage.objects.filter(pk__in=current, left_at=None).select_related("appeal__anchor__merged_into")
    children = list(found.order_by("appeal_id"))
    for stage in children:
        stage.led_by = leads[stage.appeal_id]
    return children


def answer_with(lead, *, actor, text, at, own=None):
    """Answer each child with its words in `own` (`{id: text}`), or with the lead's; each judges for itself.

    What another had in hand is from now on with `actor`, who answers for it; what `actor` must not see, or is their
    own, goes on alone. Call it before the lead's own answer is written: a lead that is answered leads nobody.
    """
    children = []
    for child in children_of(lead):
        if may_not_handle(actor, child):
            let_go(child, at, stage=child.current)
        else:
            children.append(child)
    own = {str(pk): words for pk, words in (own or {}).items()}
    if set(own) - {str(child.pk) for child in children}:
        raise ValidationError({"children": "里面有没并进来的诉求，请刷新后再写。"})
    if children:
        _without_names(text, lead, lead, children, actor)
    for child in children:
        words = cleaned_text(own.get(str(child.pk)), optional=True, field="children")
        words = words or _without_names(text, lead, child, children, actor)
        taken = {} if policy.handles(actor, child.current) else {"holder": actor.pk}
        if taken:
            change(child.current, holder=actor)
        answer(child, actor=actor, text=words, at=at, facts={**taken, "together": True})
    Merge.objects.filter(child__in=children, lead=lead, until=None).update(until=at)


def _without_names(text, lead, child, children, actor):
    """The lead's words, unless they name an anchor of whom that of `child` (or the lead itself) is not to learn.

    Whose name is kept from `actor` is not looked for: a refusal would tell that the guess was right.
    """
    for other in (lead, *children):
        named = policy.knows_anchor(actor, other) and other.anchor_id != child.anchor_id
        if named and other.anchor.user.name in text:
            raise ValidationError({"text": NAMED.format(name=other.anchor.user.name)})
    return text


def let_go(child, at, *, stage, actor=None):
    """The child goes on alone, without anybody having undone the merge by hand."""
    merged = Merge.objects.in_force().get(child=child)
    Merge.objects.filter(pk=merged.pk).update(until=at, until_by=merged.by)
    record(child, Verb.UNMERGE, stage=stage, actor=actor, at=at, facts={"lead": merged.lead_id})
