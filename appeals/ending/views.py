from django.views.decorators.http import require_POST

from appeals.doors import act
from appeals.ending import services
from appeals.workflow import Verb


@require_POST
def refer(request, pk):
    return act(request, pk, Verb.REFER, services.refer, "已转介办结，主播会看到去处，可以申请复查一次。")


@require_POST
def refuse(request, pk):
    return act(request, pk, Verb.REFUSE, services.refuse, "已按不予受理办结，主播会看到去处，可以申请复查一次。")


@require_POST
def review(request, pk):
    return act(request, pk, Verb.REVIEW, services.review, "已交市行业党委复查，有结果会告诉您。")
