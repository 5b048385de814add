"""Redis stopped, and Redis that hangs: submitting and replying take no more than twice their time.

A portal's own process on a Redis of the test's, asked over sockets. The request path must never wait for the
broker; the one cache it asks (xinyu_portal/counting.py) is asked once, briefly, and then left alone for a while.
"""

import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from http.cookiejar import CookieJar
from types import SimpleNamespace

import pytest
import redis

from tests.faults.installation import ROOT, Installation, eventually
from tests.services import free_port, start_redis
from xinyu_portal.running.child import die_with_parent

pytestmark = pytest.mark.faults

TIMES, TRIES = 9, 3
SEED = """
from accounts import tokens
from anchors.newcomers import posters
from tests import cast
city = cast.build()
print("SEED", tokens.issue(city.anchor)[1], tokens.issue(city.member)[1], posters.of_branch(city.branch).path)
"""


@pytest.fixture
def portal(tmp_path):
    """A portal that answers: `address`, tokens of an anchor and their contact, a poster's path, and Redis's pid."""
    folder = tmp_path / "redis"
    folder.mkdir()
    with start_redis(folder) as url:
        installation = Installation(tmp_path / "var", REDIS_URL=url)
        installation.manage("migrate", "--verbosity=0")
        installation.manage("collectstatic", "--noinput", "--verbosity=0")
        said = installation.manage("shell", "--verbosity=0", "--command", SEED)
        anchor, member, poster = said.split("SEED ")[1].split()
        port = free_port()
        _serve(installation, port)
        address = f"http://127.0.0.1:{port}"
        assert eventually(lambda: _answers(f"{address}/healthz")), installation.logs()
        yield SimpleNamespace(
            address=address, anchor=anchor, member=member, poster=poster, logs=installation.logs,
            redis_pid=redis.Redis.from_url(url).info("server")["process_id"],
        )
        installation.stop()


def _serve(installation, port):
    with (installation.var / "web.log").open("w") as log:
        process = subprocess.Popen(
            [
                sys.executable, "-m", "gunicorn", "xinyu_portal.wsgi", "-k", "gthread", "--threads", "4",
                "--no-control-socket", "-b", f"127.0.0.1:{port}",
            ],
            cwd=ROOT, env=installation.environment | {"ALLOWED_HOSTS": "127.0.0.1"}, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True, preexec_fn=die_with_parent,
        )
    installation.started.append(process)


def _answers(address):
    try:
        urllib.request.urlopen(address, timeout=5)
    except urllib.error.HTTPError:
        return True  # 503: no tick has run
    except OSError:
        return False
    return True


def _post(portal, path, token, **data):
    headers = {
        "Authorization": f"Token {token}", "Content-Type": "application/json", "Idempotency-Key": str(uuid.uuid4()),
    }
    asked = urllib.request.Request(f"{portal.address}{path}", json.dumps(data).encode(), headers)
    with urllib.request.urlopen(asked, timeout=30) as answer:
        return json.load(answer)


def submit_and_reply(portal):
    """Seconds of a submit and of the answer to it, by the API."""
    began = time.monotonic()
    appeal = _post(portal, "/api/v1/appeals/", portal.anchor, kind="appeal", category="A", body="样鞋压坏了。")
    submitted = time.monotonic()
    _post(portal, f"/api/v1/appeals/{appeal['id']}/reply/", portal.member, text="赔。", version=appeal["version"])
    return submitted - began, time.monotonic() - submitted


def file_at_the_poster(portal):
    """Seconds of the form's POST and the receipt behind it, by somebody without a login."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    page = opener.open(f"{portal.address}{portal.poster}", timeout=30).read().decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    key = re.search(r'name="submit_key"[^>]*value="([^"]+)"', page)[1]
    form = {
        **hidden, "submit_key": key, "name": "罗小满", "phone": f"138{uuid.uuid4().int % 10**8:08}", "category": "A",
        "body": "夜里找不到充电桩。", "agree": "on",
    }
    began = time.monotonic()
    answer = opener.open(f"{portal.address}{portal.poster}", urllib.parse.urlencode(form).encode(), timeout=30)
    assert answer.url.endswith("/receipt/"), answer.url
    return time.monotonic() - began


def medians(portal):
    """Median seconds of submitting, replying, and filing at a poster."""
    pairs = [submit_and_reply(portal) for _ in range(TIMES)]
    filed = [file_at_the_poster(portal) for _ in range(TIMES)]
    return [statistics.median(times) for times in (*zip(*pairs, strict=True), filed)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGSTOP], ids=["stopped", "hanging"])
def test_without_redis_submitting_and_replying_take_no_more_than_twice_their_time(portal, how):
    medians(portal)  # warm
    normal = medians(portal)
    os.kill(portal.redis_pid, how)
    try:
        tries = []
        for _ in range(TRIES):  # a neighbour on the machine slows one; what waits for Redis is slow in each
            tries.append(medians(portal))
            if within_twice(normal, tries[-1]):
                return
    finally:
        if how == signal.SIGSTOP:
            os.kill(portal.redis_pid, signal.SIGCONT)
    raise AssertionError(f"{normal} became {tries}\n{portal.logs()}")


def within_twice(normal, away):
    return all(after <= 2 * before for before, after in zip(normal, away, strict=True))
