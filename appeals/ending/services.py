"""Endings that are no answer, and the one review (design §4, domain.md §5.2). Raises as `appeals.services`."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals.acting import close, enter, leave, record, take, whereto
from appeals.ending.guidance import NotHere
from appeals.ending.policy import REVIEW_WITHIN, TOO_LATE
from appeals.workflow import TRANSITIONS, Level, Outcome, Verb
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text


@transaction.atomic
def refuse(appeal, *, actor, reason, text, version=None, at=None):
    """Do not accept it, and say why and where to go; the anchor may ask for one review."""
    return _end(appeal, Verb.REFUSE, Outcome.NOT_ACCEPTED, actor, reason, text, version, at)


@transaction.atomic
def refer(appeal, *, actor, reason, text, version=None, at=None):
    """What was taken up turns out to be somebody else's: say whose; the anchor may ask for one review."""
    return _end(appeal, Verb.REFER, Outcome.REFERRED, actor, reason, text, version, at)


def _end(appeal, verb, outcome, actor, reason, text, version, at):
    text = cleaned_text(text, "请写清为什么，主播会原样看到。")
    if reason not in NotHere.values:
        raise ValidationError({"reason": "请选一个原因。"})
    appeal, at = take(appeal, verb, actor, version), at or timezone.now()
    stage = leave(appeal, at)
    close(appeal, outcome, at)
    facts = {"outcome": str(outcome), "reason": str(reason)}
    return record(appeal, verb, stage=stage, actor=actor, at=at, facts=facts, public=text)


@transaction.atomic
def review(appeal, *, actor, text, version=None, at=None):
    """The anchor asks the committee to look at a closed appeal again: once, within 30 days of its end."""
    text = cleaned_text(text, "请写一句为什么要复查。")
    appeal, at = take(appeal, Verb.REVIEW, actor, version), at or timezone.now()
    if at > appeal.closed_at + timedelta(days=REVIEW_WITHIN):
        raise Conflict(TOO_LATE, appeal)
    left = appeal.current
    entered = enter(appeal, Level.COMMITTEE, branch_id=None, at=at)
    appeal.status, appeal.outcome = TRANSITIONS[Verb.REVIEW].target, ""
    appeal.reviewed, appeal.closed_at, appeal.judge_by = True, None, None
    return record(
        appeal, Verb.REVIEW, stage=left, entered=entered, actor=actor, at=at, facts=whereto(entered, []), public=text
    )
