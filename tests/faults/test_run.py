"""The promises of `make run`, kept on the real thing: a fresh VAR, a free port, real signals."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from pathlib import Path

import pytest

from tests.services import free_port

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = ("DATABASE_URL", "REDIS_URL", "PORTAL_ENV", "DEMO_PASSWORD", "MAKEFLAGS", "MAKELEVEL", "MFLAGS")
PROGRAMS = ("gunicorn", "celery worker", "celery beat")


def eventually(question, within=30):
    """Ask until the answer is true; return the last answer."""
    deadline = time.monotonic() + within
    while not (answer := question()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return answer


def program(pid):
    """A short name for what runs as `pid`, or "" when it is gone or a zombie."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except OSError:
        return ""
    names = [Path(word).name for word in words]
    for name in ("supervisord", "gunicorn", "worker", "beat", "make"):
        if name in names:
            return f"celery {name}" if name in ("worker", "beat") else name
    return "runner" if "xinyu_portal.running.run" in words else names[0]


def parent(pid):
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


class Portal:
    """One `make run`. Every process below it carries a mark of its own in its environment."""

    def __init__(self, var, **environment):
        self.mark = f"PORTAL_TEST_MARK={uuid.uuid4()}"
        self.port = environment.pop("port", None) or free_port()
        name, _, value = self.mark.partition("=")
        kept = {key: text for key, text in os.environ.items() if key not in NOT_OURS}
        self.make = subprocess.Popen(
            ["make", "run"], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
            # Where the tests themselves run in the background of a script, SIGINT is ignored and stays so in children.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            env=kept | {"VAR": str(var), "PORT": str(self.port), name: value} | environment,
        )
        self.lines = []
        self.reader = threading.Thread(target=self.lines.extend, args=(self.make.stdout,), daemon=True)
        self.reader.start()

    @property
    def output(self):
        return "".join(self.lines)

    def processes(self):
        """{pid: program} of all that still lives of this run."""
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if self.mark.encode() in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = program(folder.name)
            except (OSError, ValueError):
                continue
        return {pid: name for pid, name in found.items() if name}

    def pid(self, name):
        return next(pid for pid, found in self.processes().items() if found == name)

    def children(self):
        """{program: pid} of the three that the supervisor started."""
        supervisor = self.pid("supervisord")
        return {name: pid for pid, name in self.processes().items() if parent(pid) == supervisor}

    def is_ready(self):
        return "Portal ready:" in self.output or self.make.poll() is not None

    def healthy(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def kill_everything(self):
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        self.make.wait()


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """A first run on a fresh folder, stopped again; later runs find its data and start in seconds."""
    var = tmp_path_factory.mktemp("portal") / "var"
    portal = Portal(var, DEMO_PASSWORD="demo-100%-of-the-city")
    portal.var = var
    eventually(portal.is_ready, within=300)
    portal.was_healthy = portal.healthy()
    os.killpg(portal.make.pid, signal.SIGINT)
    eventually(lambda: not portal.processes())
    yield portal
    portal.kill_everything()


@pytest.fixture
def portal(first):
    portal = Portal(first.var)
    eventually(portal.is_ready, within=120)
    assert "Portal ready:" in portal.output, portal.output
    yield portal
    portal.kill_everything()


def appeals(var):
    with sqlite3.connect(f"file:{var / 'portal.sqlite3'}?mode=ro", uri=True) as database:
        return database.execute("SELECT id, number FROM appeals_appeal ORDER BY id").fetchall()


def test_first_run_reaches_ready_and_prints_the_logins(first):
    assert f"Portal ready: http://127.0.0.1:{first.port}" in first.output, first.output
    assert first.was_healthy
    for name in ("install", "migrate", "demo", "ready", "anchor1", "admin1", "demo-100%-of-the-city"):
        assert name in first.output


def test_secrets_and_folders_are_for_their_owner_alone(first):
    for name, mode in {".": 0o700, "broker": 0o700, "tmp": 0o700, "demo-logins.txt": 0o600}.items():
        assert (first.var / name).stat().st_mode & 0o777 == mode, name


def test_second_run_keeps_the_data(first):
    before = appeals(first.var)
    logins = (first.var / "demo-logins.txt").read_text()
    again = Portal(first.var)
    try:
        eventually(again.is_ready, within=120)
        assert "Portal ready:" in again.output, again.output
        assert before and appeals(first.var)[: len(before)] == before
        assert (first.var / "demo-logins.txt").read_text() == logins
    finally:
        again.kill_everything()


@pytest.mark.parametrize(
    "send",
    [
        pytest.param(lambda make: os.killpg(make, signal.SIGINT), id="ctrl-c"),
        pytest.param(lambda make: os.kill(make, signal.SIGINT), id="sigint-to-make-alone"),
        pytest.param(lambda make: os.kill(make, signal.SIGTERM), id="sigterm-to-make"),
    ],
)
def test_a_stop_leaves_no_process(portal, send):
    assert set(PROGRAMS) <= set(portal.processes().values())
    send(portal.make.pid)
    assert eventually(lambda: not portal.processes(), within=60), portal.processes()


@pytest.mark.parametrize("name", ["supervisord", "runner", "make"])
def test_kill_9_leaves_no_orphan(portal, name):
    os.kill(portal.pid(name), signal.SIGKILL)
    assert eventually(lambda: not portal.processes(), within=60), portal.processes()


def test_killed_children_come_back(portal):
    before = portal.children()
    assert set(before) == set(PROGRAMS)
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: set(portal.children()) == set(PROGRAMS) and portal.healthy())
    assert not set(portal.children().values()) & set(before.values())


def test_no_secret_stands_in_a_command_line(first, portal):
    secrets = [*json.loads((first.var / "secrets.json").read_text()).values(), "demo-100%-of-the-city"]
    lines = [Path(f"/proc/{pid}/cmdline").read_text() for pid in portal.processes()]
    assert lines
    assert not [line for line in lines for secret in secrets if secret in line]


def test_a_taken_port_is_one_sentence(portal, tmp_path):
    late = Portal(tmp_path / "var", port=portal.port)
    assert late.make.wait(timeout=30)
    late.reader.join()
    assert f"Port {portal.port} is already in use" in late.output
    assert "Traceback" not in late.output
    assert not (tmp_path / "var").exists()


def test_one_folder_belongs_to_one_run(first, portal):
    late = Portal(first.var)
    assert late.make.wait(timeout=30)
    late.reader.join()
    assert "Another make run is already using" in late.output
    assert portal.healthy()


def test_production_refuses_the_demo_city(tmp_path):
    keys = ",".join(f"{name}:{'A' * 43}=" for name in ("index", "k1"))
    done = subprocess.run(
        [sys.executable, "manage.py", "demo_city"], cwd=ROOT, capture_output=True, text=True, check=False,
        env=os.environ | {
            "PORTAL_ENV": "production", "VAR": str(tmp_path), "SECRET_KEY": "s" * 60, "FIELD_KEYS": keys,
            "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3", "REDIS_URL": "redis://127.0.0.1:1/0",
        },
    )
    assert done.returncode, done.stdout
    assert "production" in done.stderr
    assert not (tmp_path / "demo-logins.txt").exists()
