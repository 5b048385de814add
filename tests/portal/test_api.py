"""What holds for every URL of the API, found by walking the resolver."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import URLPattern, reverse
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.test import APIClient

from appeals.protection.api import TokenUnlessAnonymous
from tests.api_client import Caller
from tests.visitor import NO_UUID
from xinyu_portal import api_urls

pytestmark = pytest.mark.django_db
WAYS_IN = ("/api/v1/auth/token/", "/api/v1/activations/redeem/")
FEED = "/api/v1/calendar.ics"  # by a token in the address: a phone's calendar has no login
CODE = "/api/v1/receipts/234567ABCD/"  # by a query code: whoever has it, and nobody else, needs no login
FILE = "/api/v1/appeals/"  # an anonymous appeal is filed without a token
METHODS = ("get", "post", "put", "patch", "delete")
LISTS = ("appeals", "anchors", "branches", "stations", "notices", "reports", "categories")


def walk(patterns, prefix="/api/"):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield pattern, re.sub("<int:pk>", "1", path).replace("<uuid:uuid>", NO_UUID).replace(
                "<str:code>", "234567ABCD"
            ).replace("<slug:code>", "received")
        else:
            yield from walk(pattern.url_patterns, path)


EVERY = list(walk(api_urls.urlpatterns))
VIEWS = [(pattern, path) for pattern, path in EVERY if path != "/api/docs/"]


def test_the_walk_finds_them():
    assert len(VIEWS) >= 24


@pytest.mark.parametrize(("pattern", "path"), VIEWS, ids=[path for _, path in VIEWS])
def test_nobody_comes_in_without_a_login(pattern, path):
    closed = (404, 405) if path.startswith((CODE, FEED)) else (401,)
    for method in METHODS:
        if method != "post" or path not in WAYS_IN:
            assert getattr(APIClient(), method)(path).status_code in closed, method


@pytest.mark.parametrize(("pattern", "path"), VIEWS, ids=[path for _, path in VIEWS])
def test_the_class_itself_is_closed(pattern, path):
    """Django's LoginRequiredMiddleware does not guard DRF, so each view must."""
    view = pattern.callback.cls(**pattern.callback.initkwargs)
    open_to = {FILE: TokenUnlessAnonymous}.get(path, AllowAny if path.startswith((CODE, FEED)) else IsAuthenticated)
    assert list(view.permission_classes) == [open_to]


@pytest.mark.parametrize("name", LISTS)
def test_lists_answer_alike(city, name):
    answer = Caller(city.chief).fetch(f"{name}/")
    assert answer.status_code == 200
    expected = {"results"} if name == "categories" else {"results", "next", "previous"}
    assert set(answer.json()) == expected


@pytest.mark.parametrize("name", [name for name in LISTS if name != "categories"])
def test_lists_take_q(city, name):
    caller = Caller(city.chief)
    assert caller.fetch(f"{name}/", q="没有这样的").json()["results"] == []
    assert caller.fetch(f"{name}/", q="a\0").status_code == 400
    assert caller.fetch(f"{name}/", cursor="x").status_code == 400


def test_a_session_needs_the_csrf_token(city):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(city.anchor, backend="accounts.backends.PersonBackend")
    assert client.post("/api/v1/appeals/", {}, format="json").status_code == 403


class TestDocuments:
    def test_the_schema_is_without_a_warning(self):
        call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())

    def test_it_tells_every_verb_in_chinese_with_its_refusals(self, city):
        answer = Caller(city.anchor).get(reverse("api:schema"), headers={"Accept": "application/vnd.oai.openapi+json"})
        operations = [
            (path, method, what) for path, methods in answer.json()["paths"].items() for method, what in methods.items()
        ]
        assert {path for path, _, _ in operations} == {
            re.sub("234567ABCD|received", "{code}", path.replace("/1/", "/{id}/").replace(NO_UUID, "{uuid}"))
            for _, path in VIEWS if path.startswith("/api/v1/")
        }
        for path, _, what in operations:
            assert re.search("[一-鿿]", what["summary"]), path
            assert {"400", "401", "404"} & set(what["responses"]), path
        for verb in ("accept", "note", "hand-up", "reply", "confirm", "reopen", "withdraw"):
            [told] = [what for path, _, what in operations if path == f"/api/v1/appeals/{{id}}/{verb}/"]
            assert set(told["responses"]) == {"200", "400", "401", "403", "404", "409"}

    def test_the_page_is_for_who_is_logged_in(self, client, city, sign_in):
        assert client.get(reverse("api:docs")).status_code == 302
        page = sign_in(city.anchor).get(reverse("api:docs"))
        assert page.status_code == 200

    def test_the_page_needs_nothing_inline_and_no_other_host(self, city, sign_in):
        page = sign_in(city.anchor).get(reverse("api:docs"))
        text = page.content.decode()
        assert not re.search(r"<style|style=|<script(?![^>]*src=)|https?://", text)
        assert "unsafe" not in page["Content-Security-Policy"]
