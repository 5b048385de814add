from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import api_view
from rest_framework.response import Response

from accounts import codes, slip
from anchors.activation import services
from anchors.registry.models import Anchor
from xinyu_portal.api_shapes import refusals

LARGEST_ID = 2**63 - 1


class ActivationIn(serializers.Serializer):
    anchor = serializers.IntegerField(min_value=1, max_value=LARGEST_ID, help_text="主播的 id。")


class ActivationOut(serializers.Serializer):
    code = serializers.CharField(help_text="8 位，只出现这一次。")
    shown = serializers.CharField(help_text="同一个码，分成两段，给人看。")
    url = serializers.CharField(help_text="扫码打开的地址，码已经填好。")
    issued_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="到这时失效。")


@extend_schema(
    tags=["登录"], summary="给一位主播出激活码", request=ActivationIn,
    responses={201: ActivationOut, **refusals(400, 401, 403, 404, 409)},
    description="联系党员、所在支部的书记、副书记、组织委员和行业党委可以。新码一出，旧码作废。没有登记手机号是 409。",
)
@api_view(["POST"])
def activations(request):
    data = ActivationIn(data=request.data)
    data.is_valid(raise_exception=True)
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user), pk=data.validated_data["anchor"])
    row, code = services.issue(anchor, actor=request.user)
    told = {
        "code": code, "shown": codes.shown(code), "url": slip.address(request, code),
        "issued_at": row.issued_at, "expires_at": row.expires_at,
    }
    return Response(ActivationOut(told).data, status=status.HTTP_201_CREATED)
