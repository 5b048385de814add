import django_filters
from django.db.models import Q
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.generics import ListAPIView

from branches.stations.models import Facility, Station
from xinyu_portal.api_shapes import NamedOut, refusals


class StationOut(serializers.Serializer):
    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(Station.Kind.choices)
    host = serializers.CharField(help_text="依托单位。")
    in_anchor_area = serializers.BooleanField(help_text="在主播集中区。")
    division = serializers.CharField(source="division.name")
    address = serializers.CharField()
    area = serializers.IntegerField(allow_null=True, help_text="平方米。")
    seats = serializers.IntegerField(allow_null=True)
    hours = serializers.CharField()
    facilities = serializers.ListField(child=serializers.ChoiceField(Facility.choices))
    branch = NamedOut(allow_null=True)
    status = serializers.ChoiceField(Station.Status.choices)
    note = serializers.CharField()
    is_demo = serializers.BooleanField()


class StationFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", max_length=60, label="名称、编号、地址里的字")
    status = django_filters.ChoiceFilter(choices=Station.Status.choices)
    in_anchor_area = django_filters.BooleanFilter()

    def search(self, queryset, name, text):
        return queryset.filter(Q(name__icontains=text) | Q(code__icontains=text) | Q(address__icontains=text))


@extend_schema_view(
    get=extend_schema(tags=["组织"], summary="暖新驿站", responses={200: StationOut(many=True), **refusals(400, 401)})
)
class StationList(ListAPIView):
    """Stations are open to everybody, so everybody who is logged in sees all of them."""

    queryset = Station.objects.select_related("division", "branch")
    serializer_class = StationOut
    filterset_class = StationFilter
    keyset_order = "code"
