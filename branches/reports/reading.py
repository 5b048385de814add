"""What a report says: its figures as frozen, or as they count now, and the records behind one of them."""

from dataclasses import dataclass

from branches.reports.figures import FigureKind, by_code, count_all, kinds_of, stamp
from branches.reports.models import Report

GONE = "以前的项目"


@dataclass(frozen=True)
class Row:
    """One figure of one report. `kind` is None of what is not counted any more: it keeps its words, not its link."""

    kind: FigureKind | None
    code: str
    title: str
    unit: str
    how: str
    value: int | None
    denominator: int | None
    ids: tuple
    inner: tuple | None = None
    stamps: tuple = ()

    @property
    def name(self):
        return self.title

    @property
    def group(self):
        return self.kind.group if self.kind else GONE

    @property
    def numerator(self):
        return None if self.denominator is None else self.value

    @property
    def outer(self):
        """The ids that are counted in the denominator alone."""
        return () if self.inner is None else tuple(sorted(set(self.ids).difference(self.inner)))

    @property
    def has_records(self):
        return bool(self.kind and self.ids)


@dataclass(frozen=True)
class Record:
    """One counted record as a list shows it; `changed` says that it reads otherwise than when the report was filed.

    `numerator` says whether it counts there; None where the figure is no share of its records.
    """

    id: int
    title: str
    note: str
    url: str
    changed: bool
    numerator: bool | None


def rows_of(report):
    """Every Row of a report, in order: one statement for what is frozen, else what counting costs."""
    if report.is_frozen:
        return [_frozen(figure) for figure in report.figures.all()]
    counted = count_all([report.branch_id], report.when)[report.branch_id]
    return [_counted(kind, figure) for kind, figure in counted]


def row_of(report, code):
    """One Row, or None; nothing else is counted."""
    if report.is_frozen:
        figure = report.figures.filter(code=code).first()
        return figure and _frozen(figure)
    kind = next((kind for kind in kinds_of(report.form) if kind.code == code), None)
    return kind and _counted(kind, kind.counted([report.branch_id], report.when)[report.branch_id])


def before(report):
    """The branch's frozen report of the period before, with its figures, or None: two statements."""
    previous = report.when.previous
    found = Report.objects.frozen().filter(branch=report.branch_id, form=report.form, period=previous.code)
    return found.filter(subject="").prefetch_related("figures").first()


def records(row, rows):
    """`rows`, of one page of a list, as Records of a Row."""
    stamps = dict(zip(row.ids, row.stamps, strict=True)) if row.stamps else {}
    for one in rows:
        line, then = row.kind.line(one), stamps.get(one.pk, "")
        numerator = None if row.inner is None else one.pk in row.inner
        yield Record(one.pk, *line, changed=bool(then) and then != stamp(line), numerator=numerator)


def _counted(kind, figure):
    return Row(
        kind, kind.code, kind.title, kind.unit, kind.how, figure.value, figure.denominator, tuple(figure.ids),
        figure.inner,
    )


def _frozen(figure):
    return Row(
        by_code(figure.code), figure.code, figure.title, figure.unit, figure.how, figure.value, figure.denominator,
        tuple(figure.ids), None if figure.inner is None else tuple(figure.inner), tuple(figure.stamps),
    )
