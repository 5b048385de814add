"""Which columns a table has, in what order and under which heads: the staff's arrangement, or the standard one."""

import csv
from functools import cache

from django.conf import settings

from members.models import Column

FILE = "members/data/columns.csv"
NEVER_HIDDEN = "name"


@cache
def standard():
    """`{sheet: [Column, …]}` of domain.md §7.4, unsaved; callers copy them."""
    with open(settings.BASE_DIR / FILE, encoding="utf-8", newline="") as lines:
        rows = [Column(**{**line, "position": int(line["position"])}) for line in csv.DictReader(lines)]
    found = {}
    for row in rows:
        row.shown = row.shown == "True"
        found.setdefault(row.sheet, []).append(row)
    return found


def columns_of(sheet):
    """Every Column of a table in its order, hidden ones too."""
    return list(Column.objects.filter(sheet=sheet).order_by("position", "id")) or standard()[sheet]
