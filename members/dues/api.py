from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.response import Response

from members.dues.forms import QuoteForm
from members.dues.quoting import Kind, quote
from xinyu_portal.api_shapes import refusals


class QuoteOut(serializers.Serializer):
    rate = serializers.CharField(help_text="百分之几，如 1.5。")
    amount = serializers.DecimalField(max_digits=12, decimal_places=2, help_text="元，两位小数。")


@extend_schema(
    tags=["党员"], summary="党费计算（不保存）", responses={200: QuoteOut, **refusals(400, 401)},
    parameters=[
        OpenApiParameter("base", OpenApiTypes.DECIMAL, required=True, description="每月党费基数，元。"),
        OpenApiParameter("kind", OpenApiTypes.STR, enum=Kind.values, description="不写按工资或经营收入。"),
    ],
)
@api_view(["GET"])
def dues_quote(request):
    form = QuoteForm(request.GET)
    if not form.is_valid():
        raise serializers.ValidationError(form.errors)
    found = quote(form.cleaned_data["base"], form.cleaned_data["kind"])
    return Response(QuoteOut({"rate": f"{found.step.value.normalize():f}", "amount": found.amount}).data)
