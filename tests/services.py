"""PostgreSQL and Redis of the tests' own: started in a folder, stopped at the end, never the machine's.

Both die with the process that started them. The thread that enters the `with` must outlive the block.
"""

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import redis

from xinyu_portal.running.child import die_with_parent

# Not 5432: Debian starts a cluster of its own there.
POSTGRESQL_PORT = 5433
START_WITHIN = 30


class ServiceFailed(Exception):
    """A service did not come up; the text ends with what it said."""


def postgresql_program(name):
    """Path of one of PostgreSQL's programs, newest version first, or None; Debian keeps them off PATH."""
    found = Path("/usr/lib/postgresql").glob(f"*/bin/{name}")
    newest = max(found, key=lambda path: float(path.parts[4]), default=None)
    return str(newest) if newest else shutil.which(name)


def postgresql_owner():
    """Arguments for subprocess: PostgreSQL refuses root, so root steps down to `postgres`."""
    if os.geteuid():
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def initialise(folder):
    """`initdb` below `folder`. C.UTF-8 sorts the same on every machine."""
    if not os.geteuid():
        shutil.chown(folder, "postgres", "postgres")
    command = [
        postgresql_program("initdb"), "-D", folder / "data", "-U", "portal", "-A", "trust",
        "--locale=C.UTF-8", "-E", "UTF8", "--no-sync",
    ]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False, **postgresql_owner()
    )
    if done.returncode:
        raise ServiceFailed(done.stderr)


def postgresql_command(folder):
    options = {
        "listen_addresses": "",
        "port": POSTGRESQL_PORT,
        "unix_socket_directories": folder,
        # A crash may lose these rows; nobody misses them.
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "jit": "off",
        # Statistics taken after a test's rollback call the tables empty; the next test's joins would be quadratic.
        "autovacuum": "off",
        "max_connections": 100,
    }
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    return [postgresql_program("postgres"), "-D", folder / "data", *settings]


def stop(process):
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def running(command, log, answers, **arguments):
    """Start `command`, yield once `answers()` is true, stop it after. Raises ServiceFailed with its log."""
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=log.parent,
            preexec_fn=die_with_parent, start_new_session=True, **arguments,
        )
    try:
        deadline = time.monotonic() + START_WITHIN
        while not answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceFailed(log.read_text())
            time.sleep(0.1)
        yield process
    finally:
        stop(process)


def postgresql_answers(folder, name="postgres"):
    try:
        psycopg2.connect(host=str(folder), port=POSTGRESQL_PORT, user="portal", dbname=name).close()
    except psycopg2.OperationalError:
        return False
    return True


def create_database(folder, name):
    connection = psycopg2.connect(host=str(folder), port=POSTGRESQL_PORT, user="portal", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


@contextmanager
def start_postgresql(folder):
    """A cluster in `folder` (short: a socket's path ends at 107 bytes) with an empty database `portal`.

    Yields its DATABASE_URL. SIGINT as the stop signal would wait less, but SIGTERM waits for no client either
    once the tests have closed theirs.
    """
    folder = Path(folder)
    initialise(folder)
    with running(
        postgresql_command(folder), folder / "postgresql.log", lambda: postgresql_answers(folder),
        **postgresql_owner(),
    ):
        create_database(folder, "portal")
        yield f"postgres://portal@:{POSTGRESQL_PORT}/{folder}/portal"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def redis_answers(port):
    try:
        return redis.Redis(port=port).ping()
    except redis.ConnectionError:
        return False


@contextmanager
def start_redis(folder):
    """A Redis that keeps nothing, on a free port of this machine alone. Yields its REDIS_URL."""
    port = free_port()
    command = [
        "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
        "--dir", folder,
    ]
    with running(command, Path(folder) / "redis.log", lambda: redis_answers(port)):
        yield f"redis://127.0.0.1:{port}/0"
