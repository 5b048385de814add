import copy

import pytest
from django.db import connection, transaction
from django.test import SimpleTestCase, override_settings
from django.utils import timezone
from pytest_django.plugin import blocking_manager_key

from appeals import trail_guard
from appeals.protection import pace
from notices.models import Sweep
from tests import cast, scene

FLUSHING = ("transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback")


@pytest.fixture
def city(db):
    """The cast of tests/cast.py: `city.anchor`, `city.member` … are users, `city.branch` is a branch."""
    return cast.build()


@pytest.fixture(scope="module")
def built_scene(django_db_setup, django_db_blocker):
    """The scene of tests/scene.py, raised once for a module: more than a second. Its tests work in savepoints of it."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patched, transaction.atomic():
        patched.setattr(pace, "SUBMITS", 10**6)  # everybody here comes from one address
        yield scene.build(cast.build())
        transaction.set_rollback(True)


@pytest.fixture
def scene_of_module(built_scene, db):
    """A copy of its rows that a test may change; what is done to the database is undone after the test."""
    Sweep.objects.update(ran_at=timezone.now())  # a module may take longer than a tick may be away
    return copy.deepcopy(built_scene)


@pytest.fixture(autouse=True, scope="session")
def a_store_of_its_own(tmp_path_factory):
    """Attachments of the tests lie in a folder that goes away with them."""
    with override_settings(ATTACHMENTS=tmp_path_factory.mktemp("attachments")):
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


@pytest.hookimpl(trylast=True)  # the folders have marked theirs
def pytest_collection_modifyitems(config, items):
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
