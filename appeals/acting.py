"""How a verb is done: take the appeal, change its stage, record what happened. For the services of this room alone.

Every service takes first (locked, read afresh, judged) and records last (row, line and notices), in one transaction.
"""

from django.core.exceptions import PermissionDenied

from appeals import notifications, policy, trail
from appeals.attachments.services import attach, facts_of
from appeals.deadlines import Terms, as_facts
from appeals.handlers import Handlers
from appeals.models import Appeal, Stage
from appeals.protection.code_holder import credited
from appeals.protection.sight import is_hidden_from
from appeals.waiting import end_with
from appeals.workflow import TRANSITIONS, Level, Status, Verb
from notices.services import send_all


def take(appeal, verb, actor, version):
    """Lock the bare row (a join would lose it, traps.md), read it afresh, and judge."""
    appeal = Appeal.objects.select_for_update().get(pk=appeal.pk)
    if not policy.is_anchor(actor, appeal) and is_hidden_from(actor, appeal):
        raise PermissionDenied  # recused between the page and the lock
    policy.judge(actor, verb, appeal, version)
    return appeal


def enter(appeal, level, *, branch_id, at, contact_id=None, kept=None):
    """Open the next stage, where it waits to be accepted; `kept` is the one whose handling deadline goes on."""
    stage = Stage.objects.create(
        appeal=appeal, seq=appeal.current.seq + 1 if appeal.current else 1, level=level, entered_at=at,
        branch_id=None if level == Level.COMMITTEE else branch_id,
        holder_id=contact_id if level == Level.MEMBER else None,
        **Terms.load().on_entering(appeal.service_class, level, at, kept=kept),
    )
    appeal.current, appeal.status = stage, Status.SUBMITTED
    return stage


def leave(appeal, at):
    """Close the stage; what was asked about it and not decided, and what was lent out, ends with it."""
    change(appeal.current, left_at=at)
    end_with([appeal.current_id], at)
    return appeal.current


def change(stage, **columns):
    """Write these columns; a stage that a person moves is no longer one that the clock could not."""
    columns |= Stage.WELL
    for column, value in columns.items():
        setattr(stage, column, value)
    stage.save(update_fields=list(columns))


def take_on(appeal, actor, at):
    """Accept: the person becomes the holder, at a contact's stage the contact; the handling deadline is in force."""
    stage = appeal.current
    stage.accepted_at = at
    terms = Terms.load().on_accepting(stage)
    holder = stage.holder if stage.level == Level.MEMBER else actor
    change(stage, holder=holder, accepted_at=at, clock=stage.clock + 1, **terms)
    appeal.status = TRANSITIONS[Verb.ACCEPT].target
    facts = {"holder": holder.pk, **as_facts(stage)}
    return record(appeal, Verb.ACCEPT, stage=stage, actor=actor, at=at, facts=facts)


def answer(appeal, *, actor, text, at, files=(), facts=None):
    """Answer the anchor; what nobody had accepted is accepted first, as a line of its own. `facts` are more of them."""
    if appeal.status == Status.SUBMITTED:
        take_on(appeal, actor, at)
    stage = leave(appeal, at)
    appeal.status, appeal.replied_at = TRANSITIONS[Verb.REPLY].target, at
    appeal.judge_by = Terms.load().judge_by(at)
    facts = {"judge_by": trail.stamp(appeal.judge_by), **(facts or {})}
    return record(appeal, Verb.REPLY, stage=stage, actor=actor, at=at, facts=facts, public=text, files=files)


def move_up(appeal, verb, *, actor, at, text):
    left = appeal.current
    if left.is_open:
        leave(appeal, at)
    handlers = Handlers.load([left.branch_id])
    level, passed = handlers.above(left, appeal)
    entered = enter(appeal, level, branch_id=left.branch_id, at=at)
    appeal.status = TRANSITIONS[verb].target
    return record(
        appeal, verb, stage=left, entered=entered, actor=actor, at=at, facts=whereto(entered, passed), public=text,
        handlers=handlers,
    )


def close(appeal, outcome, at):
    appeal.status, appeal.outcome = Status.CLOSED, outcome
    appeal.closed_at = appeal.closed_at or at


def whereto(stage, passed):
    return {
        "to": str(stage.level), "branch": stage.branch_id, "holder": stage.holder_id,
        "passed_over": [str(level) for level in passed], **as_facts(stage),
    }


def record(appeal, verb, *, stage, actor, at, facts, public="", internal="", entered=None, handlers=None, files=()):
    """`files` are kept ones (`attachments.services.kept`); those of internal words are internal, as a unit's reply."""
    actor, facts = credited(actor, facts)
    line = trail.Line(appeal, verb, stage, at, actor, {**facts, **facts_of(files)}, public, internal)
    [event] = trail.append([line])
    attach(event, files, internal=bool(facts.get("internal")) or verb == Verb.DISPATCH_REPLY)
    appeal.save()
    handlers = handlers or Handlers.load([stage.branch_id])
    messages = notifications.of_event(
        event, appeal=appeal, handlers=handlers, entered=entered, last_holder_id=stage.holder_id
    )
    send_all(messages, at=at)
    return appeal


def last_line(appeal):
    """The event that `record` has just written."""
    return appeal.events.get(seq=appeal.version)
