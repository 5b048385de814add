from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from branches.reports import periods, policy, reading, rollup, services
from branches.reports.filters import ReportFilter
from branches.reports.forms import RollUpForm
from branches.reports.models import Report
from xinyu_portal.api_shapes import NamedOut, refusals
from xinyu_portal.typed import REASON_LIMIT

TAG = ["报表"]


class FileIn(serializers.Serializer):
    remarks = serializers.CharField(default="", allow_blank=True, help_text=f"想说的话，不超过 {services.LIMIT} 字。")
    version = serializers.IntegerField(default=None, help_text="您看到的版本，可以不填；填了而它已经变了就答 409。")


class ReportReturnIn(serializers.Serializer):
    reason = serializers.CharField(help_text=f"退回的理由，2 到 {REASON_LIMIT} 字。")


class ReportOut(serializers.Serializer):
    id = serializers.IntegerField()
    branch = NamedOut()
    form = serializers.ChoiceField(periods.Form.choices)
    period = serializers.CharField(help_text="2026-10、2026-Q4、2026-H2、2026；专项报告是那一天，2026-10-12。")
    title = serializers.CharField(source="__str__")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="含当日。")
    state = serializers.ChoiceField(Report.State.choices)
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    filed_at = serializers.DateTimeField(allow_null=True)
    filed_by = NamedOut(allow_null=True)
    accepted_at = serializers.DateTimeField(allow_null=True)
    accepted_by = NamedOut(allow_null=True)
    returned_at = serializers.DateTimeField(allow_null=True, help_text="上一次退回。")
    reason = serializers.CharField(help_text="上一次退回的理由。")
    remarks = serializers.CharField()
    version = serializers.IntegerField()


class FigureOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    group = serializers.CharField()
    unit = serializers.CharField()
    value = serializers.IntegerField(allow_null=True, help_text="0 是数出来的 0；空是没有数据。")
    numerator = serializers.IntegerField(allow_null=True, help_text="有分母时等于数值，没有分母时为空。")
    denominator = serializers.IntegerField(allow_null=True)
    how = serializers.CharField(help_text="怎么算的。")
    records = serializers.SerializerMethodField(help_text="计入的记录的地址，没有计入的为空字符串。")

    def get_records(self, row) -> str:
        if not row.has_records:
            return ""
        address = reverse("api:report-records", args=[self.context["report"].pk, row.code])
        return self.context["request"].build_absolute_uri(address)


class RecordOut(serializers.Serializer):
    id = serializers.IntegerField()
    title = serializers.CharField()
    note = serializers.CharField()
    url = serializers.CharField(help_text="看这条记录的网页。")
    changed = serializers.BooleanField(help_text="上报以后改过。")
    numerator = serializers.BooleanField(allow_null=True, help_text="算进分子；不按记录分的数字为空。")


class ReportCardOut(ReportOut):
    figures = FigureOut(many=True, help_text="待上报或退回时是现在数出来的，上报后定住。")


@extend_schema_view(
    get=extend_schema(
        tags=TAG, summary="我能看到的支部报表，新的在前，不带数字",
        responses={200: ReportOut(many=True), **refusals(400, 401)},
    )
)
class ReportList(ListAPIView):
    queryset = Report.objects.none()
    serializer_class = ReportOut
    filterset_class = ReportFilter
    keyset_order = "-ends_on"

    def get_queryset(self):
        return Report.objects.visible_to(self.request.user).for_list()


@extend_schema(tags=TAG, summary="一份报表", responses={200: ReportCardOut, **refusals(401, 404)})
@api_view(["GET"])
def report_detail(request, pk):
    return _answer(request, pk)


@extend_schema_view(
    get=extend_schema(
        tags=TAG, summary="一个数字计入的记录，限您能看的", responses={200: RecordOut(many=True), **refusals(401, 404)}
    )
)
class RecordList(ListAPIView):
    queryset = Report.objects.none()
    serializer_class = RecordOut
    filterset_class = None
    keyset_order = "-id"

    def get_queryset(self):
        self.row = reading.row_of(_visible_or_404(self.request, self.kwargs["pk"]), self.kwargs["code"])
        if self.row is None or self.row.kind is None:
            raise Http404
        return self.row.kind.rows(self.request.user, self.row.ids)

    def get_serializer(self, rows, **more):
        return RecordOut(reading.records(self.row, rows), **more)


