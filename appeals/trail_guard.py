"""Triggers that let nobody change or delete a line of the trail, on both engines.

Altering a table on SQLite drops its triggers silently, so `manage.py migrate` installs them anew each time.
"""

from django.db import connection

TABLE = "appeals_event"
_NAMES = {
    "sqlite": ("appeals_event_no_update", "appeals_event_no_delete"),
    "postgresql": ("appeals_event_no_change", "appeals_event_no_truncate"),
}
_SQLITE = """
CREATE TRIGGER IF NOT EXISTS appeals_event_no_{what} BEFORE {WHAT} ON appeals_event
BEGIN SELECT RAISE(ABORT, 'the trail is append-only'); END
"""
_POSTGRESQL = (
    """
    CREATE OR REPLACE FUNCTION appeals_event_refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the trail is append-only'; END $$
    """,
    """
    CREATE OR REPLACE TRIGGER appeals_event_no_change BEFORE UPDATE OR DELETE ON appeals_event
    FOR EACH ROW EXECUTE FUNCTION appeals_event_refuse()
    """,
    """
    CREATE OR REPLACE TRIGGER appeals_event_no_truncate BEFORE TRUNCATE ON appeals_event
    FOR EACH STATEMENT EXECUTE FUNCTION appeals_event_refuse()
    """,
)


def install():
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for what in ("update", "delete"):
                cursor.execute(_SQLITE.format(what=what, WHAT=what.upper()))
        else:
            for statement in _POSTGRESQL:
                cursor.execute(statement)


def remove():
    """For tests that empty the tables, and for a migration that must rewrite lines."""
    on = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in _NAMES[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing():
    """Names of triggers that should be there and are not."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [TABLE])
        found = {row[0] for row in cursor.fetchall()}
    return [name for name in _NAMES[connection.vendor] if name not in found]
