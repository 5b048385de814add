from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response

from appeals.periods import period_of
from appeals.reckoning import figures
from branches.organisation.policy import hats
from xinyu_portal.api_shapes import refusals


class StatisticOut(serializers.Serializer):
    label = serializers.CharField(source="share.label")
    numerator = serializers.IntegerField(source="n")
    denominator = serializers.IntegerField(source="of")
    percent = serializers.CharField(allow_null=True, help_text="一位小数；不足 5 件为空。")
    how = serializers.CharField(source="share.how", help_text="怎么算的。")


class TimeOut(serializers.Serializer):
    label = serializers.CharField(source="speed.label")
    value = serializers.CharField(allow_null=True, help_text="一位小数；不足 5 件为空。")
    unit = serializers.CharField(source="speed.unit")
    counted = serializers.IntegerField(source="n", help_text="按几件算的。")
    how = serializers.CharField(source="speed.how", help_text="怎么算的。")


class StatisticsOut(serializers.Serializer):
    period = serializers.CharField()
    results = StatisticOut(many=True)
    times = TimeOut(many=True)


@extend_schema(
    tags=["诉求"], summary="统计（市行业党委全市的，支部自己的）", responses={200: StatisticsOut, **refusals(401, 403)},
    parameters=[OpenApiParameter("period", OpenApiTypes.STR, description="30d、2026-11、2026-Q4 或 2026。")],
)
@api_view(["GET"])
def statistics(request):
    worn, now = hats(request.user), timezone.now()
    if not (worn.handles_for_committee or worn.handles_for_branches):
        raise PermissionDenied
    period = period_of(request.GET.get("period"), now)
    seen = figures.seen_by(request.user, figures.branch_of(request.user, request.GET.get("branch")))
    found = figures.figures(seen, period, None, now)
    times = figures.times(seen, period, now)
    return Response(StatisticsOut({"period": period.key, "results": found, "times": times}).data)
