from django.contrib.auth import get_user_model
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.response import Response

from appeals.api_doors import TAG, answer, do, known_or_404
from appeals.api_shapes import AppealOut, VersionIn
from appeals.models import TEXT_LIMIT, Appeal
from appeals.recusal import services
from appeals.workflow import Verb
from branches.organisation.models import Branch
from xinyu_portal.api_shapes import refusals


class _Row(serializers.PrimaryKeyRelatedField):
    """The id of a row; what is not there is one sentence, whatever was sent."""

    def __init__(self, sentence, queryset, **kwargs):
        messages = dict.fromkeys(("does_not_exist", "incorrect_type"), sentence)
        super().__init__(
            queryset=queryset, required=False, allow_null=True, default=None, error_messages=messages, **kwargs
        )


class RecuseIn(VersionIn):
    person = _Row("没有这个人。", get_user_model().objects.all(), help_text="用户的 id；和 branch 只填一个。")
    branch = _Row("没有这个支部。", Branch.objects.all(), help_text="支部的 id：现在和以后任职的每个人。")
    text = serializers.CharField(help_text=f"为什么，只给办理的人看，不超过 {TEXT_LIMIT} 字。")


@extend_schema(
    tags=TAG, summary="设回避：这个人或这个支部从此看不到，不能撤销", request=RecuseIn,
    responses={200: AppealOut, 204: None, **refusals(400, 401, 403, 404, 409)},
    description="让自己回避的，自己也看不到了：答 204。",
)
@api_view(["POST"])
def recuse(request, pk):
    do(known_or_404(request, pk), Verb.RECUSE, services.recuse, RecuseIn(data=request.data), request.user)
    if not Appeal.objects.visible_to(request.user).filter(pk=pk).exists():
        return Response(status=status.HTTP_204_NO_CONTENT)
    return answer(request, pk)
