import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast

from branches.organisation.models import Division
from branches.stations.models import Facility, Station

COUNTIES = ("county", "district")


class StationFilter(django_filters.FilterSet):
    """What somebody who looks for a seat and a socket asks first."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", max_length=40)
    division = django_filters.ChoiceFilter(field_name="division__code", lookup_expr="startswith")
    facility = django_filters.ChoiceFilter(method="with_facility", choices=Facility.choices)
    anchor_area = django_filters.ChoiceFilter(field_name="in_anchor_area", choices=[("1", "主播集中区")])

    class Meta:
        model = Station
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        counties = Division.objects.filter(kind__in=COUNTIES).values_list("code", "name")
        self.filters["division"].extra["choices"] = list(counties)

    def with_facility(self, queryset, name, code):
        """Facilities are a JSON list of codes; SQLite cannot look into it, but both engines can read it as text."""
        return queryset.annotate(listed=Cast("facilities", TextField())).filter(listed__contains=f'"{code}"')
