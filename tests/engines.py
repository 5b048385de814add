"""Which lane asks what, where a table takes minutes: SQLite and PostgreSQL share it, and together ask all of it."""

from django.db import connection


def asked_here(turn):
    """Whether the database of this run takes the case number `turn`: SQLite the even ones, PostgreSQL the odd ones."""
    return turn % 2 == (connection.vendor == "postgresql")


def shared(cases):
    """Those of `cases` that are asked on the database of this run."""
    return [case for turn, case in enumerate(cases) if asked_here(turn)]
