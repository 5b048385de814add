from django.views.decorators.http import require_POST

from appeals.doors import act
from appeals.negotiation import services
from appeals.workflow import Verb


@require_POST
def transfer(request, pk):
    return act(request, pk, Verb.TRANSFER, services.transfer, "已转过去，那个支部会收到消息。")


@require_POST
def ask_return(request, pk):
    return act(request, pk, Verb.RETURN, services.ask_return, "退单申请已交市行业党委审核；审核以前，期限照算。")


@require_POST
def decide_return(request, pk):
    return act(request, pk, Verb.DECIDE_RETURN, services.decide_return, _said_of_return)


@require_POST
def assign(request, pk):
    return act(request, pk, Verb.ASSIGN, services.assign, "已指定。")


@require_POST
def reclassify(request, pk):
    return act(request, pk, Verb.RECLASSIFY, services.reclassify, "类别已改。")


@require_POST
def extend(request, pk):
    return act(request, pk, Verb.EXTEND, services.extend, "延期申请已交上一级审核；审核以前，期限照算。")


@require_POST
def decide_extension(request, pk):
    return act(request, pk, Verb.DECIDE_EXTENSION, services.decide_extension, _said_of_extension)


def _said_of_return(words):
    return "已同意退单，接手的会收到消息。" if words["granted"] else "没有同意退单，支部接着办，期限不变。"


def _said_of_extension(words):
    return "已同意延期，主播会收到消息。" if words["granted"] else "没有同意延期，期限不变。"
