"""`make test`: every lane, its minutes, one sum. `python -m tests.lanes [LANE …] [--fast]`.

house       ruff, manage.py check, makemigrations --check
sqlite      everything that needs neither Chromium nor killed processes, on database files
postgresql  the same on a PostgreSQL of its own; the long tables are shared with SQLite (tests/engines.py)
browser     the system's Chromium, and LibreOffice that opens what the portal exports
faults      PostgreSQL, Redis and Celery processes that are killed, one test after the other

A core each: the first two and the browser one after the other, beside them PostgreSQL and the faults.
A lane whose programs are missing is skipped loudly; with CI=true that is a failure, as is a skipped test.
"""

import argparse
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from pathlib import Path

from tests.services import postgresql_program, start_postgresql, start_redis
from xinyu_portal.running.child import die_with_parent

ROOT = Path(__file__).resolve().parents[1]
CI = os.environ.get("CI") == "true"
ORDINARY = "not browser and not faults"
PACKAGES = {
    "redis-server": "redis-server", "chromium": "chromium", "initdb": "postgresql",
    "soffice": "libreoffice-calc-nogui libreoffice-writer-nogui",
}
NEEDS = {"postgresql": ["initdb"], "faults": ["initdb", "redis-server"], "browser": ["chromium", "soffice"]}
CHAINS = [["house", "sqlite", "browser"], ["postgresql", "faults"]]  # a core for each
LANES = [lane for chain in CHAINS for lane in chain]


@dataclass(frozen=True)
class Run:
    """What one call of `make test` does: its lanes, its folder, the variables that name its services."""

    lanes: list
    folder: Path
    services: dict
    fast: bool


@dataclass
class Result:
    lane: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    remarks: list = field(default_factory=list)


def present(program):
    return postgresql_program(program) if program == "initdb" else shutil.which(program)


def chinese_font():
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout.strip())


def missing_packages(lanes):
    programs = {program for lane in lanes for program in NEEDS.get(lane, [])}
    packages = {name for program in programs if not present(program) for name in PACKAGES[program].split()}
    if "browser" in lanes and not chinese_font():
        packages |= {"fonts-noto-cjk", "fontconfig"}
    return sorted(packages)


def install_packages(lanes):
    """Debian's packages for these lanes, where root and apt-get allow it."""
    packages = missing_packages(lanes)
    if not packages:
        return
    if os.geteuid() or not shutil.which("apt-get"):
        print(f"!!! Not installed, and this user may not install: {' '.join(packages)}", flush=True)
        return
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    print(f"Installing {' '.join(packages)}", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], env=environment, check=False)
    subprocess.run(
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", *packages],
        env=environment, stdout=subprocess.DEVNULL, check=False,
    )


def lacking(lane):
    return [program for program in NEEDS.get(lane, []) if not present(program)]


def stream(lane, command, environment):
    """Run one command with its lines marked by the lane's name; return the exit code."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, text=True, errors="replace",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, preexec_fn=die_with_parent,
    )
    for line in process.stdout:
        print(f"[{lane}] {line}", end="", flush=True)
    return process.wait()


def environment_of(folder, **services):
    """The caller's environment without a database or broker of its own; VAR is `folder`."""
    for part in ("tmp", "broker", "broker-control", "static"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"VAR": str(folder), "TMPDIR": str(folder / "tmp"), "PYTHONUNBUFFERED": "1"} | services


def house(result, folder, run):
    checks = [
        [sys.executable, "-m", "ruff", "check", "."],
        [sys.executable, "manage.py", "check"],
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
    ]
    for command in checks:
        if stream(result.lane, command, environment_of(folder)):
            result.failed += 1
        else:
            result.passed += 1


def count(result, report, code):
    """Read pytest's report into `result`; an expected failure is a pass, a skip and a failure are named."""
    if not report.exists() or code not in (0, 1):
        result.failed += 1
        result.remarks.append("no test was collected" if code == 5 else f"pytest ended with code {code}")
        return
    for case in ElementTree.parse(report).iter("testcase"):
        skipped = case.find("skipped")
        wrong = [*case.iter("failure"), *case.iter("error")]
        if wrong:
            result.failed += 1
            why = wrong[0].get("message", "")[:300]
            result.remarks.append(f"failed {case.get('classname')}::{case.get('name')}: {why}")
        elif skipped is not None and skipped.get("type") != "pytest.xfail":
            result.skipped += 1
            result.remarks.append(f"skipped {case.get('name')}: {skipped.get('message')}")
        else:
            result.passed += 1


def pytest(result, marks, environment, workers="0"):
    """One run of pytest; more arguments come from PYTEST_ADDOPTS."""
    report = Path(environment["VAR"]) / "report.xml"
    command = [sys.executable, "-m", "pytest", "-m", marks, "-n", workers, f"--junitxml={report}"]
    count(result, report, stream(result.lane, [*command, "--durations=5"], environment))


