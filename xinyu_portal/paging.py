"""Keyset paging for pages and API: a list is ordered by (column, primary key) and a page begins after a row.

No OFFSET, so a page costs the same at any depth and rows that arrive meanwhile shift nothing; the primary key
settles ties, so that any number of rows may share one value.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import F, Q

CURSOR = "cursor"
SIZE = 50
SALT = "xinyu_portal.paging"


class BadCursor(ValueError):
    """A cursor that is broken, forged, or was made for another order or filter."""


class Position(NamedTuple):
    """Where a page begins: after (or before) this row; without a row at that end of the list."""

    backwards: bool = False
    row: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Page:
    """At most `size` rows in the order of the list, and the cursors of its neighbours or None."""

    rows: list
    next: str | None
    previous: str | None

    def __iter__(self):
        return iter(self.rows)

    def __len__(self):
        return len(self.rows)


class Count(NamedTuple):
    """How many rows there are, counted no further than a limit; `more` if the limit was passed."""

    n: int
    more: bool

    @property
    def text(self) -> str:
        return f"超过 {self.n} 条" if self.more else f"{self.n} 条"


def paginate(queryset, *, order, size=SIZE, cursor=None, filters=None) -> Page:
    """One page of the queryset in one statement.

    `order` names a column that is never null, through relations if need be ("current__deadline_at"), with
    "-" for descending. `filters` is what the list was narrowed by, usually `request.GET`; its "cursor" is
    ignored. Raises BadCursor.
    """
    column, descending = order.removeprefix("-"), order.startswith("-")
    # The value travels with the row: read through the relation it would cost a statement of its own.
    queryset = queryset.annotate(keyset_value=F(column))
    mark = _digest(queryset.model, order, filters)
    position = _read(queryset, cursor, mark) if cursor else Position()
    rows = list(_from(queryset, position, descending)[: size + 1])
    return _page(rows, size, position, mark)


def paginate_or_first(queryset, *, order, size=SIZE, cursor=None, filters=None) -> Page:
    """As `paginate`, but a bad cursor is the first page: for people, whose filter changed under the link."""
    try:
        return paginate(queryset, order=order, size=size, cursor=cursor, filters=filters)
    except BadCursor:
        return paginate(queryset, order=order, size=size, filters=filters)


def count_up_to(queryset, limit=1000) -> Count:
    """Count at most `limit` rows; the database stops reading at the next one."""
    n = queryset.order_by()[: limit + 1].count()
    return Count(min(n, limit), n > limit)


def _from(queryset, position, descending):
    falling = descending != position.backwards
    sign, beyond = ("-", "lt") if falling else ("", "gt")
    if position.row:
        value, pk = position.row
        # The outer range is what an index can use; the inner one settles the ties.
        queryset = queryset.filter(
            Q(**{f"keyset_value__{beyond}e": value})
            & (Q(**{f"keyset_value__{beyond}": value}) | Q(**{f"pk__{beyond}": pk}))
        )
    return queryset.order_by(f"{sign}keyset_value", f"{sign}pk")


def _page(rows, size, position, mark) -> Page:
    further, came_from_a_row = len(rows) > size, position.row is not None
    rows = rows[:size]
    if position.backwards:
        rows.reverse()
        before, after = further, came_from_a_row
    else:
        before, after = came_from_a_row, further
    return Page(
        rows,
        next=_write(mark, False, rows[-1:]) if after else None,
        previous=_write(mark, True, rows[:1]) if before else None,
    )


def _write(mark, backwards, edge) -> str:
    """The cursor beyond the row in `edge`; from an emptied page it leads to the end of the list."""
    row = [[_text(edge[0].keyset_value), _text(edge[0].pk)]] if edge else []
    return signing.dumps([mark, backwards, *row], salt=SALT)


def _read(queryset, cursor, mark) -> Position:
    try:
        made_for, backwards, *row = signing.loads(cursor, salt=SALT)
    except (signing.BadSignature, ValueError):
        raise BadCursor("broken cursor") from None
    if made_for != mark:
        raise BadCursor("cursor of another list")
    return Position(backwards, _values(queryset, *row[0]) if row else None)


def _values(queryset, value, pk) -> tuple[Any, Any]:
    field = queryset.query.annotations["keyset_value"].output_field
    field = getattr(field, "output_field", field)  # a generated column leaves parsing to the field it wraps
    try:
        return field.to_python(value), queryset.model._meta.pk.to_python(pk)
    except ValidationError:
        raise BadCursor("the column has changed its type") from None


def _text(value) -> str:
    if value is None:
        raise ValueError("a list can only be paged by a column that is never null")
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _digest(model, order, filters) -> str:
    """What a cursor is good for: the list, its order and its filters, in whatever sequence they came."""
    given = filters.lists() if hasattr(filters, "lists") else (filters or {}).items()
    listed = {key: _listed(value) for key, value in given if key != CURSOR}
    kept = sorted((key, values) for key, values in listed.items() if values)
    return hashlib.sha256(json.dumps([model._meta.label, order, kept]).encode()).hexdigest()[:16]


def _listed(value) -> list[str]:
    values = value if isinstance(value, list | tuple) else [value]
    return sorted(str(one) for one in values if one not in (None, ""))
