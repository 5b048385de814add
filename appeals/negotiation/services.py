"""Whose matter it is, and until when: transfer, return, assign, reclassify, extend (design §4).

Raises as `appeals.services`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import trail
from appeals.acting import change, enter, last_line, leave, record, take, whereto
from appeals.deadlines import Terms, as_facts
from appeals.handlers import Handlers
from appeals.merging.following import come_along
from appeals.negotiation.models import Request, ReturnReason
from appeals.negotiation.policy import RETURNS, open_request
from appeals.workflow import Level, Status, Verb
from branches.calendar import worktime
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

ASK_WITHIN = 1  # working days from the entry in which a branch may say that it is not its own
DECIDE_WITHIN = 1  # working days for whoever decides
MOST_DAYS = 5  # working days that an extension may add at most
NOT_HERE = "请选一位这一级能办的人。"
UNDECIDED = "审核的时间已过，按不同意办。"
RECUSED = "这一件要回避这个支部，请换一个，或者由市行业党委自己办。"
NOBODY = "这个支部现在没有人可以接单，请换一个。"


@transaction.atomic
def transfer(appeal, *, actor, branch, text, version=None, at=None):
    """Pass it to another branch, whose matter it is. The handling deadline goes on as it was first set."""
    text = cleaned_text(text, "请写一句为什么转。")
    appeal, at = take(appeal, Verb.TRANSFER, actor, version), at or timezone.now()
    if branch.pk == appeal.current.branch_id:
        raise ValidationError({"branch": "已经在这个支部了，请选别的支部。"})
    return _go_to(appeal, Verb.TRANSFER, branch, actor=actor, at=at, text=text, kept=True)


@transaction.atomic
def ask_return(appeal, *, actor, reason, text, version=None, at=None):
    """Say that it is not this branch's matter: within one working day of its entry; the committee decides."""
    text = cleaned_text(text, "请写清依据。")
    if reason not in ReturnReason.values:
        raise ValidationError({"reason": "请选一个原因。"})
    appeal, at = take(appeal, Verb.RETURN, actor, version), at or timezone.now()
    stage, terms = appeal.current, Terms.load()
    if at > worktime.add_workdays(terms.calendar, stage.entered_at, ASK_WITHIN):
        raise Conflict("到支部已经超过一个工作日，不能再退；办不了可以上交。", appeal)
    return ask(appeal, Verb.RETURN, Request.Kind.RETURN, actor, at, text, terms, {"reason": str(reason)})


@transaction.atomic
def decide_return(appeal, *, actor, granted, branch=None, text="", version=None, at=None):
    """Granted it goes to `branch`, or to the committee itself; the second time always to the committee.

    The handling deadline goes on. Refused it stays where it is.
    """
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.DECIDE_RETURN, actor, version), at or timezone.now()
    asked = decide(appeal, Request.Kind.RETURN, actor, granted, at)
    facts = {"granted": granted, "asked_by": asked.by_id}
    if not granted:
        return _stay(appeal, Verb.DECIDE_RETURN, actor, at, facts, internal=text)
    if branch is not None and branch.pk == appeal.current.branch_id:
        raise ValidationError({"branch": "退单的就是这个支部，请选别的支部，或者不选。"})
    appeal.returns += 1
    to = None if appeal.returns >= RETURNS else branch
    return _go_to(appeal, Verb.DECIDE_RETURN, to, actor=actor, at=at, text=text, kept=True, **facts)


@transaction.atomic
def assign(appeal, *, actor, holder=None, branch=None, text="", version=None, at=None):
    """Name who is to do it: another handler of the same level, with no new stage and the clock as it is.

    With `branch`: the committee's final assignment after two returns, which starts the deadlines anew.
    """
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.ASSIGN, actor, version), at or timezone.now()
    if branch is not None:
        return _assign_finally(appeal, branch, actor, at, text)
    stage = appeal.current
    if holder is None or holder.pk not in Handlers.load([stage.branch_id]).of_stage(stage, appeal):
        raise ValidationError({"holder": NOT_HERE})
    if holder.pk == stage.holder_id:
        raise ValidationError({"holder": "已经由这位办理了。"})
    change(stage, holder=holder)
    return record(
        appeal, Verb.ASSIGN, stage=stage, actor=actor, at=at, facts={"holder": holder.pk, "internal": True},
        internal=text,
    )


def _assign_finally(appeal, branch, actor, at, text):
    if appeal.current.level != Level.COMMITTEE or appeal.returns < RETURNS:
        raise Conflict("退过两次单的，才由市行业党委最终指定。", appeal)
    appeal.final = True
    return _go_to(appeal, Verb.ASSIGN, branch, actor=actor, at=at, text=text, kept=False, final=True)


