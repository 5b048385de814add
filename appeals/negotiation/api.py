from django.contrib.auth import get_user_model
from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import RowIn, VersionIn
from appeals.models import TEXT_LIMIT, Category
from appeals.negotiation import services
from appeals.negotiation.models import ReturnReason
from appeals.negotiation.services import NOT_HERE
from appeals.workflow import Verb
from branches.organisation.models import Branch

_TEXT = f"不超过 {TEXT_LIMIT} 字。"


class TextIn(VersionIn):
    text = serializers.CharField(default="", allow_blank=True, help_text=_TEXT)


class TransferIn(VersionIn):
    branch = RowIn("没有这个支部。", queryset=Branch.objects.all(), help_text="支部的 id。")
    text = serializers.CharField(help_text=_TEXT)


class ReturnIn(VersionIn):
    reason = serializers.ChoiceField(ReturnReason.choices, error_messages={"invalid_choice": "请选一个原因。"})
    text = serializers.CharField(help_text=f"依据，{_TEXT}")


class DecideReturnIn(TextIn):
    granted = serializers.BooleanField()
    branch = RowIn("没有这个支部。", queryset=Branch.objects.all(), required=False, allow_null=True, default=None)


class AssignAppealIn(TextIn):
    holder = RowIn(
        NOT_HERE, queryset=get_user_model().objects.all(), required=False, allow_null=True, default=None,
        help_text="办理人的用户 id。",
    )
    branch = RowIn("没有这个支部。", queryset=Branch.objects.all(), required=False, allow_null=True, default=None)


class ReclassifyIn(TextIn):
    category = RowIn("没有这个类别。", queryset=Category.objects.select_related("parent"))


class ExtendIn(VersionIn):
    days = serializers.IntegerField(help_text="延几个工作日，1 到 5。")
    text = serializers.CharField(help_text=f"为什么，{_TEXT}")
    plan = serializers.CharField(help_text=f"接下来怎么办，{_TEXT}")


class DecideIn(TextIn):
    granted = serializers.BooleanField()


@verb("转单：转给别的支部，期限不变", TransferIn)
@api_view(["POST"])
def transfer(request, pk):
    return act(Verb.TRANSFER, services.transfer, TransferIn, request, pk)


@verb("退单：说明不归本支部办，由市行业党委审核", ReturnIn)
@api_view(["POST"])
def ask_return(request, pk):
    return act(Verb.RETURN, services.ask_return, ReturnIn, request, pk)


@verb("审核退单（市行业党委）", DecideReturnIn)
@api_view(["POST"])
def decide_return(request, pk):
    return act(Verb.DECIDE_RETURN, services.decide_return, DecideReturnIn, request, pk)


@verb("指定承办人；退过两次单的，最终指定支部", AssignAppealIn)
@api_view(["POST"])
def assign(request, pk):
    return act(Verb.ASSIGN, services.assign, AssignAppealIn, request, pk)


@verb("改类别", ReclassifyIn)
@api_view(["POST"])
def reclassify(request, pk):
    return act(Verb.RECLASSIFY, services.reclassify, ReclassifyIn, request, pk)


@verb("申请延期", ExtendIn)
@api_view(["POST"])
def extend(request, pk):
    return act(Verb.EXTEND, services.extend, ExtendIn, request, pk)


@verb("审核延期（上一级）", DecideIn)
@api_view(["POST"])
def decide_extension(request, pk):
    return act(Verb.DECIDE_EXTENSION, services.decide_extension, DecideIn, request, pk)
