"""回访: the committee asks the anchor again after an answer. Raises as `appeals.services`."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals.acting import record, take
from appeals.models import Judgement
from appeals.workflow import SAID_BY_ANCHOR, UNHAPPY, Verb
from xinyu_portal.typed import cleaned_text

REASON_LIMIT = 500


@transaction.atomic
def follow_up(
    appeal, *, actor, reached, contacted=None, outcome="", rating=None, reason="", version=None, at=None,
):
    """One try, the next of three: not `reached`, or the three answers, as in `appeals.services.confirm`.

    Status and outcome stay what they are: they are what the anchor said by themselves, or that nobody said anything.
    """
    said = _cleaned(reached, contacted, outcome, rating, reason)
    appeal, at = take(appeal, Verb.FOLLOW_UP, actor, version), at or timezone.now()
    before = Judgement.objects.filter(stage=appeal.current_id, asked=Judgement.Asked.STAFF).count()
    one = Judgement.objects.create(
        appeal=appeal, stage=appeal.current, asked=Judgement.Asked.STAFF, attempt=before + 1, by=actor, at=at, **said
    )
    facts = {"attempt": one.attempt, "reached": reached}
    if reached:
        facts |= {"outcome": str(outcome), "rating": rating, "contacted": contacted}
    return record(
        appeal, Verb.FOLLOW_UP, stage=appeal.current, actor=actor, at=at, facts=facts, public=said.get("reason", "")
    )


def _cleaned(reached, contacted, outcome, rating, reason):
    """The columns of the judgement; of who was not reached nothing is noted."""
    if not reached:
        return {"answered": False}
    wrong = {}
    if contacted is None:
        wrong["contacted"] = "请选联系过没有。"
    if outcome not in SAID_BY_ANCHOR:
        wrong["outcome"] = "请选事情解决了没有。"
    if rating not in range(1, 6):
        wrong["rating"] = "请选满意不满意。"
    if wrong:
        raise ValidationError(wrong)
    reason = cleaned_text(reason, optional=True, field="reason", limit=REASON_LIMIT)
    if rating <= UNHAPPY and not reason:
        raise ValidationError({"reason": "不满意的话，请写一句原因。"})
    return {"answered": True, "contacted": contacted, "outcome": outcome, "rating": rating, "reason": reason}
