from django.views.decorators.http import require_POST

from appeals.doors import act
from appeals.merging import services
from appeals.workflow import Verb


@require_POST
def merge(request, pk):
    return act(request, pk, Verb.MERGE, services.merge, "已并过去一起办。两边的主播各自收到答复、各自评价。")


@require_POST
def unmerge(request, pk):
    return act(request, pk, Verb.UNMERGE, services.unmerge, "已分开，各办各的，期限不变。")
