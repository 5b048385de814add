from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import VersionIn
from appeals.publishing import services
from appeals.workflow import Verb


class ConsentIn(VersionIn):
    granted = serializers.BooleanField(help_text="同意公开；false 收回，马上撤下。")


class PublishIn(VersionIn):
    title = serializers.CharField(default="", allow_blank=True, help_text="不超过 60 字。")
    question = serializers.CharField(default="", allow_blank=True, help_text="不超过 600 字，去掉姓名。")
    answer = serializers.CharField(default="", allow_blank=True, help_text="不超过 1200 字，重新写。")
    withdraw = serializers.BooleanField(default=False, help_text="撤下。")


@verb("同意公开或收回（主播）", ConsentIn)
@api_view(["POST"])
def consent(request, pk):
    return act(Verb.CONSENT, services.consent, ConsentIn, request, pk)


@verb("公开去掉姓名的答复，或撤下（市行业党委，要主播同意）", PublishIn)
@api_view(["POST"])
def publish(request, pk):
    return act(Verb.PUBLISH, services.publish, PublishIn, request, pk)
