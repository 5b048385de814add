import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view, parser_classes
from rest_framework.generics import ListAPIView

from appeals.answering import services, templates
from appeals.answering.models import ReplyTemplate
from appeals.api_doors import TAG, WITH_FILES, act, verb
from appeals.api_shapes import FilesIn, VersionIn
from appeals.models import TEXT_LIMIT
from appeals.negotiation.api import DecideIn
from appeals.workflow import Status, Verb
from xinyu_portal.api_shapes import refusals


class ReleaseIn(VersionIn):
    text = serializers.CharField(help_text=f"答复的内容，不超过 {TEXT_LIMIT} 字。")
    files = FilesIn()


@verb("送审答复：先审后发的地方，由同一级的另一位审核", ReleaseIn)
@api_view(["POST"])
@parser_classes(WITH_FILES)
def release(request, pk):
    return act(Verb.RELEASE, services.release, ReleaseIn, request, pk)


@verb("审核答复：同意就以起草人的名义发给主播；不同意要写原因", DecideIn)
@api_view(["POST"])
def decide_release(request, pk):
    return act(Verb.DECIDE_RELEASE, services.decide_release, DecideIn, request, pk)


class TemplateOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    category = serializers.CharField(source="category_id", allow_null=True, help_text="哪一类；空为各类都可用。")
    status = serializers.ChoiceField(Status.choices, allow_blank=True, help_text="什么时候用；空为都可用。")


class TemplateFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", max_length=40, label="名称或内容里的字")
    category = django_filters.CharFilter(field_name="category", max_length=4, label="类别代码")

    def search(self, queryset, name, text):
        return queryset.filter(Q(title__contains=text) | Q(text__contains=text))


class TemplateList(ListAPIView):
    queryset = ReplyTemplate.objects.none()
    serializer_class = TemplateOut
    filterset_class = TemplateFilter
    keyset_order = "id"

    def get_queryset(self):
        return ReplyTemplate.objects.in_use()

    @extend_schema(
        tags=TAG, summary="在用的答复模板（给办理的人）",
        responses={200: TemplateOut(many=True), **refusals(400, 401, 403)},
    )
    def get(self, request):
        if not templates.may_read(request.user):
            raise PermissionDenied
        return self.list(request)
