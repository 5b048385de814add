import django_filters
from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast

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
        branches, counties = _branches_and_counties()
        self.filters["branch"].extra["choices"] = [*branches, (NO_BRANCH, "还没有支部")]
        self.filters["division"].extra["choices"] = counties

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


def _branches_and_counties():
    """The choices of both filters, [(value, label)] each, in one statement: a work list has eight to spend.

    As text: the address of the page holds text, and 1 is not "1" to a list of choices.
    """
    branches = Branch.objects.order_by().annotate(key=Cast("id", CharField()), of=Value(1))
    counties = Division.objects.filter(kind__in=COUNTIES).order_by().annotate(of=Value(2))
    rows = list(branches.values_list("of", "key", "short_name").union(counties.values_list("of", "code", "name")))
    named = sorted((of, int(key), key, name) for of, key, name in rows)
    return tuple([(key, name) for of, _, key, name in named if of == wanted] for wanted in (1, 2))
