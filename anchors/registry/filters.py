import django_filters
from django.db.models import Exists, OuterRef

from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Branch, Division

NO_BRANCH = "none"
COUNTIES = ("county", "district")


class AnchorFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="named", max_length=40)
    branch = django_filters.ChoiceFilter(method="of_branch")
    division = django_filters.ChoiceFilter(field_name="division__code", lookup_expr="startswith")
    kind = django_filters.ChoiceFilter(choices=Anchor.Kind.choices)
    platform = django_filters.ChoiceFilter(method="on_platform", choices=PlatformAccount.Platform.choices)
    contact = django_filters.ChoiceFilter(method="linked", choices=[("none", "还没有联系党员")])

    class Meta:
        model = Anchor
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        branches = Branch.objects.order_by("id").values_list("id", "short_name")
        # As text: the address of the page holds text, and 1 is not "1" to a list of choices.
        self.filters["branch"].extra["choices"] = [
            *((str(pk), name) for pk, name in branches), (NO_BRANCH, "还没有支部"),
        ]
        counties = Division.objects.filter(kind__in=COUNTIES).values_list("code", "name")
        self.filters["division"].extra["choices"] = list(counties)

    def named(self, queryset, name, text):
        return queryset.search(text)

    def of_branch(self, queryset, name, value):
        return queryset.filter(branch=None if value == NO_BRANCH else value)

    def on_platform(self, queryset, name, platform):
        return queryset.filter(
            Exists(PlatformAccount.objects.filter(anchor=OuterRef("pk"), platform=platform))
        )

    def linked(self, queryset, name, value):
        return queryset.filter(contact=None)
