"""The virtual environment in .venv: made when absent, filled from an exact freeze, wheels only.

Runs on the system's Python before anything is installed, so it knows nothing but the standard library
and is started by its path: `python3 xinyu_portal/running/install.py [run|dev]`.
"""

import hashlib
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ROOT / "requirements.lock.txt"
DEVELOPMENT = ROOT / "requirements-dev.lock.txt"


def port_from_environment():
    text = os.environ.get("PORT") or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


def refuse_taken_port(port):
    """Say it in one sentence now: later it would be a restarting child and a log file."""
    with socket.socket() as probe:
        # gunicorn sets the same flag; without it a port in TIME_WAIT looks taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            sys.exit(f"Port {port} needs more rights than this user has: choose another with PORT=…")
        except OSError:
            sys.exit(f"Port {port} is already in use: stop what listens there, or choose another with PORT=…")


def make_venv():
    if PYTHON.exists() and subprocess.run([PYTHON, "-c", ""], check=False).returncode == 0:
        return
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=False).returncode:
        sys.exit("python3 -m venv failed: on Debian install the package python3-venv.")


def fingerprint(lock):
    """Changes with the lock, with what it includes and with the Python below it."""
    text = sys.version + RUNTIME.read_text() + lock.read_text()
    return hashlib.sha256(text.encode()).hexdigest()


def install(lock):
    """Bring .venv to `lock`. A stamp inside .venv makes the second time free."""
    make_venv()
    stamp = VENV / f"{lock.stem}.installed"
    if stamp.exists() and stamp.read_text() == fingerprint(lock):
        return
    pip = [PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--only-binary=:all:"]
    if subprocess.run([*pip, "-r", lock], check=False).returncode:
        sys.exit(f"pip could not install {lock.name}.")
    stamp.write_text(fingerprint(lock))


def main():
    purpose = sys.argv[1]
    started = time.monotonic()
    # This file alone runs on whatever python3 is there.
    if sys.version_info < (3, 11):  # noqa: UP036
        sys.exit(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}.")
    if purpose == "run":
        refuse_taken_port(port_from_environment())
    install(RUNTIME if purpose == "run" else DEVELOPMENT)
    print(f"install    {time.monotonic() - started:6.1f} s", flush=True)
    if purpose == "run":
        # Replaces this process, so that a signal sent to it reaches the runner.
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "xinyu_portal.running.run", str(started)])


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Stopped.")
