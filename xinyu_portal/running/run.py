"""`make run` after the installation: prepare, then web, worker and beat below supervisord, in front."""

import fcntl
import os
import shlex
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from string import Template

from xinyu_portal.running.child import die_with_parent
from xinyu_portal.running.install import ROOT, port_from_environment, refuse_taken_port

BIN = Path(sys.executable).parent
CONF = Path(__file__).with_name("supervisor.conf")
READY_WITHIN = 60
ALWAYS = """\
directory=$root
redirect_stderr=true
stdout_logfile_maxbytes=5MB
stdout_logfile_backups=3
autorestart=true
startsecs=2
startretries=100
stopwaitsecs=10
stopasgroup=true
killasgroup=true
"""


def var_from_environment():
    var = Path(os.environ.get("VAR") or ROOT / "var").resolve()
    # supervisord reads both as its own in a path, % even twice.
    if set("%;") & set(f"{ROOT}{var}"):
        sys.exit(f"Neither {ROOT} nor VAR={var} may contain % or ;")
    return var


def folders(var):
    """Make VAR and what lives in it, readable by this user alone; return VAR."""
    for name in ("", "broker", "broker-control", "tmp", "log", "beat", "static"):
        (var / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / name).chmod(0o700)
    return var


def lock(var):
    """Hold VAR for one run: two beats and two supervisors over one folder would fight for its files."""
    held = (var / "run.lock").open("w")
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(f"Another make run is already using {var}: stop it, or choose another folder with VAR=…")
    return held


def configuration(var):
    """Text of supervisord's configuration."""
    names = {
        "root": ROOT,
        "var": var,
        "bin": shlex.quote(str(BIN)),
        "gunicorn": shlex.quote(str(CONF.with_name("gunicorn.conf.py"))),
        "schedule": shlex.quote(str(var / "beat" / "schedule")),
        "child": f"{shlex.quote(sys.executable)} -m xinyu_portal.running.child",
        # As root supervisord asks to be told that root is meant.
        "user": "user=root" if os.geteuid() == 0 else "",
    }
    names["always"] = Template(ALWAYS).substitute(names)
    return Template(CONF.read_text()).substitute(names)


def prepare():
    command = [sys.executable, "-m", "xinyu_portal.running.prepare"]
    if subprocess.run(command, check=False, preexec_fn=die_with_parent).returncode:
        sys.exit("The portal could not be prepared; nothing was started.")


def start_supervisor(var):
    conf = var / "supervisor.conf"
    conf.write_text(configuration(var))
    # SIGTERM: should this process be killed, supervisord still stops its children in order.
    return subprocess.Popen(
        [BIN / "supervisord", "-n", "-c", conf], preexec_fn=lambda: die_with_parent(signal.SIGTERM)
    )


def answers(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(supervisor, port):
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline and supervisor.poll() is None:
        if answers(port):
            return True
        time.sleep(0.2)
    return False


def show_logs(var):
    for log in sorted((var / "log").glob("*.log")):
        lines = log.read_text(errors="replace").splitlines()[-20:]
        print(f"--- {log}", *lines, sep="\n", file=sys.stderr)


def announce(var, port, started):
    print(f"ready      {time.monotonic() - started:6.1f} s in all")
    print(f"Portal ready: http://127.0.0.1:{port}")
    logins = var / "demo-logins.txt"
    if os.environ.get("PORTAL_ENV") != "production" and logins.exists():
        print(f"\n{logins.read_text().rstrip()}\n")
    print(f"Logs: {var / 'log'}   Stop: Ctrl-C", flush=True)


def stop(supervisor):
    if supervisor.poll() is None:
        supervisor.terminate()
    supervisor.wait()


def make_waits():
    """True when make got a Ctrl-C that did not reach us: it drops its handler and waits for us for ever."""
    try:
        status = Path(f"/proc/{os.getppid()}/status").read_text()
        name = Path(f"/proc/{os.getppid()}/comm").read_text().strip()
    except OSError:
        return False
    caught = int(status.split("SigCgt:")[1].split()[0], 16)
    ignored = int(status.split("SigIgn:")[1].split()[0], 16)
    return name in ("make", "gmake") and not (caught | ignored) >> (signal.SIGINT - 1) & 1


def watch(supervisor):
    """Return the exit code once supervisord ended or somebody asked us to stop (KeyboardInterrupt)."""
    while supervisor.poll() is None:
        if make_waits():
            raise KeyboardInterrupt
        time.sleep(0.5)
    print("The supervisor ended by itself.", file=sys.stderr)
    return 1


def serve(var, port, started):
    supervisor = start_supervisor(var)
    try:
        if not wait_until_ready(supervisor, port):
            show_logs(var)
            print(f"The portal did not become ready; its logs: {var / 'log'}", file=sys.stderr)
            return 1
        announce(var, port, started)
        return watch(supervisor)
    finally:
        stop(supervisor)


def interrupt(signum, frame):
    # Once is enough: a second signal must not cut the orderly stop short.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise KeyboardInterrupt


def main():
    started = float(sys.argv[1]) if len(sys.argv) > 1 else time.monotonic()
    die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    port = port_from_environment()
    refuse_taken_port(port)
    var = folders(var_from_environment())
    os.environ |= {"VAR": str(var), "PORT": str(port), "TMPDIR": str(var / "tmp")}
    held = lock(var)
    try:
        prepare()
        return serve(var, port, started)
    except KeyboardInterrupt:
        print("Stopped.")
        return 0
    finally:
        held.close()


if __name__ == "__main__":
    sys.exit(main())
