import contextlib
import copy
import gc

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection, transaction
from django.test import SimpleTestCase, override_settings
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key

from appeals import trail_guard
from appeals.protection import pace
from notices.models import Sweep
from tests import cast, scene

FLUSHING = ("transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback")


def pytest_collection_finish(session):
    """What was imported stays: the collector walks it no more, which saves a tenth of the minutes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


class Stage:
    """What many tests begin with, built once: they work in savepoints of its transaction, with copies of its rows.

    It stays up for the tests of a module that follow each other, until one of them needs another or none.
    """

    def __init__(self, blocker):
        self.blocker, self.opened, self.build, self.built = blocker, contextlib.ExitStack(), None, None

    def show(self, build):
        """What `build()` returns; called now, unless it stands already."""
        if self.build is not build:
            self.clear()
            self.opened.enter_context(self.blocker.unblock())
            self.opened.enter_context(transaction.atomic())
            self.opened.callback(transaction.set_rollback, True)
            self.built, self.build = build(), build
        return self.built

    def clear(self):
        self.opened.close()
        self.build = self.built = None


@pytest.fixture(scope="module")
def stage(django_db_setup, django_db_blocker, a_store_of_its_own):
    stage = Stage(django_db_blocker)
    yield stage
    stage.clear()


@pytest.fixture
def staged_city(stage):
    """50 ms, a third of what an ordinary test takes."""
    return stage.show(cast.build)


def build_scene():
    return scene.build(cast.build())


@pytest.fixture
def staged_scene(stage):
    """More than a second."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(pace, "SUBMITS", 10**6)  # everybody here comes from one address
        yield stage.show(build_scene)


@pytest.fixture
def empty_stage(stage):
    stage.clear()


@pytest.fixture
def city(request, db):
    """The cast of tests/cast.py: `city.anchor`, `city.member` … are users, `city.branch` is a branch."""
    if flushes(request.node):
        return cast.build()
    return copy.deepcopy(request.getfixturevalue("staged_city"))


@pytest.fixture
def scene_of_module(staged_scene, db):
    """A copy of its rows that a test may change; what is done to the database is undone after the test."""
    Sweep.objects.update(ran_at=timezone.now())  # a module may take longer than a tick may be away
    return copy.deepcopy(staged_scene)


@pytest.fixture(autouse=True, scope="session")
def a_store_of_its_own(tmp_path_factory):
    """Attachments of the tests lie in a folder that goes away with them."""
    with override_settings(ATTACHMENTS=tmp_path_factory.mktemp("attachments")):
        yield


@pytest.fixture(autouse=True, scope="session")
def cheap_hashes():
    """Of the same algorithm at its lowest cost: a tenth of a second for each password is for those who guess."""
    with pytest.MonkeyPatch.context() as patched:
        for cost, least in {"time_cost": 1, "memory_cost": 8, "parallelism": 1}.items():
            patched.setattr(Argon2PasswordHasher, cost, least)
        yield


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` returns the client, logged in as that person without a password."""

    def login(user):
        client.force_login(user, backend="accounts.backends.PersonBackend")
        return client

    return login


def asks_a_database(item):
    in_a_case = item.cls is not None and issubclass(item.cls, SimpleTestCase)
    return in_a_case or bool(item.get_closest_marker("django_db") or {"db", *FLUSHING} & set(item.fixturenames))


def tried_on_sqlite_alone(item):
    """What asks no database is tried once, in SQLite's lane; so is what has the mark."""
    return not item.get_closest_marker("faults") and (
        not asks_a_database(item) or item.get_closest_marker("sqlite") is not None
    )


def stage_for(item):
    """The fixture that sets the stage, which has to stand before the test's own transaction begins; none, or a name."""
    if "scene_of_module" in item.fixturenames:
        return "staged_scene"
    if "city" in item.fixturenames and not flushes(item):
        return "staged_city"
    return "empty_stage" if asks_a_database(item) else None


@pytest.hookimpl(trylast=True)  # the folders have marked theirs
def pytest_collection_modifyitems(config, items):
    for item in items:
        if name := stage_for(item):
            item.fixturenames.insert(0, name)
    if connection.vendor == "postgresql":
        once = {item for item in items if tried_on_sqlite_alone(item)}
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in once]


def flushes(node):
    """Whether the test ends by emptying the tables, instead of rolling back."""
    marker = node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or any(name in FLUSHING for name in node.fixturenames)


@pytest.fixture(autouse=True)
def trail_guard_steps_aside(request):
    """The flush of a transactional test deletes lines of the trail, which the triggers forbid."""
    if flushes(request.node):
        request.getfixturevalue("transactional_db")
    yield
    if flushes(request.node):
        trail_guard.remove()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """Left after every fixture, so after the flush: the triggers come back for the tests that follow."""
    try:
        return (yield)
    finally:
        if flushes(item) and nextitem is not None:  # after the last test there is no database left
            with item.config.stash[blocking_manager_key].unblock():
                trail_guard.install()
