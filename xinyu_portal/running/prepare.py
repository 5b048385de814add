"""What has to stand before the first request: tables, reference data, the demo city, one tick."""

import io
import os
import time
from contextlib import contextmanager

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection


@contextmanager
def timed(name):
    started = time.monotonic()
    yield
    print(f"{name:10} {time.monotonic() - started:6.1f} s", flush=True)


def has_people():
    """The demo city belongs into an empty portal only: once anybody is there, it is somebody's data."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM accounts_user)")
        return bool(cursor.fetchone()[0])


def quietly(command):
    """Run a command without its counts; what goes wrong still raises, or is logged on stderr."""
    call_command(command, stdout=io.StringIO())


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xinyu_portal.settings")
    django.setup()
    with timed("migrate"):
        call_command("migrate", verbosity=0)
        call_command("createcachetable", verbosity=0)
        quietly("load_reference")
    if settings.PRODUCTION:
        print("demo       none: PORTAL_ENV=production", flush=True)
        with timed("static"):
            call_command("collectstatic", interactive=False, verbosity=0)
    elif not has_people():
        with timed("demo"):
            quietly("demo_city")
    # Beat waits one full minute before its first tick; /healthz wants one now.
    with timed("tick"):
        quietly("tick")


if __name__ == "__main__":
    main()
