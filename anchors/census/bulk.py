"""Many rows of a model in few statements. What costs time per cell is done when a row is added, before any lock.

Django's bulk_create makes every cell ready inside the statement, and bulk_update says a CASE per cell: seconds in a
transaction that nobody else may write beside.
"""

from django.db import connection, models

STEP = 500
PLAIN = (str, int, bool, type(None))


def steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))


class Columns:
    """Some columns of a model, by attribute name, and their values as the engine's driver takes them."""

    def __init__(self, model, fields):
        self.table, self.fields = connection.ops.quote_name(model._meta.db_table), tuple(fields)
        self.places = {field.attname: place for place, field in enumerate(self.fields)}

    def ready(self, column, value):
        field = self.fields[self.places[column]]
        # Most cells need nothing, and asking their field takes longer than everything else.
        plain = type(value) in PLAIN and not isinstance(field, models.JSONField)
        return value if plain else field.get_db_prep_save(value, connection)


class Inserts:
    """Rows of one model to insert. A column that is not known yet, such as a foreign key, is filled in later.

    What a row does not say is the model's default, taken once for all of them.
    """

    def __init__(self, model):
        self.columns = Columns(model, (field for field in model._meta.concrete_fields if not field.primary_key))
        blank = model()
        self.blank = [self.columns.ready(name, getattr(blank, name)) for name in self.columns.places]
        self.rows = []

    def add(self, **said):
        """Take a row by attribute names. Returns its cells, for `set`."""
        cells = self.blank.copy()
        for name, value in said.items():
            cells[self.columns.places[name]] = self.columns.ready(name, value)
        self.rows.append(cells)
        return cells

    def set(self, cells, column, value):
        cells[self.columns.places[column]] = value

    def fill(self, column, values):
        """One value for each row, in their order."""
        place = self.columns.places[column]
        for cells, value in zip(self.rows, values, strict=True):
            cells[place] = value

    def write(self, conflict=""):
        """Insert all; `conflict` is what follows ON CONFLICT. Returns the ids in the order of the rows.

        The order is that in which bulk_create, too, takes the ids that come back. With DO NOTHING some are missing.
        """
        columns = ", ".join(connection.ops.quote_name(field.column) for field in self.columns.fields)
        start = f"INSERT INTO {self.columns.table} ({columns}) VALUES "
        ending = f"{f' ON CONFLICT {conflict}' if conflict else ''} RETURNING id"
        ids = []
        with connection.cursor() as cursor:
            for some in _batches(self.rows):
                cursor.execute(f"{start}{_values(some)}{ending}", _flat(some))
                ids += (pk for pk, in cursor.fetchall())
        return ids


class Updates:
    """New values of some columns (attribute names) for rows that are there, found by id."""

    def __init__(self, model, columns):
        self.columns = Columns(model, map(model._meta.get_field, columns))
        self.rows = {}

    def add(self, pk, values):
        """`values` is {attribute name: value} of all columns; said again of a row, the last holds. Returns them."""
        self.rows[pk] = [pk, *(self.columns.ready(name, values[name]) for name in self.columns.places)]
        return self.rows[pk]

    def set(self, cells, column, value):
        cells[1 + self.columns.places[column]] = value

    def write(self):
        table, name = self.columns.table, connection.ops.quote_name
        # Both engines call the columns of VALUES column1, column2 …
        said = (f"{name(field.column)} = {_typed(field, n)}" for n, field in enumerate(self.columns.fields, 2))
        start = f"UPDATE {table} SET {', '.join(said)} FROM (VALUES "
        with connection.cursor() as cursor:
            for some in _batches(list(self.rows.values())):
                cursor.execute(f"{start}{_values(some)}) AS said WHERE {table}.id = said.column1", _flat(some))


def _typed(field, place):
    """PostgreSQL takes a column of nulls for text; SQLite's CAST would make a number of a date."""
    if not connection.features.requires_casted_case_in_updates:
        return f"said.column{place}"
    kind = field.db_type(connection) if field.is_relation else field.cast_db_type(connection)
    return f"CAST(said.column{place} AS {kind})"


def _batches(rows):
    """SQLite takes so many values in a statement; statements of one text are parsed once."""
    most = connection.features.max_query_params
    step = min(STEP, most // len(rows[0])) if most and rows else STEP
    return (rows[place:place + step] for place in range(0, len(rows), step))


def _values(rows):
    one = f"({', '.join(['%s'] * len(rows[0]))})"
    return ", ".join([one] * len(rows))


def _flat(rows):
    return [cell for cells in rows for cell in cells]
