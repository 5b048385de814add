"""When an appeal may be put aside (design §4)."""

from appeals.negotiation.models import Request
from appeals.pausing.reasons import MOST_DAYS_IN_ALL, MOST_TIMES
from appeals.waiting import open_work
from appeals.workflow import Verb


def refusal(verb, appeal):
    if verb != Verb.SUSPEND:
        return None
    if appeal.suspensions >= MOST_TIMES or appeal.suspended_days >= MOST_DAYS_IN_ALL:
        return f"一件诉求最多挂起 {MOST_TIMES} 次、{MOST_DAYS_IN_ALL} 个工作日。"
    waiting = open_work(appeal)
    if waiting.leads:
        return "有别的诉求并在这一件里一起办，先撤销并单，再挂起。"
    if any(waiting.asked_by(kind) is not None for kind in Request.Kind):
        return "有申请等审核，审过以后再挂起。"
    return None
