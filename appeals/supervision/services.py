"""督办: the committee asks for something by a day, on a numbered sheet. It changes no state and no clock.

Raises as `appeals.services`.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import trail
from appeals.acting import last_line, record, take
from appeals.asking import asked_until
from appeals.numbering import next_sheet_number
from appeals.supervision.models import SheetGrade, SheetReason, Supervision
from appeals.workflow import Verb
from branches.calendar.services import current_calendar
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

USUAL_DAYS = 3  # working days


@transaction.atomic
def supervise(
    appeal, *, actor, reason, text, grade=SheetGrade.ORDINARY, days=None, due_at=None, version=None, at=None
):
    """Issue a sheet to whoever has the appeal now, to be answered within `days` working days or by `due_at`.

    A second one may follow while the first is unanswered, of a higher grade for instance.
    """
    text = cleaned_text(text, "请写清要求做到什么。")
    if reason not in SheetReason.values:
        raise ValidationError({"reason": "请选一个原因。"})
    if grade not in SheetGrade.values:
        raise ValidationError({"grade": "请选一个级别。"})
    appeal, at = take(appeal, Verb.SUPERVISE, actor, version), at or timezone.now()
    due_at = asked_until(current_calendar(), at, days=days, due_at=due_at, usual=USUAL_DAYS)
    number = next_sheet_number(at)
    facts = {"sheet": number, "reason": str(reason), "grade": str(grade), "due_at": trail.stamp(due_at)}
    stage = appeal.current
    appeal = record(
        appeal, Verb.SUPERVISE, stage=stage, actor=actor, at=at, facts=facts, public=f"市行业党委发了督办单 {number}。",
        internal=text,
    )
    Supervision.objects.create(
        number=number, appeal=appeal, stage=stage, reason=reason, grade=grade, asked=last_line(appeal), by=actor,
        at=at, due_at=due_at,
    )
    return appeal


@transaction.atomic
def answer_sheet(appeal, *, actor, text, sheet="", version=None, at=None):
    """Answer one sheet (`sheet` is its number), or the oldest that waits.

    By whoever handles the appeal today: a sheet follows the appeal to the next level, for who has the matter can
    say how it stands, and who handed it on cannot. After the reply or the end that is who handled it last; a sheet
    is never left without somebody who may answer it.
    """
    text = cleaned_text(text, "请写办得怎么样。")
    appeal, at = take(appeal, Verb.ANSWER_SHEET, actor, version), at or timezone.now()
    waiting = Supervision.objects.open().filter(appeal=appeal).order_by("at", "pk")
    found = waiting.filter(number=sheet).first() if sheet else waiting.first()
    if found is None:
        raise Conflict("这张督办单已经回复过，或者不是这一件的。", appeal)
    facts = {"sheet": found.number, "late": at > found.due_at}
    appeal = record(
        appeal, Verb.ANSWER_SHEET, stage=appeal.current, actor=actor, at=at, facts=facts,
        public=f"已回复督办单 {found.number}。", internal=text,
    )
    found.answered, found.answered_by, found.answered_at = last_line(appeal), actor, at
    found.save(update_fields=["answered", "answered_by", "answered_at"])
    return appeal
