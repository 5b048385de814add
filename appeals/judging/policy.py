"""Whom the committee asks again after an answer (回访, domain.md §5.5), and when not."""

from django.utils import timezone

from appeals.models import Judgement
from appeals.waiting import open_work
from appeals.workflow import Outcome, Verb

TRIES = 3  # on different days; after the third unreached one it is 未联系上
UNANSWERED = (Outcome.WITHDRAWN, Outcome.NOT_ACCEPTED, Outcome.REFERRED)


def refusal(user, verb, appeal):
    """Return why nobody is asked now, or None. One statement for this verb alone; none where `current__judgements` are
    prefetched.
    """
    if verb != Verb.FOLLOW_UP:
        return None
    if appeal.anchor_id is None:
        return "匿名的不回访。"
    if appeal.replied_at is None or appeal.outcome in UNANSWERED:
        return "没有答复过的不回访。"
    said = appeal.current.judgements.all()
    tries = sorted((one for one in said if one.asked == Judgement.Asked.STAFF), key=lambda one: one.attempt)
    if any(one.answered for one in tries):
        return "已经回访到了，不用再打。"
    if len(tries) >= TRIES:
        return f"已经打过 {TRIES} 次都没联系上，不再回访。"
    if tries and timezone.localdate(tries[-1].at) == timezone.localdate():
        return "今天已经打过一次，请换一天再打。"
    return "答复是您写的，要由别人回访。" if open_work(appeal).answered_by == user.pk else None
