import django_filters
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from branches.organisation.models import Branch, Partner, Post, Role
from branches.organisation.policy import hats
from xinyu_portal.api_shapes import NamedOut, refusals


class DivisionOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class BranchOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    short_name = serializers.CharField()
    form = serializers.ChoiceField(Branch.Form.choices, help_text="组建方式。")
    division = DivisionOut(allow_null=True)
    established_on = serializers.DateField()
    is_demo = serializers.BooleanField(help_text="演示数据。")


class PostOut(serializers.Serializer):
    """An office of today; exactly one of the four units is set."""

    role = serializers.ChoiceField(Role.choices)
    title = serializers.CharField()
    committee = NamedOut(allow_null=True)
    branch = NamedOut(allow_null=True)
    partner = NamedOut(allow_null=True)
    station = NamedOut(allow_null=True)
    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="含当日；空为在任。")


class MeOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    username = serializers.CharField()
    posts = PostOut(many=True)


class PartnerOut(NamedOut):
    kind = serializers.CharField(help_text="如协会、银行、部门。")
    is_demo = serializers.BooleanField(help_text="演示数据。")


class BranchFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=60, label="名称里的字")


@extend_schema(tags=["本人"], summary="我是谁，现任什么职务", responses={200: MeOut, **refusals(401)})
@api_view(["GET"])
def me(request):
    user = request.user
    posts = Post.objects.current().filter(user=user).select_related("committee", "branch", "partner", "station")
    own = {"id": user.pk, "name": user.name, "username": user.username, "posts": posts.order_by("since", "id")}
    return Response(MeOut(own).data)


@extend_schema_view(
    get=extend_schema(tags=["组织"], summary="党支部", responses={200: BranchOut(many=True), **refusals(400, 401)})
)
class BranchList(ListAPIView):
    queryset = Branch.objects.none()
    serializer_class = BranchOut
    filterset_class = BranchFilter
    keyset_order = "id"

    def get_queryset(self):
        return _branches(self.request.user)


@extend_schema(tags=["组织"], summary="一个党支部", responses={200: BranchOut, **refusals(401, 404)})
@api_view(["GET"])
def branch_detail(request, pk):
    return Response(BranchOut(get_object_or_404(_branches(request.user), pk=pk)).data)


@extend_schema_view(
    get=extend_schema(
        tags=["组织"], summary="协办单位（市行业党委派单用）",
        responses={200: PartnerOut(many=True), **refusals(400, 401, 403)},
    )
)
class PartnerList(ListAPIView):
    """The units to which the committee can dispatch."""

    queryset = Partner.objects.none()
    serializer_class = PartnerOut
    keyset_order = "id"

    def get_queryset(self):
        if not hats(self.request.user).handles_for_committee:
            raise PermissionDenied
        return Partner.objects.all()


def _branches(user):
    return Branch.objects.select_related("division")
