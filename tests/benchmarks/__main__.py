"""`python -m tests.benchmarks SUBJECT [--postgresql]`: measure on a new portal of its own, which is thrown away.

SUBJECT is census, refusals, lists, export or rollup. The portal is on the embedded SQLite, or on a PostgreSQL that is
started for it. Processor time is printed beside the clock's, for a machine seldom has nothing else to do.
"""

import argparse
import os
import tempfile
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path

import django
from django.core.management import call_command

from tests.services import start_postgresql

SUBJECTS = ("census", "refusals", "lists", "export", "rollup")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subject", choices=SUBJECTS)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pace") as folder:
        os.chmod(folder, 0o755)  # noqa: S103 - PostgreSQL runs as somebody else
        with engine(Path(folder), asked.postgresql) as address:
            measure(Path(folder), address, asked.subject)


def engine(folder, postgresql):
    """The DATABASE_URL of the new portal."""
    if not postgresql:
        return nullcontext(f"sqlite:///{folder / 'portal.sqlite3'}")
    (folder / "cluster").mkdir()
    return start_postgresql(folder / "cluster")


def measure(folder, address, subject):
    os.environ |= {"VAR": str(folder), "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "xinyu_portal.settings"}
    (folder / "static").mkdir()
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    print(f"{subject} on {'PostgreSQL' if address.startswith('postgres') else 'SQLite'}", flush=True)
    import_module(f"tests.benchmarks.{subject}").main(folder)


if __name__ == "__main__":
    main()
