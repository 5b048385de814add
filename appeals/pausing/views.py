from django.views.decorators.http import require_POST

from appeals.doors import act
from appeals.pausing import services
from appeals.workflow import Verb


@require_POST
def suspend(request, pk):
    return act(request, pk, Verb.SUSPEND, services.suspend, "已挂起，主播会收到消息；到时自动恢复办理。")


@require_POST
def resume(request, pk):
    return act(request, pk, Verb.RESUME, services.resume, "已恢复办理，剩下的时间从现在接着算。")


@require_POST
def supplement(request, pk):
    return act(request, pk, Verb.SUPPLEMENT, services.supplement, "已补充，办理的人会收到消息。")
