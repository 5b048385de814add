import django_filters
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from branches.reports import services
from branches.reports.figures import count_all
from branches.reports.models import Report
from xinyu_portal.api_shapes import NamedOut, refusals

TAG = ["月报"]


class FileIn(serializers.Serializer):
    version = serializers.IntegerField(help_text="您看到的版本；已经变了就答 409。")
    remark = serializers.CharField(
        default="", allow_blank=True, help_text=f"想说的话，不超过 {services.REMARK_LIMIT} 字。"
    )


class ReportOut(serializers.Serializer):
    id = serializers.IntegerField()
    branch = NamedOut()
    month = serializers.DateField(help_text="月份的第一天。")
    state = serializers.ChoiceField(Report.State.choices)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    filed_at = serializers.DateTimeField(allow_null=True)
    filed_by = NamedOut(allow_null=True)
    seen_at = serializers.DateTimeField(allow_null=True, help_text="行业党委看过的时间。")
    remark = serializers.CharField()
    version = serializers.IntegerField()


class FigureOut(serializers.Serializer):
    code = serializers.CharField()
    title = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)
    how = serializers.CharField(help_text="怎么算的。")


class ReportCardOut(ReportOut):
    figures = FigureOut(many=True, help_text="待上报时是现在数出来的，上报后定住。")


class ReportFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        field_name="branch__name", lookup_expr="icontains", max_length=60, label="党支部名称里的字"
    )
    state = django_filters.ChoiceFilter(choices=Report.State.choices)


@extend_schema_view(
    get=extend_schema(
        tags=TAG, summary="我能看到的支部月报，新的在前", responses={200: ReportOut(many=True), **refusals(400, 401)}
    )
)
class ReportList(ListAPIView):
    queryset = Report.objects.none()
    serializer_class = ReportOut
    filterset_class = ReportFilter
    keyset_order = "-month"

    def get_queryset(self):
        return Report.objects.visible_to(self.request.user).for_list()


@extend_schema(tags=TAG, summary="一份月报", responses={200: ReportCardOut, **refusals(401, 404)})
@api_view(["GET"])
def report_detail(request, pk):
    return _answer(_visible_or_404(request, pk))


@extend_schema(
    tags=TAG, summary="上报月报（支部书记、副书记）", request=FileIn,
    responses={200: ReportCardOut, **refusals(400, 401, 403, 404, 409)},
)
@api_view(["POST"])
def report_file(request, pk):
    report, data = _visible_or_404(request, pk), FileIn(data=request.data)
    data.is_valid(raise_exception=True)
    services.file(report, actor=request.user, **data.validated_data)
    return _answer(_visible_or_404(request, pk))


def _visible_or_404(request, pk):
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _answer(report):
    return Response({**ReportOut(report).data, "figures": FigureOut(_figures(report), many=True).data})


def _figures(report):
    if report.state == Report.State.FILED:
        return report.figures.all()
    counted = count_all([report.branch_id], report.month)[report.branch_id]
    return [
        {"code": kind.code, "title": kind.title, "unit": kind.unit, "how": kind.how, **figure._asdict()}
        for kind, figure in counted
    ]
