import os
import tempfile
import uuid
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
import redis

from tests.faults.installation import Installation, connect
from tests.services import start_postgresql, start_redis


@pytest.fixture(scope="session")
def servers():
    """DATABASE_URL and REDIS_URL of the lane's servers, or of servers started for this run of pytest."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="xinyu-", dir="/tmp")))
        folder.chmod(0o755)
        found = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if name in os.environ}
        for name, start in (("DATABASE_URL", start_postgresql), ("REDIS_URL", start_redis)):
            if name not in found:
                (folder / name).mkdir()
                found[name] = stack.enter_context(start(folder / name))
        yield found


@pytest.fixture
def production(servers, tmp_path):
    """PostgreSQL and Redis, a database of its own in them."""
    name = f"clock_{uuid.uuid4().hex[:12]}"
    server = servers["DATABASE_URL"]
    with closing(connect(server)) as connection:
        connection.autocommit = True
        connection.cursor().execute(f"CREATE DATABASE {name}")
    redis.Redis.from_url(servers["REDIS_URL"]).flushall()
    address = f"{server.rpartition('/')[0]}/{name}"
    installation = Installation(tmp_path / "var", DATABASE_URL=address, REDIS_URL=servers["REDIS_URL"])
    yield installation
    installation.stop()


@pytest.fixture
def embedded(tmp_path):
    """SQLite and the filesystem broker."""
    installation = Installation(tmp_path / "var")
    yield installation
    installation.stop()


@pytest.fixture(params=["production", "embedded"])
def installation(request):
    return request.getfixturevalue(request.param)
