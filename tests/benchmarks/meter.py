"""Seconds by the clock, seconds of the processor, and the peak of memory."""

import subprocess
import sys
import time
from contextlib import contextmanager
from typing import NamedTuple

from django.conf import settings


class Taken(NamedTuple):
    """Seconds by the clock, of the processor (user and system), MB at the peak (0: not known), and what was printed."""

    wall: float
    cpu: float
    peak: float = 0
    output: str = ""


def told(what, taken, more=""):
    memory = f" {taken.peak:6.0f} MB" if taken.peak else " " * 10
    print(f"{what:44} {taken.wall:7.2f} s, cpu {taken.cpu:7.2f} s{memory}  {more}".rstrip(), flush=True)


def child(*arguments):
    """Run Python with these arguments in a process of its own; returns Taken. Raises CalledProcessError (code > 2)."""
    started = time.monotonic()
    # As a program that starts afresh: a forked one would count this one's memory as its own peak.
    process = subprocess.Popen(
        [sys.executable, "-c", STARTER, sys.executable, *map(str, arguments)],
        cwd=settings.BASE_DIR, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )
    output = process.stdout.read()
    code = process.wait()
    *said, last = output.splitlines()
    if code > 2:
        raise subprocess.CalledProcessError(code, arguments, output)
    cpu, peak = map(float, last.split())
    return Taken(time.monotonic() - started, cpu, peak, "\n".join(said))


# A small program between: what the kernel counts of its children is of the measured one alone.
STARTER = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print()
print(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
sys.exit(code)
"""


class Clock:
    """Two readings of both clocks."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def taken(self):
        return Taken(time.perf_counter() - self.wall, time.process_time() - self.cpu)


@contextmanager
def measured(what):
    clock = Clock()
    yield
    told(what, clock.taken())
