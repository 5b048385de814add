from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes

from appeals.api_doors import WITH_FILES, act, verb
from appeals.api_shapes import FilesIn, VersionIn
from appeals.dispatching import services
from appeals.models import TEXT_LIMIT
from appeals.workflow import Verb
from branches.organisation.models import Partner

_TEXT = f"不超过 {TEXT_LIMIT} 字。"
NO_UNIT = "没有这个单位。"


class DispatchIn(VersionIn):
    partner = serializers.PrimaryKeyRelatedField(
        queryset=Partner.objects.all(), help_text="协办单位的 id。",
        error_messages=dict.fromkeys(("does_not_exist", "incorrect_type"), NO_UNIT),
    )
    text = serializers.CharField(help_text=f"请他们办什么；协办单位看得到，不要写主播是谁。{_TEXT}")
    days = serializers.IntegerField(required=False, help_text="几个工作日内回复；超过党委自己的期限，就到那时为止。")
    due_at = serializers.DateTimeField(required=False, help_text="或者：最晚什么时候；不能晚于党委自己的期限。")


class DispatchReplyIn(serializers.Serializer):
    text = serializers.CharField(help_text=_TEXT)
    files = FilesIn()
    partner = serializers.IntegerField(required=False, help_text="在两个单位都任联络员的，写是哪一个。")
    version = serializers.IntegerField(required=False, help_text="可不填；填了，已经变了就答 409。")


@verb("派单：请协办单位办（市行业党委）", DispatchIn)
@api_view(["POST"])
def dispatch(request, pk):
    return act(Verb.DISPATCH, services.dispatch, DispatchIn, request, pk)


@verb("协办单位回复（联络员）", DispatchReplyIn)
@api_view(["POST"])
@parser_classes(WITH_FILES)
def dispatch_reply(request, pk):
    return act(Verb.DISPATCH_REPLY, services.dispatch_reply, DispatchReplyIn, request, pk)
