"""Putting an appeal aside and taking it up again, and what the anchor adds meanwhile (design §4).

Raises as `appeals.services`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import trail
from appeals.acting import change, record, take
from appeals.deadlines import Terms, as_facts
from appeals.pausing.reasons import MOST_DAYS, MOST_DAYS_IN_ALL, SuspendReason
from appeals.pausing.resuming import accepted_by
from appeals.workflow import TRANSITIONS, Status, Verb
from branches.calendar import worktime
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text


@transaction.atomic
def suspend(appeal, *, actor, reason, text, days, version=None, at=None):
    """Put it aside for at most `days` working days: no deadline runs, and what remained of it is kept."""
    text = cleaned_text(text, "请写一句等什么，主播看得到。")
    if reason not in SuspendReason.values:
        raise ValidationError({"reason": "请选一个原因。"})
    appeal, at = take(appeal, Verb.SUSPEND, actor, version), at or timezone.now()
    most = min(MOST_DAYS, MOST_DAYS_IN_ALL - appeal.suspended_days)
    if days not in range(1, most + 1):
        raise ValidationError({"days": f"最多挂起 {most} 个工作日。"})
    stage, calendar = appeal.current, Terms.load().calendar
    if at > stage.due_at:
        raise Conflict("已经过了期限，不能再挂起。", appeal)
    facts = {
        "reason": str(reason), "days": days, "accept_due_at": trail.stamp(stage.accept_due_at),
        "resume_at": trail.stamp(worktime.add_workdays(calendar, at, days)),
        "minutes_left": max(worktime.working_minutes(calendar, at, stage.due_at), 1),
    }
    change(
        stage, resume_at=worktime.add_workdays(calendar, at, days), minutes_left=facts["minutes_left"],
        accept_due_at=None, due_at=None, remind_at=None, amber_at=None,
    )
    appeal.status = TRANSITIONS[Verb.SUSPEND].target
    appeal.suspensions, appeal.suspended_days = appeal.suspensions + 1, appeal.suspended_days + days
    return record(appeal, Verb.SUSPEND, stage=stage, actor=actor, at=at, facts=facts, public=text)


@transaction.atomic
def resume(appeal, *, actor, text="", version=None, at=None):
    """Take it up again: what had remained of the deadline runs from now."""
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.RESUME, actor, version), at or timezone.now()
    return _resume(appeal, actor, at, text)


def _resume(appeal, actor, at, text=""):
    stage = appeal.current
    terms = Terms.load().resumed(stage, at)
    accept_due_at = accepted_by([stage])[stage.pk]
    change(stage, accept_due_at=accept_due_at, resume_at=None, minutes_left=None, clock=stage.clock + 1, **terms)
    appeal.status = TRANSITIONS[Verb.RESUME].target
    return record(appeal, Verb.RESUME, stage=stage, actor=actor, at=at, facts=as_facts(stage), public=text)


@transaction.atomic
def supplement(appeal, *, actor, text, files=(), version=None, at=None):
    """The anchor adds something, at any time while it is open; what was put aside goes on with it.

    `files` are kept ones, as in `appeals.services`.
    """
    words = _cleaned(text)
    appeal, at = take(appeal, Verb.SUPPLEMENT, actor, version), at or timezone.now()
    appeal = record(appeal, Verb.SUPPLEMENT, stage=appeal.current, actor=actor, at=at, facts={}, files=files, **words)
    if appeal.status == Status.SUSPENDED:
        return _resume(appeal, actor, at)
    return appeal


def _cleaned(text):
    return {"public": cleaned_text(text, "请写一句要补充什么。")}
