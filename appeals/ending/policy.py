"""When a closed appeal may still be reviewed (design §4)."""

from datetime import timedelta

from django.utils import timezone

from appeals.waiting import open_work
from appeals.workflow import Outcome, Verb

REVIEW_WITHIN = 30  # days after the end
TOO_LATE = f"办结满 {REVIEW_WITHIN} 天，不能再申请复查。"


def refusal(verb, appeal):
    if verb in (Verb.REFER, Verb.REFUSE) and open_work(appeal).leads:
        return "有别的诉求并在这一件里一起办，先撤销并单，再办结。"
    if verb != Verb.REVIEW:
        return None
    if appeal.reviewed:
        return "已经复查过一次，不能再提。"
    if appeal.outcome == Outcome.WITHDRAWN:
        return "这件诉求是撤回的，没有可以复查的；需要时可以重新说一件。"
    return TOO_LATE if timezone.now() > appeal.closed_at + timedelta(days=REVIEW_WITHIN) else None
