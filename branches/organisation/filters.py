import django_filters
from django.utils import timezone

from branches.organisation.models import Enterprise
from branches.rules.services import rules_on

PLACES = (Enterprise.Kind.PARK, Enterprise.Kind.BASE)
SHOWN = (("", "全部"), ("firms", "企业"), ("places", "园区和基地"), ("todo", "待摸排"), ("unbuilt", "应建未建"))


class EnterpriseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", max_length=40)
    show = django_filters.ChoiceFilter(method="of_kind", choices=SHOWN[1:])

    class Meta:
        model = Enterprise
        fields = []

    def named(self, queryset, name, text):
        return queryset.search(text)

    def of_kind(self, queryset, name, shown):
        narrowed = {
            "firms": queryset.exclude(kind="").exclude(kind__in=PLACES), "places": queryset.filter(kind__in=PLACES),
            "todo": queryset.unlooked(), "unbuilt": _unbuilt(queryset),
        }
        return narrowed[shown]


def _unbuilt(queryset):
    today = timezone.localdate()
    return queryset.unbuilt(rules_on(today).number("BRANCH_FULL_MEMBERS"), today)
