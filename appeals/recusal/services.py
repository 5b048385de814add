"""回避: somebody must not see an appeal, from now on and for ever (design §4, “any → recuse”).

Raises as `appeals.services`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals.acting import change, enter, leave, record, take, whereto
from appeals.handlers import Handlers
from appeals.merging.following import children_of, is_kept_from, let_go
from appeals.models import Appeal
from appeals.negotiation.models import Request
from appeals.protection.models import Recusal
from appeals.voices import voices
from appeals.waiting import open_work
from appeals.workflow import ACTIVE, Level, Status, Verb
from notices.services import blank
from xinyu_portal.typed import cleaned_text

ONE = "请选一个人，或者一个支部。"
TAKEN_BACK = "按回避的规定，内容已收回。"
FACTS = {"user": "user", "branch": "from_branch"}  # in a line `branch` is where it went
_MOVED = {True: "按回避的规定，市行业党委换人办理。", False: "按回避的规定，已交到市行业党委。"}


@transaction.atomic
def recuse(appeal, *, actor, person=None, branch=None, text="", version=None, at=None):
    """Hide it from a person, or from a branch with all its present and future posts; never taken back.

    Who had it in hand loses it at once: it enters the committee anew, alone if others followed it. What they were told
    of it before leads nowhere any more, and no draft of theirs is sent. `text` says why, to the committee alone.
    Whoever acts may name themselves.
    """
    text = cleaned_text(text, "请写一句为什么要回避。")
    appeal, at = take(appeal, Verb.RECUSE, actor, version), at or timezone.now()
    whom = _judged(appeal, person, branch)
    Recusal.objects.create(appeal=appeal, why=Recusal.Why.STAFF, at=at, by=actor, **whom)
    facts = {FACTS[what]: row.pk for what, row in whom.items()}
    words = f"回避的是{(person or branch).name}。{text}"
    stage, handlers = appeal.current, Handlers.load([appeal.current.branch_id])
    keys = [f"appeal-event:{pk}" for pk in appeal.events.values_list("pk", flat=True)]
    recused = handlers.recused(appeal)
    blank(recused, keys=keys, text=TAKEN_BACK)
    drafts = Request.objects.open().filter(appeal=appeal, by__in=recused, kind=Request.Kind.RELEASE)
    if drafts.update(decided_at=at, granted=False):
        facts["draft_refused"] = True
    appeal = _told(appeal, stage, actor, at, facts, words, handlers)
    return _apart(appeal, at)


def _told(appeal, stage, actor, at, facts, words, handlers):
    """Write the line; whoever lost it by that, loses it with the line."""
    if not (stage.is_open and _lost(stage, appeal, handlers)):
        return record(
            appeal, Verb.RECUSE, stage=stage, actor=actor, at=at, facts={**facts, "internal": True}, internal=words,
            handlers=handlers,
        )
    successor = _successor(stage, appeal, actor, handlers)
    if successor is not None:
        change(stage, holder_id=successor)
        return record(
            appeal, Verb.RECUSE, stage=stage, actor=actor, at=at, facts={**facts, "holder": successor},
            public=_MOVED[True], internal=words, handlers=handlers,
        )
    return _to_committee(appeal, actor, at, facts, words, handlers)


def _apart(appeal, at):
    """A child whose lead is now with somebody who must not see it goes on alone."""
    led_by = open_work(appeal).led_by
    if led_by and is_kept_from(appeal, Appeal.objects.select_related("current").get(pk=led_by)):
        let_go(appeal, at, stage=appeal.current)
    return appeal


def _judged(appeal, person, branch):
    """`{"user": …}` or `{"branch": …}`, whichever was named and is not recused yet."""
    if (person is None) == (branch is None):
        raise ValidationError(ONE)
    field, whom = ("branch", {"branch": branch}) if person is None else ("person", {"user": person})
    if person is not None and person.pk in voices(appeal):
        raise ValidationError({field: "这是主播本人的诉求，不能让本人回避。"})
    if Recusal.objects.filter(appeal=appeal, **whom).exists():
        raise ValidationError({field: "已经设过回避了。"})
    return whom


def _lost(stage, appeal, handlers):
    """Whoever has it, or every one of those who could take it at this level, has just been recused."""
    if stage.holder_id in handlers.recused(appeal):
        return True
    return stage.level != Level.COMMITTEE and not handlers.of_stage(stage, appeal)


def _successor(stage, appeal, actor, handlers):
    """Id of who has in hand from now on what was put aside at the committee; it stays put aside. Or None.

    Somebody must have it when its time is over: whoever recuses, else the next of the committee.
    """
    if appeal.status != Status.SUSPENDED or stage.level != Level.COMMITTEE:
        return None
    people = handlers.of_stage(stage, appeal)
    return actor.pk if actor.pk in people else min(people, default=None)


def _to_committee(appeal, actor, at, facts, words, handlers):
    """Where it was at the committee already, its handling deadline goes on. Those that followed it go on alone."""
    if appeal.status in ACTIVE:
        for child in children_of(appeal):
            let_go(child, at, stage=child.current)
    left = leave(appeal, at)
    again = left.level == Level.COMMITTEE
    entered = enter(appeal, Level.COMMITTEE, branch_id=None, at=at, kept=left if again and left.due_at else None)
    appeal.status = Status.SUBMITTED
    return record(
        appeal, Verb.RECUSE, stage=left, entered=entered, actor=actor, at=at, facts={**facts, **whereto(entered, [])},
        public=_MOVED[again], internal=words, handlers=handlers,
    )
