from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes

from appeals.api_doors import WITH_FILES, act, verb
from appeals.api_shapes import ReasonIn, SupplementIn, VersionIn
from appeals.models import TEXT_LIMIT
from appeals.pausing import services
from appeals.pausing.reasons import MOST_DAYS, SuspendReason
from appeals.workflow import Verb


class SuspendIn(VersionIn):
    reason = serializers.ChoiceField(SuspendReason.choices, error_messages={"invalid_choice": "请选一个原因。"})
    days = serializers.IntegerField(help_text=f"最多等几个工作日，1 到 {MOST_DAYS}。")
    text = serializers.CharField(help_text=f"写给主播的话，不超过 {TEXT_LIMIT} 字。")


@verb("挂起：期限停下，剩下的工作时间留着", SuspendIn)
@api_view(["POST"])
def suspend(request, pk):
    return act(Verb.SUSPEND, services.suspend, SuspendIn, request, pk)


@verb("恢复办理：剩下的时间从现在接着算", ReasonIn)
@api_view(["POST"])
def resume(request, pk):
    return act(Verb.RESUME, services.resume, ReasonIn, request, pk)


@verb("补充（主播）；挂起的随之恢复办理", SupplementIn)
@api_view(["POST"])
@parser_classes(WITH_FILES)
def supplement(request, pk):
    return act(Verb.SUPPLEMENT, services.supplement, SupplementIn, request, pk)