def workers(run):
    """Two processes where the lane has both cores; one where the other chain has the other."""
    return "2" if len(chains(run.lanes)) == 1 else "0"


def sqlite(result, folder, run):
    marks = f"{ORDINARY} and not postgresql" + (" and not slow" if run.fast else "")
    pytest(result, marks, environment_of(folder), workers(run))


def postgresql(result, folder, run):
    named = {"DATABASE_URL": run.services["DATABASE_URL"], "TEST_DATABASE": "test_ordinary"}
    pytest(result, ORDINARY, environment_of(folder, **named), workers(run))


def faults(result, folder, run):
    pytest(result, "faults", environment_of(folder, **run.services, TEST_DATABASE="test_faults"))


def browser(result, folder, run):
    pytest(result, "browser", environment_of(folder, DJANGO_ALLOW_ASYNC_UNSAFE="true"), workers(run))


RUN = {"house": house, "sqlite": sqlite, "postgresql": postgresql, "faults": faults, "browser": browser}


def run_lane(result, run):
    started = time.monotonic()
    folder = run.folder / result.lane
    absent = lacking(result.lane)
    if absent:
        result.remarks.append(f"SKIPPED, not installed: {', '.join(absent)}")
        result.skipped += 1
    else:
        RUN[result.lane](result, folder, run)
    result.seconds = time.monotonic() - started
    print(f"[{result.lane}] {result.seconds / 60:.1f} minutes", flush=True)


def chains(lanes):
    """`[[lane, …], …]`: lanes that follow each other, side by side with those of the other chain."""
    found = [[lane for lane in chain if lane in lanes] for chain in CHAINS]
    return [chain for chain in found if chain]


def run_chain(results, run):
    for result in results:
        run_lane(result, run)


@contextlib.contextmanager
def services_for(lanes, folder):
    """Start what the lanes need; yields the variables that name it."""
    found = {}
    with contextlib.ExitStack() as stack:
        if {"postgresql", "faults"} & set(lanes) and present("initdb"):
            (folder / "pg").mkdir()
            found["DATABASE_URL"] = stack.enter_context(start_postgresql(folder / "pg"))
        if "faults" in lanes and present("redis-server"):
            (folder / "redis").mkdir()
            found["REDIS_URL"] = stack.enter_context(start_redis(folder / "redis"))
        yield found


def run_all(run):
    results = {lane: Result(lane) for lane in run.lanes}
    threads = [
        threading.Thread(target=run_chain, args=([results[lane] for lane in chain], run)) for chain in chains(run.lanes)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(results.values())


def table(results):
    print(f"\n{'lane':12}{'passed':>8}{'failed':>8}{'skipped':>9}{'minutes':>9}")
    for result in results:
        counts = f"{result.passed:8}{result.failed:8}{result.skipped:9}"
        print(f"{result.lane:12}{counts}{result.seconds / 60:9.1f}")
        for remark in result.remarks:
            print(f"  !!! {remark}")


def summary(results, seconds):
    """Print the table and the sum; return the exit code."""
    table(results)
    print(f"{'together':12}{'':25}{seconds / 60:9.1f}")
    skipped = sum(result.skipped for result in results)
    failed = sum(result.failed for result in results) + (skipped if CI else 0)
    if skipped and CI:
        print(f"CI=true: {skipped} skipped count as failed")
    print(f"{sum(result.passed for result in results)} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def arguments():
    parser = argparse.ArgumentParser(description="Run the lanes of the tests.")
    parser.add_argument("lanes", nargs="*", help=f"of {', '.join(LANES)}; all when none is named")
    parser.add_argument("--fast", action="store_true", help="leave out the tests marked slow")
    options = parser.parse_args()
    if unknown := set(options.lanes) - set(LANES):
        parser.error(f"no such lane: {', '.join(sorted(unknown))}")
    return options


def main():
    # As an exception, so that PostgreSQL and Redis are stopped on the way out.
    signal.signal(signal.SIGTERM, lambda signum, frame: sys.exit(143))
    started = time.monotonic()
    options = arguments()
    lanes = [lane for lane in LANES if lane in (options.lanes or LANES)]
    install_packages(lanes)
    # Short, because a socket's path is; open, because PostgreSQL runs as another user.
    folder = Path(tempfile.mkdtemp(prefix="xinyu-", dir="/tmp"))
    folder.chmod(0o755)
    try:
        with services_for(lanes, folder) as services:
            results = run_all(Run(lanes, folder, services, options.fast))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return summary(results, time.monotonic() - started)


if __name__ == "__main__":
    sys.exit(main())
