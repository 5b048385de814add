import pytest

from tests import cast


@pytest.fixture
def city(db):
    """The cast of tests/cast.py: `city.anchor`, `city.member` … are users, `city.branch` is a branch."""
    return cast.build()


@pytest.fixture
def sign_in(client):
    """`sign_in(user)` returns the client, logged in as that person without a password."""

    def login(user):
        client.force_login(user, backend="accounts.backends.PersonBackend")
        return client

    return login
