"""All branches' figures of one period, each branch against its own earlier ones. Nothing here compares branches.

Only frozen figures are read, so a roll-up says what was filed; four statements for one, whatever it holds.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Max, Sum

from branches.organisation.models import Branch
from branches.reports.figures import Figure, kinds_of
from branches.reports.models import Report, ReportFigure
from branches.reports.periods import Period

BACK = 11  # periods before the present one: a year of months
RETIRED = "以前的项目"


@dataclass(frozen=True)
class Column:
    code: str
    title: str
    unit: str
    how: str
    group: str
    of_many: bool


@dataclass
class BranchRow:
    """One branch: its report of the period, or None, and `{Period: {code: Figure}}` of that period and earlier ones."""

    branch: Branch
    report: Report | None = None
    figures: dict = field(default_factory=lambda: defaultdict(dict))

    def figure(self, period, code):
        """The Figure of a period, or None where nothing was filed."""
        return self.figures[period].get(code) if period in self.figures else None


@dataclass(frozen=True)
class RollUp:
    period: Period
    columns: list
    rows: list

    @property
    def periods(self):
        """From the oldest that somebody filed to the present one."""
        filed = {period for row in self.rows for period in row.figures} | {self.period}
        return sorted(filed, key=lambda period: period.first)

    def total(self, code, period=None):
        """The sum over the branches that filed, as a Figure: None where nobody counted anything."""
        return total(row.figure(period or self.period, code) for row in self.rows)


def total(figures):
    """The sum of Figures, of which some may be None, and some of nothing."""
    found = [figure for figure in figures if figure is not None and figure.value is not None]
    if not found:
        return None
    of = [figure.denominator for figure in found if figure.denominator is not None]
    return Figure(sum(figure.value for figure in found), sum(of) if of else None)


def branches_of(period):
    """Those that stood on its last day, by their founding: an order that says nothing of anybody's work."""
    return Branch.objects.filter(established_on__lte=period.last).order_by("established_on", "pk")


def columns_of(period):
    """What the form counts today, and what was frozen in this period and is not counted any more: one statement."""
    kinds = [
        Column(kind.code, kind.title, kind.unit, kind.how, kind.group, kind.of_many)
        for kind in kinds_of(period.form)
    ]
    past = ReportFigure.objects.filter(report__in=_frozen(period)).exclude(code__in=[kind.code for kind in kinds])
    words = past.order_by("code").values("code").annotate(
        title=Max("title"), unit=Max("unit"), how=Max("how"), of=Max("denominator")
    )
    retired = words.values_list("code", "title", "unit", "how", "of")
    return kinds + [Column(*said, RETIRED, of is not None) for *said, of in retired]


def read(period, branches, columns, *, some=False):
    """The RollUp of these branches in their order: two statements. `some`: of the columns, not all there are."""
    first = period
    for _ in range(BACK):
        first = first.previous
    rows = {branch.pk: BranchRow(branch) for branch in branches}
    reports = Report.objects.filter(
        form=period.form, branch__in=rows, starts_on__gte=first.first, starts_on__lte=period.first
    )
    places = {}
    for report in reports.select_related("filed_by"):
        row = rows[report.branch_id]
        if report.starts_on == period.first:
            row.report = report
        if report.is_frozen:
            places[report.pk] = row.figures[report.when]
    figures = ReportFigure.objects.filter(report__in=reports.frozen())
    if some:
        figures = figures.filter(code__in=[column.code for column in columns])
    for report_id, code, value, of in figures.order_by().values_list("report_id", "code", "value", "denominator"):
        places[report_id][code] = Figure(value, of)
    return RollUp(period, columns, list(rows.values()))


def totals(period):
    """`{code: Figure}` over all branches, summed by the database: one statement. For a page that shows some of them."""
    sums = ReportFigure.objects.filter(report__in=_frozen(period)).order_by().values("code")
    rows = sums.annotate(all=Sum("value"), of=Sum("denominator")).values_list("code", "all", "of")
    return {code: Figure(value, of) for code, value, of in rows if value is not None}


def _frozen(period):
    return Report.objects.frozen().filter(form=period.form, period=period.code, subject="")
