"""What may stand behind a measure. Every room says so of its own records; settings.EVIDENCE says where.

A record counts for whoever may see it and for nobody else, so that no number tells of what is hidden. One that is
not shown any more, as an answer that was taken down, does not count while it is so.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db import models
from django.db.models import Count
from django.utils.module_loading import import_string

from branches.measures.models import Evidence


@dataclass(frozen=True)
class Kind:
    """rows(user) -> QuerySet of the records this person may see; line(row) -> reports.figures.Line.

    `order` is the column by which they are chosen from, as `paging.paginate` takes it.
    """

    code: str
    title: str
    model: type[models.Model]
    order: str
    rows: Callable
    line: Callable

    @property
    def linked(self):
        """All links to records of this kind; without the cache of content types, whose statements come and go."""
        meta = self.model._meta
        return Evidence.objects.filter(content_type__app_label=meta.app_label, content_type__model=meta.model_name)


@cache
def all_kinds():
    return tuple(import_string(path) for path in settings.EVIDENCE)


def by_code(code):
    return next((kind for kind in all_kinds() if kind.code == code), None)


def counts(user):
    """`{number of the measure: records behind it that this person may see}`, in one statement."""
    first, *others = (
        kind.linked.filter(record_id__in=kind.rows(user).order_by().values("pk")).order_by()
        .values_list("measure_id").annotate(n=Count("pk"))
        for kind in all_kinds()
    )
    found = Counter()
    for number, n in first.union(*others, all=True):
        found[number] += n
    return found


def behind(measure, user):
    """`[(Kind, [(Evidence, Line), …]), …]` of one measure, as far as this person may see; kinds without any left out.

    One statement for the links, and one for each kind that is linked.
    """
    links = defaultdict(dict)
    for link in measure.evidence.select_related("content_type", "by"):
        links[link.content_type.app_label, link.content_type.model][link.record_id] = link
    found = []
    for kind in all_kinds():
        linked = links[kind.model._meta.app_label, kind.model._meta.model_name]
        rows = kind.rows(user).in_bulk(list(linked)) if linked else {}
        if rows:
            found.append((kind, [(link, kind.line(rows[pk])) for pk, link in linked.items() if pk in rows]))
    return found
