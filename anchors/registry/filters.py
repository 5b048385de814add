"""What narrows the registry: one form for the list, the export and whatever is done to many at once."""

from dataclasses import dataclass
from functools import cached_property

import django_filters
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast

from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Branch, Division, Enterprise

NO_BRANCH = "none"
CONTACTS = [("none", "还没有联系党员"), ("has", "有联系党员")]
COUNTY, TOWNSHIP = 6, 9  # digits of a division's code
ON_ACCOUNT = ("platform", "genre", "band")


def on_account(queryset, *, platform="", genre="", band=""):
    """Anchors of whom one account is all of this."""
    asked = {"platform": platform, "genre": genre, "followers_band": band}
    asked = {column: value for column, value in asked.items() if value}
    if not asked:
        return queryset
    return queryset.filter(Exists(PlatformAccount.objects.filter(anchor=OuterRef("pk"), **asked)))


class AnchorFilter(django_filters.FilterSet):
    """For people: what cannot be read is left aside. A township of another county than the chosen one is, too."""

    q = django_filters.CharFilter(method="named", max_length=40, label="找")
    branch = django_filters.ChoiceFilter(method="of_branch", label="支部")
    division = django_filters.ChoiceFilter(method="later", label="县区")
    township = django_filters.ChoiceFilter(method="later", label="乡镇街道")
    kind = django_filters.ChoiceFilter(choices=Anchor.Kind.choices, label="从业类型")
    contact = django_filters.ChoiceFilter(method="linked", choices=CONTACTS, label="联系党员")
    platform = django_filters.ChoiceFilter(method="later", choices=PlatformAccount.Platform.choices, label="平台")
    genre = django_filters.ChoiceFilter(method="later", choices=PlatformAccount.Genre.choices, label="主要类别")
    band = django_filters.ChoiceFilter(method="later", choices=PlatformAccount.Band.choices, label="粉丝量级")
    enterprise = django_filters.ChoiceFilter(field_name="enterprise_id", label="企业园区")

    class Meta:
        model = Anchor
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = _choices(self.data.get("enterprise", ""))
        county = self.data.get("division", "")
        if county not in dict(known["county"]):
            county = ""
        self.townships = [place for place in known["township"] if place[0].startswith(county)]
        self.filters["branch"].extra["choices"] = [*known["branch"], (NO_BRANCH, "还没有支部")]
        self.filters["division"].extra["choices"] = known["county"]
        self.filters["township"].extra["choices"] = self.townships
        self.filters["enterprise"].extra["choices"] = known["enterprise"]

    def filter_queryset(self, queryset):
        queryset, asked = super().filter_queryset(queryset), self.form.cleaned_data
        place = asked.get("township") or asked.get("division")
        if place:
            queryset = queryset.filter(division__code__startswith=place)
        return on_account(queryset, **{name: asked.get(name) for name in ON_ACCOUNT})

    def named(self, queryset, name, text):
        return queryset.search(text)

    def of_branch(self, queryset, name, value):
        return queryset.filter(branch=None if value == NO_BRANCH else value)

    def linked(self, queryset, name, value):
        return queryset.filter(contact__isnull=value == "none")

    def later(self, queryset, name, value):
        return queryset


def _choices(enterprise):
    """`{branch, county, township, enterprise: [(key, name), …]}` in one statement.

    Of the enterprises those that somebody has looked at, and the one that was asked for: a workbook may name
    thousands. Keys are text, as the address of the page is: 1 is not "1" to a list of choices.
    """
    asked = Q(pk=enterprise) if enterprise.isascii() and enterprise.isdigit() and len(enterprise) < 18 else Q(pk=None)
    rows = _of("branch", Branch.objects.all(), "short_name").union(
        _of("division", Division.objects.exclude(kind="city"), "name"),
        _of("enterprise", Enterprise.objects.filter(~Q(kind="") | asked), "name"), all=True,
    )
    known = {"branch": [], "county": [], "township": [], "enterprise": []}
    for what, key, name in rows:
        if what == "division":
            what = "county" if len(key) == COUNTY else "township"
        known[what].append((key, name))
    known["branch"].sort(key=lambda choice: int(choice[0]))
    known["enterprise"].sort(key=lambda choice: choice[1])
    for what in ("county", "township"):
        known[what].sort()
    return known


def _of(what, queryset, name):
    text = CharField()
    rows = queryset.order_by().annotate(
        of=Value(what, output_field=text), key=Cast("pk", text), called=Cast(name, text)
    )
    return rows.values_list("of", "key", "called")


@dataclass(frozen=True)
class Chip:
    """One condition in force: what it is, what it says, and the query of the same list without it."""

    label: str
    text: str
    without: str


class Narrowing:
    """What somebody narrowed the registry to: `rows` they may see, and how to say it to people and in the records."""

    def __init__(self, user, params):
        self.params = params
        self.filter = AnchorFilter(params, queryset=Anchor.objects.visible_to(user))

    @property
    def form(self):
        return self.filter.form

    @property
    def rows(self):
        return self.filter.qs

    @property
    def is_clear(self):
        """Whether everything that was asked could be read; if not, `rows` are more than was meant."""
        return self.filter.is_valid()

    @cached_property
    def asked(self):
        """`{name: value}` of the conditions in force."""
        self.filter.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @cached_property
    def chips(self):
        return [Chip(self._label(name), self._said(name, value), self._query(name)) for name, value in
                self.asked.items()]

    @property
    def words(self):
        """“县区：渝水区；平台：抖音”, or 全部."""
        return "；".join(f"{chip.label}：{chip.text}" for chip in self.chips) or "全部"

    @property
    def query(self):
        return self._query(None)

    @property
    def is_detailed(self):
        """Whether something beyond the first line of the form is asked."""
        return bool(set(self.asked) - {"q", "branch", "division", "township"})

    @property
    def townships(self):
        """`[(county, [(code, name), …]), …]` for the select."""
        counties = dict(self.filter.filters["division"].extra["choices"])
        grouped = {}
        for code, name in self.filter.townships:
            grouped.setdefault(counties.get(code[:COUNTY], ""), []).append((code, name))
        return list(grouped.items())

    def _label(self, name):
        return self.filter.filters[name].label

    def _said(self, name, value):
        return dict(self.filter.filters[name].extra.get("choices", ())).get(value, value)

    def _query(self, left_out):
        """The conditions in force but one, as the query of an address."""
        query = self.params.copy()
        query.clear()
        query.update({name: value for name, value in self.asked.items() if name != left_out})
        return query.urlencode()
