"""One portal of the tests' own: a database, a broker, a VAR, and real processes on them.

What happens inside is asked by SQL alone, as somebody outside would: the engine of the test's own Django is
another matter.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import environ
import psycopg2

from xinyu_portal.running.child import die_with_parent

ROOT = Path(__file__).resolve().parents[2]
DUE_COLUMNS = ("remind_at", "amber_at", "accept_due_at", "due_at")
SEED = "from tests import cast, factories; factories.many_like(factories.submit_appeal(cast.build()), {copies})"
POOLS = {"sqlite": ("-P", "threads", "-c", "2"), "postgresql": ("-c", "1")}


def eventually(question, within=120):
    """Ask until the answer is true; return the last answer."""
    deadline = time.monotonic() + within
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return answer


def connect(address):
    """A connection to the database of a DATABASE_URL. libpq does not know a socket's folder as a URL's path."""
    known = environ.Env.db_url_config(address)
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    return psycopg2.connect(**{word: known[name] for word, name in names.items() if known[name]})


class Installation:
    """`services` names DATABASE_URL and REDIS_URL; without them it is the embedded default."""

    def __init__(self, var, **services):
        self.var = var
        self.engine = "postgresql" if "DATABASE_URL" in services else "sqlite"
        self.address = services.get("DATABASE_URL")
        for part in ("tmp", "broker", "broker-control"):
            (var / part).mkdir(mode=0o700, parents=True)
        kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
        self.environment = kept | services | {
            "VAR": str(var), "TMPDIR": str(var / "tmp"), "DJANGO_SETTINGS_MODULE": "tests.faults.fast_settings",
        }
        self.started = []

    def run(self, *arguments):
        """Run Python to its end and return what it printed; the assertion shows it where the end was bad."""
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def manage(self, *arguments):
        return self.run("manage.py", *arguments)

    def fill(self, appeals):
        """Tables, cast, and so many appeals at the contact member."""
        self.manage("migrate", "--verbosity=0")
        self.manage("shell", "--verbosity=0", "--command", SEED.format(copies=appeals - 1))

    def worker(self, name):
        return self._celery(
            name, "worker", *POOLS[self.engine], "-n", f"{name}@%h", "--without-gossip", "--without-mingle"
        )

    def beat(self, name):
        return self._celery(name, "beat", "-s", str(self.var / f"{name}.schedule"))

    def _celery(self, name, *arguments):
        with (self.var / f"{name}.log").open("w") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "xinyu_portal.celery", *arguments, "-l", "WARNING"], cwd=ROOT,
                env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=die_with_parent,
            )
        self.started.append(process)
        return process

    def connect(self):
        if self.engine == "postgresql":
            return connect(self.address)
        return sqlite3.connect(self.var / "portal.sqlite3", timeout=20)

    def ask(self, statement):
        """Rows of one SELECT."""
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(statement)
            return cursor.fetchall()

    def count(self, statement):
        return self.ask(f"SELECT count(*) FROM {statement}")[0][0]

    def let_lapse(self):
        """Move every due column of the open stages two days into the past, their order kept."""
        past = datetime.now(UTC) - timedelta(days=2)
        moved = ", ".join(
            f"{column} = '{past + timedelta(minutes=place):%Y-%m-%d %H:%M:%S}'"
            for place, column in enumerate(DUE_COLUMNS)
        )
        with closing(self.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"UPDATE appeals_stage SET {moved} WHERE left_at IS NULL")
            connection.commit()

    def ticks(self, n):
        """Wait until `n` more ticks have ended."""
        for _ in range(n):
            before = self.last_tick()
            assert eventually(lambda before=before: self.last_tick() != before), self.logs()

    def last_tick(self):
        return self.ask("SELECT max(ran_at) FROM notices_sweep WHERE name = 'tick'")[0][0]

    def logs(self):
        return "\n".join(f"{log.name}:\n{log.read_text()}" for log in self.var.glob("*.log"))

    def stop(self):
        for process in self.started:
            kill(process)


def kill(process):
    """`kill -9` of a process and of all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
