import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Branch
from xinyu_portal.api_shapes import NamedOut, refusals


class AnchorOut(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField(source="user.name")
    stage_name = serializers.CharField()
    kind = serializers.ChoiceField(Anchor.Kind.choices)
    phone = serializers.CharField(source="user.phone_mask", help_text="打码，如 138****1234；没有则为空。")
    division = serializers.CharField(source="division.name", default=None, allow_null=True)
    branch = NamedOut(allow_null=True)
    enterprise = NamedOut(allow_null=True)
    contact = NamedOut(allow_null=True, help_text="联系党员。")
    enrolled_on = serializers.DateField()
    is_demo = serializers.BooleanField()


class AccountOut(serializers.Serializer):
    platform = serializers.ChoiceField(PlatformAccount.Platform.choices)
    nickname = serializers.CharField()
    followers_band = serializers.ChoiceField(PlatformAccount.Band.choices, help_text="自报的粉丝量级。")
    as_of = serializers.DateField()


class AnchorCardOut(AnchorOut):
    accounts = AccountOut(many=True)


class AnchorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", max_length=60, label="姓名、主播名、账号名里的字，或姓名首字母")
    kind = django_filters.ChoiceFilter(choices=Anchor.Kind.choices)
    branch = django_filters.ModelChoiceFilter(queryset=Branch.objects.all(), label="联系支部")

    def search(self, queryset, name, text):
        return queryset.search(text)


@extend_schema_view(
    get=extend_schema(
        tags=["主播"], summary="我能看到的主播", responses={200: AnchorOut(many=True), **refusals(400, 401)}
    )
)
class AnchorList(ListAPIView):
    queryset = Anchor.objects.none()
    serializer_class = AnchorOut
    filterset_class = AnchorFilter
    keyset_order = "id"

    def get_queryset(self):
        return Anchor.objects.visible_to(self.request.user).for_list()


@extend_schema(tags=["主播"], summary="一位主播", responses={200: AnchorCardOut, **refusals(401, 404)})
@api_view(["GET"])
def anchor_detail(request, pk):
    anchors = Anchor.objects.visible_to(request.user).for_list().prefetch_related("accounts")
    return Response(AnchorCardOut(get_object_or_404(anchors, pk=pk)).data)