@transaction.atomic
def reclassify(appeal, *, actor, category, text="", version=None, at=None):
    """Another category. A stricter class brings its deadlines forward, counted from now; no class puts them off."""
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.RECLASSIFY, actor, version), at or timezone.now()
    if category.pk == appeal.category_id:
        raise ValidationError({"category": "已经是这一类了。"})
    facts = {"from": appeal.category_id, "category": category.pk, "service_class": str(category.service_class)}
    stage, terms = appeal.current, Terms.load()
    appeal.category, appeal.service_class = category, category.service_class
    appeal.words = appeal.words_of()
    sooner = terms.sooner(stage, appeal.service_class, at)
    if sooner:
        change(stage, clock=stage.clock + 1, **sooner)
    facts |= as_facts(stage)
    return record(appeal, Verb.RECLASSIFY, stage=stage, actor=actor, at=at, facts=facts, public=text)


@transaction.atomic
def extend(appeal, *, actor, days, text, plan, version=None, at=None):
    """Ask for `days` working days more, before the deadline: once a stage, no more than the time first given or 5."""
    text, plan = cleaned_text(text, "请写为什么要延期。"), cleaned_text(plan, "请写接下来怎么办。", field="plan")
    appeal, at = take(appeal, Verb.EXTEND, actor, version), at or timezone.now()
    stage, terms = appeal.current, Terms.load()
    most = most_days(stage.handle_within)
    if days not in range(1, most + 1):
        raise ValidationError({"days": f"最多延 {most} 个工作日。"})
    if at > stage.due_at:
        raise Conflict("已经过了期限，不能再申请延期。", appeal)
    words = f"{text}\n打算：{plan}"
    return ask(appeal, Verb.EXTEND, Request.Kind.EXTENSION, actor, at, words, terms, {"days": days})


@transaction.atomic
def decide_extension(appeal, *, actor, granted, text="", version=None, at=None):
    """By the level above. Granted, the deadline moves by the working days asked for, and its signals with it."""
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.DECIDE_EXTENSION, actor, version), at or timezone.now()
    asked = decide(appeal, Request.Kind.EXTENSION, actor, granted, at)
    facts = {"granted": granted, "asked_by": asked.by_id}
    if not granted:
        return _stay(appeal, Verb.DECIDE_EXTENSION, actor, at, facts, internal=text)
    stage, terms = appeal.current, Terms.load()
    change(stage, extended=True, clock=stage.clock + 1, **terms.extended(stage, asked.days))
    facts |= {"days": asked.days, **as_facts(stage)}
    return _stay(appeal, Verb.DECIDE_EXTENSION, actor, at, facts, public=text)


def most_days(handle_within):
    """How many working days may be asked for: no more than what was first given, at least one, at most five."""
    return min(MOST_DAYS, max(worktime.parse_limit(handle_within).minutes // worktime.DAY_MINUTES, 1))


def ask(appeal, verb, kind, actor, at, text, terms, facts, files=()):
    """Record the question as an internal line, and its request, to be decided within DECIDE_WITHIN."""
    due_at = worktime.add_workdays(terms.calendar, at, DECIDE_WITHIN)
    facts = {**facts, "internal": True, "decide_by": trail.stamp(due_at)}
    appeal = record(
        appeal, verb, stage=appeal.current, actor=actor, at=at, facts=facts, internal=text, files=files
    )
    Request.objects.create(
        appeal=appeal, stage=appeal.current, kind=kind, by=actor, at=at, due_at=due_at,
        asked=last_line(appeal), reason=facts.get("reason", ""), days=facts.get("days"),
    )
    return appeal


def decide(appeal, kind, actor, granted, at):
    """Close the open request; that there is one, and of somebody else, policy has judged."""
    asked = open_request(appeal, kind)
    if at > asked.due_at:
        raise Conflict(UNDECIDED, appeal)
    asked.decided_at, asked.decided_by, asked.granted = at, actor, granted
    asked.save(update_fields=["decided_at", "decided_by", "granted"])
    return asked


def _stay(appeal, verb, actor, at, facts, **words):
    if not facts["granted"]:
        facts = {**facts, "internal": True}
    return record(appeal, verb, stage=appeal.current, actor=actor, at=at, facts=facts, **words)


def _go_to(appeal, verb, branch, *, actor, at, text, kept, **facts):
    """Leave for a branch, or for the committee where none is named."""
    handlers = Handlers.load([branch.pk if branch else None, appeal.current.branch_id])
    left, level = appeal.current, Level.BRANCH if branch else Level.COMMITTEE
    if branch and appeal.recusals.filter(branch=branch).exists():
        raise ValidationError({"branch": RECUSED})
    if branch and not handlers.someone_at(branch.pk, appeal):
        raise ValidationError({"branch": NOBODY})
    leave(appeal, at)
    entered = enter(appeal, level, branch_id=branch.pk if branch else None, at=at, kept=left if kept else None)
    appeal.status = Status.SUBMITTED
    record(
        appeal, verb, stage=left, entered=entered, actor=actor, at=at, facts={**facts, **whereto(entered, [])},
        public=text, handlers=handlers,
    )
    come_along(appeal, Verb.TRANSFER, actor=actor, at=at, kept=kept)
    return appeal
