"""Run a program that dies with the process that started it.

`python -m xinyu_portal.running.child PROGRAM ARGUMENT…` becomes PROGRAM. Without this, `kill -9` of the
supervisor leaves a beat that goes on ticking beside the next one.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def die_with_parent(signum=signal.SIGKILL):
    """Ask the kernel for `signum` when the parent's thread that started us ends; Linux alone can."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signum)


def main():
    die_with_parent()
    if os.getppid() == 1:
        sys.exit("The supervisor ended before its child began.")
    os.execvp(sys.argv[1], sys.argv[1:])


if __name__ == "__main__":
    main()
