"""Lend work to a partner unit, and take its reply. The stage and its clock stay the committee's (首接负责).

Raises as `appeals.services`.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import trail
from appeals.acting import last_line, record, take
from appeals.asking import asked_until, offers
from appeals.dispatching.models import Dispatch
from appeals.dispatching.policy import lent
from appeals.handlers import Handlers
from appeals.workflow import Verb
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from xinyu_portal import seal
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

USUAL_DAYS = 3  # working days, where the committee's own deadline leaves so many
NAMELESS = "这段话会给协办单位看，请不要写主播的姓名、艺名或电话，可以写“一位主播”。"
PHONE = re.compile(r"(?<!\d)1\d{10}(?!\d)")


@transaction.atomic
def dispatch(appeal, *, actor, partner, text, days=None, due_at=None, version=None, at=None):
    """Ask a unit to help, within `days` working days or by `due_at`, and no later than the stage itself is due.

    `text` is all that the unit learns of the matter, so it may not name the anchor. Several units may be asked at
    once, each for one thing at a time.
    """
    text = cleaned_text(text, "请写清请这个单位办什么。")
    appeal, at = take(appeal, Verb.DISPATCH, actor, version), at or timezone.now()
    _refuse_names(text, appeal)
    stage, calendar = appeal.current, current_calendar()
    last = latest(stage, calendar, at)
    due_at = asked_until(calendar, at, days=days, due_at=due_at, usual=USUAL_DAYS, last=last)
    handlers = Handlers.load([stage.branch_id], [appeal.pk], partner_ids=[partner.pk])
    if not handlers.clerks(partner.pk, appeal):
        raise ValidationError({"partner": "这个单位现在没有联络员，请换一个。"})
    if stage.dispatches.open().filter(partner=partner).exists():
        raise Conflict(f"已经派给{partner.name}，还没有回复。", appeal)
    facts = {"partner": partner.pk, "due_at": trail.stamp(due_at)}
    appeal = record(
        appeal, Verb.DISPATCH, stage=stage, actor=actor, at=at, facts=facts, public=f"已派给{partner.name}协办。",
        internal=text, handlers=handlers,
    )
    Dispatch.objects.create(
        appeal=appeal, stage=stage, partner=partner, asked=last_line(appeal), by=actor, at=at, due_at=due_at
    )
    return appeal


@transaction.atomic
def dispatch_reply(appeal, *, actor, text, partner=None, files=(), version=None, at=None):
    """The unit's answer with its files, for the committee alone.

    Whoever is clerk of two asked units names one (`partner`); else it is the nearest deadline's.
    """
    text = cleaned_text(text, "请写办得怎么样。")
    appeal, at = take(appeal, Verb.DISPATCH_REPLY, actor, version), at or timezone.now()
    waiting = [row for row in lent(actor, appeal) if row.is_open and partner in (None, row.partner_id)]
    if not waiting:
        raise ValidationError({"partner": "没有派给这个单位的。"})
    row = waiting[0]
    facts = {"partner": row.partner_id, "late": at > row.due_at}
    appeal = record(
        appeal, Verb.DISPATCH_REPLY, stage=appeal.current, actor=actor, at=at, facts=facts,
        public=f"{row.partner.name}已回复市行业党委。", internal=text, files=files,
    )
    row.answered, row.replied_by, row.replied_at = last_line(appeal), actor, at
    row.save(update_fields=["answered", "replied_by", "replied_at"])
    return appeal


def latest(stage, calendar, at):
    """The last instant that a unit may be given: the stage's own; where that has gone, a working day (17:30).

    A committee that is late already needs help most; refusing it would help nobody.
    """
    if stage.due_at is None or stage.due_at <= at:
        return worktime.add_workdays(calendar, at, 1)
    return stage.due_at


def offered(stage, at):
    """`[(days, until)]` that the form offers."""
    calendar = current_calendar()
    return offers(calendar, at, latest(stage, calendar, at))


def _refuse_names(text, appeal):
    """What would tell the unit who it is (design §7 “without names”); the words themselves nobody can check."""
    anchor = appeal.anchor
    if anchor is None:
        return
    persons = [anchor.user, *([anchor.merged_into.user] if anchor.merged_into_id else [])]
    said = {anchor.stage_name, *(person.name for person in persons)}
    named = any(len(name) > 1 and name in text for name in said)
    numbers = {seal.index(number, purpose="phone") for number in PHONE.findall(text)}
    if named or numbers & {person.phone_index for person in persons}:
        raise ValidationError({"text": NAMELESS})
