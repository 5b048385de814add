import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from notices import services
from notices.models import Notice
from xinyu_portal.api_shapes import refusals


class NoticeOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    url = serializers.CharField(help_text="网页上的去处，可能为空。")
    created_at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)


class NoticeFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", max_length=60, label="标题里的字")
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label="只看未读")


@extend_schema_view(
    get=extend_schema(
        tags=["消息"], summary="我的消息，新的在前", responses={200: NoticeOut(many=True), **refusals(400, 401)}
    )
)
class NoticeList(ListAPIView):
    queryset = Notice.objects.none()
    serializer_class = NoticeOut
    filterset_class = NoticeFilter
    keyset_order = "-created_at"

    def get_queryset(self):
        return Notice.objects.visible_to(self.request.user)


@extend_schema(tags=["消息"], summary="记为已读", request=None, responses={200: NoticeOut, **refusals(401, 404)})
@api_view(["POST"])
def notice_read(request, pk):
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    services.mark_read(notice, actor=request.user)
    notice.refresh_from_db()
    return Response(NoticeOut(notice).data)
