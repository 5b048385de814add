import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from accounts.models import Sex
from anchors.registry.filters import CONTACTS, NO_BRANCH, ON_ACCOUNT, on_account
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Branch, Division, Enterprise
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


class DeclarationOut(serializers.Serializer):
    followers_band = serializers.ChoiceField(PlatformAccount.Band.choices)
    as_of = serializers.DateField()


class AccountOut(serializers.Serializer):
    platform = serializers.ChoiceField(PlatformAccount.Platform.choices)
    nickname = serializers.CharField()
    public_id = serializers.CharField()
    genre = serializers.ChoiceField(PlatformAccount.Genre.choices, allow_blank=True, help_text="主要类别。")
    followers_band = serializers.ChoiceField(PlatformAccount.Band.choices, help_text="自报的粉丝量级。")
    as_of = serializers.DateField()
    declarations = DeclarationOut(many=True, help_text="历次自报，新的在前。")


class AnchorCardOut(AnchorOut):
    sex = serializers.ChoiceField(Sex.choices, source="user.sex", help_text="GB/T 2261.1。")
    since = serializers.DateField(allow_null=True, help_text="从业起始年月，当月 1 日。")
    accepts_contact = serializers.BooleanField(allow_null=True, help_text="愿意接受党员联系；空为没有问过。")
    wants_training = serializers.BooleanField()
    wants_farm_help = serializers.BooleanField()
    wants_volunteering = serializers.BooleanField()
    accounts = AccountOut(many=True)


class AnchorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", max_length=60, label="姓名、主播名、账号名里的字，或姓名首字母")
    kind = django_filters.ChoiceFilter(choices=Anchor.Kind.choices)
    branch = django_filters.ModelChoiceFilter(
        queryset=Branch.objects.all(), label="联系支部，none 为还没有", null_value=NO_BRANCH, null_label="还没有支部"
    )
    division = django_filters.ModelChoiceFilter(
        queryset=Division.objects.all(), method="within", label="县区或乡镇街道的代码"
    )
    enterprise = django_filters.ModelChoiceFilter(queryset=Enterprise.objects.all(), label="企业或园区")
    contact = django_filters.ChoiceFilter(choices=CONTACTS, method="linked", label="有没有联系党员")
    platform = django_filters.ChoiceFilter(choices=PlatformAccount.Platform.choices, method="later")
    genre = django_filters.ChoiceFilter(
        choices=PlatformAccount.Genre.choices, method="later", label="主要类别，与平台、量级说的是同一个账号"
    )
    band = django_filters.ChoiceFilter(choices=PlatformAccount.Band.choices, method="later", label="自报的粉丝量级")

    def filter_queryset(self, queryset):
        asked = self.form.cleaned_data
        return on_account(super().filter_queryset(queryset), **{name: asked.get(name) for name in ON_ACCOUNT})

    def search(self, queryset, name, text):
        return queryset.search(text)

    def within(self, queryset, name, division):
        return queryset.filter(division__code__startswith=division.code)

    def linked(self, queryset, name, value):
        return queryset.filter(contact__isnull=value == "none")

    def later(self, queryset, name, value):
        return queryset


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
    anchors = Anchor.objects.visible_to(request.user).for_list().prefetch_related("accounts__declarations")
    return Response(AnchorCardOut(get_object_or_404(anchors, pk=pk)).data)
