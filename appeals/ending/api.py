from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import ReasonIn, VersionIn
from appeals.ending import services
from appeals.ending.guidance import NotHere
from appeals.models import TEXT_LIMIT
from appeals.workflow import Verb


class NotHereIn(VersionIn):
    reason = serializers.ChoiceField(NotHere.choices, error_messages={"invalid_choice": "请选一个原因。"})
    text = serializers.CharField(help_text=f"写给主播的话，不超过 {TEXT_LIMIT} 字。")


@verb("转介：说明为什么、去哪里办，办结", NotHereIn)
@api_view(["POST"])
def refer(request, pk):
    return act(Verb.REFER, services.refer, NotHereIn, request, pk)


@verb("不予受理：说明为什么、去哪里办，办结", NotHereIn)
@api_view(["POST"])
def refuse(request, pk):
    return act(Verb.REFUSE, services.refuse, NotHereIn, request, pk)


@verb("申请复查（主播，一次，办结 30 天内）", ReasonIn)
@api_view(["POST"])
def review(request, pk):
    return act(Verb.REVIEW, services.review, ReasonIn, request, pk)
