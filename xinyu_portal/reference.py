"""The code lists that every installation needs, demo or not: each a CSV file in its room's data folder."""

import csv
from dataclasses import dataclass

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from appeals.models import Appeal, Category, ReplyTemplate, ServiceLevel
from appeals.search import refresh_words
from branches.admission.models import ReportForm
from branches.calendar.services import load_workdays
from branches.facts.models import Fact
from branches.measures.models import Measure
from branches.organisation.models import Department, Division
from branches.rules.models import Rule
from members.models import Column


@dataclass(frozen=True)
class CodeList:
    """Rows of `file` become rows of `model`; `key` says which of them are already there.

    Those take the values of the file, or where staff keep them (`kept`) stay as they are.
    """

    model: type[models.Model]
    file: str
    key: tuple
    kept: bool = False


LISTS = (
    CodeList(Division, "branches/data/divisions.csv", ("code",)),
    CodeList(Department, "branches/data/departments.csv", ("number",), kept=True),
    CodeList(Fact, "branches/data/facts.csv", ("code",)),
    CodeList(Rule, "branches/data/rules.csv", ("code", "above", "since"), kept=True),
    CodeList(Measure, "branches/data/measures.csv", ("number",), kept=True),
    CodeList(ReportForm, "branches/data/report_forms.csv", ("code", "since"), kept=True),
    CodeList(Column, "members/data/columns.csv", ("sheet", "field"), kept=True),
    CodeList(Category, "appeals/data/categories.csv", ("code",)),
    CodeList(ServiceLevel, "appeals/data/service_levels.csv", ("service_class", "level")),
)


@transaction.atomic
def load():
    """Enter every code list and the working calendar; return `{name: rows}`. Safe to repeat.

    Rows that the files do not know stay.
    Raises ValidationError for a value that its column refuses.
    """
    before = dict(Category.objects.values_list("code", "name"))
    counts = {str(one.model._meta.verbose_name): _enter(one) for one in LISTS}
    _find_by_new_names(before)
    return {**counts, "答复模板": _templates(), "工作日历": load_workdays()}


def _templates():
    """Only where there is none of that name: what staff have changed or retired stays as they left it."""
    known = set(ReplyTemplate.objects.values_list("title", flat=True))
    with (settings.BASE_DIR / "appeals/data/reply_templates.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ReplyTemplate.objects.bulk_create(
        ReplyTemplate(
            title=row["title"], text=row["text"], category_id=row["category"] or None, status=row["status"],
            changed_at=timezone.now(),
        )
        for row in rows if row["title"] not in known
    )
    return len(rows)


def _find_by_new_names(before):
    """Appeals are found by the name of their category: those of a renamed one get its new words."""
    now = Category.objects.values_list("code", "name")
    renamed = [code for code, name in now if before.get(code, name) != name]
    if renamed:
        refresh_words(Appeal.objects.filter(Q(category__in=renamed) | Q(category__parent__in=renamed)))


def _enter(one):
    with open(settings.BASE_DIR / one.file, encoding="utf-8-sig", newline="") as lines:
        rows = [one.model(**_values(line)) for line in csv.DictReader(lines)]
    for row in rows:
        row.clean_fields(exclude=["parent"])
    if one.kept:
        one.model.objects.bulk_create(rows, ignore_conflicts=True)
        return len(rows)
    columns = [f.name for f in one.model._meta.concrete_fields if f.name not in one.key and f.name != "id"]
    one.model.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=list(one.key), update_fields=columns
    )
    return len(rows)


def _values(line):
    """The column `parent` holds the code of another row, or nothing."""
    parent = line.pop("parent", None)
    return {**line, "parent_id": parent} if parent else line