@extend_schema(
    tags=TAG, summary="上报（支部书记、副书记）", request=FileIn,
    responses={200: ReportCardOut, **refusals(400, 401, 403, 404, 409)},
)
@api_view(["POST"])
def report_file(request, pk):
    return _act(request, pk, FileIn, services.file)


@extend_schema(
    tags=TAG, summary="通过（行业党委）", request=None, responses={200: ReportCardOut, **refusals(401, 403, 404, 409)}
)
@api_view(["POST"])
def report_accept(request, pk):
    services.accept(_visible_or_404(request, pk), actor=request.user)
    return _answer(request, pk)


@extend_schema(
    tags=TAG, summary="退回（行业党委），数字重新数，直到再报", request=ReportReturnIn,
    responses={200: ReportCardOut, **refusals(400, 401, 403, 404, 409)},
)
@api_view(["POST"])
def report_return(request, pk):
    return _act(request, pk, ReportReturnIn, services.give_back)


class ColumnOut(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(source="title")
    group = serializers.CharField()
    unit = serializers.CharField()
    how = serializers.CharField()


class SumOut(serializers.Serializer):
    code = serializers.CharField()
    value = serializers.IntegerField(allow_null=True)
    numerator = serializers.IntegerField(allow_null=True)
    denominator = serializers.IntegerField(allow_null=True)


class EarlierOut(serializers.Serializer):
    period = serializers.CharField()
    figures = SumOut(many=True)


class BranchRowOut(serializers.Serializer):
    branch = NamedOut()
    report = serializers.IntegerField(allow_null=True, help_text="报表的编号；没有这一期的为空。")
    state = serializers.CharField(allow_blank=True, help_text="open、filed、returned、accepted；没有这一期的为空。")
    figures = SumOut(many=True, help_text="没有上报的为空列表。")
    earlier = EarlierOut(many=True, help_text="这个支部自己以前各期，从远到近。")


class RollUpOut(serializers.Serializer):
    form = serializers.ChoiceField([(form.value, form.label) for form in periods.PERIODIC])
    period = serializers.CharField()
    columns = ColumnOut(many=True)
    totals = SumOut(many=True)
    branches = BranchRowOut(many=True, help_text="按成立先后，不排名。")


@extend_schema(
    tags=TAG, summary="全部支部一期的汇总（行业党委），每个支部只和自己以前比",
    parameters=[
        OpenApiParameter("form", enum=[form.value for form in periods.PERIODIC], description="不填是 month。"),
        OpenApiParameter("period", description="2026-10、2026-Q4、2026-H2、2026；不填是刚结束的那一期。"),
    ],
    responses={200: RollUpOut, **refusals(400, 401, 403)},
)
@api_view(["GET"])
def report_rollup(request):
    if not policy.may(request.user, "roll_up"):
        raise PermissionDenied
    asked = RollUpForm(request.query_params)
    if not asked.is_valid():
        raise serializers.ValidationError(asked.errors)
    period = asked.cleaned_data["period"]
    rolled = rollup.read(period, rollup.branches_of(period), rollup.columns_of(period))
    totals = {column.code: rolled.total(column.code) for column in rolled.columns}
    return Response({
        "form": period.form.value, "period": period.code, "columns": ColumnOut(rolled.columns, many=True).data,
        "totals": _sums(totals), "branches": [_branch_row(row, period) for row in rolled.rows],
    })


def _branch_row(row, period):
    earlier = sorted((one for one in row.figures if one != period), key=lambda one: one.first)
    return {
        "branch": NamedOut(row.branch).data, "report": row.report and row.report.pk,
        "state": row.report.state if row.report else "", "figures": _sums(row.figures.get(period, {})),
        "earlier": [{"period": one.code, "figures": _sums(row.figures[one])} for one in earlier],
    }


def _sums(figures):
    """Written by hand: a serializer takes seconds for the figures of 300 branches and twelve months."""
    return [
        {"code": code, "value": figure.value, "numerator": figure.numerator, "denominator": figure.denominator}
        for code, figure in figures.items() if figure is not None
    ]


def _act(request, pk, shape, service):
    report, data = _visible_or_404(request, pk), shape(data=request.data)
    data.is_valid(raise_exception=True)
    service(report, actor=request.user, **data.validated_data)
    return _answer(request, pk)


def _visible_or_404(request, pk):
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _answer(request, pk):
    report = _visible_or_404(request, pk)
    figures = FigureOut(reading.rows_of(report), many=True, context={"request": request, "report": report})
    return Response({**ReportOut(report).data, "figures": figures.data})
