from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response

from anchors.contacts import policy, services
from anchors.registry.api import AnchorCardOut
from anchors.registry.models import Anchor
from xinyu_portal.api_shapes import refusals

LARGEST_ID = 2**63 - 1


class AssignIn(serializers.Serializer):
    member = serializers.IntegerField(
        min_value=1, max_value=LARGEST_ID, help_text="党员的用户 id：主播所在支部的，能登录，不是主播本人。"
    )
    seen = serializers.IntegerField(
        required=False, min_value=0, max_value=LARGEST_ID,
        help_text="您看到的联系党员的用户 id，没有为 0；已经变了就答 409。不填就不比。",
    )


class AssignedOut(AnchorCardOut):
    warning = serializers.CharField(help_text=f"超过 {services.SOFT_LIMIT} 名时的一句提醒，否则为空。")


@extend_schema(
    tags=["主播"], summary="安排联系党员（支部、行业党委）", request=AssignIn,
    responses={200: AssignedOut, **refusals(400, 401, 403, 404, 409)},
)
@api_view(["POST"])
def assign(request, pk):
    anchor, data = get_object_or_404(Anchor.objects.visible_to(request.user), pk=pk), AssignIn(data=request.data)
    if not policy.may_assign(request.user, anchor):
        raise PermissionDenied
    data.is_valid(raise_exception=True)
    member = get_user_model().objects.filter(pk=data.validated_data["member"]).first()
    if member is None:
        raise ValidationError({"member": services.NOT_A_MEMBER})
    services.assign_contact(anchor, member=member, actor=request.user, seen=data.validated_data.get("seen"))
    fresh = Anchor.objects.for_list().prefetch_related("accounts").get(pk=pk)
    return Response({**AnchorCardOut(fresh).data, "warning": services.over_limit(member)})

