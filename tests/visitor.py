"""A person before every door of the portal, and what doors there are."""

import json
from contextlib import contextmanager
from io import BytesIO
from zipfile import ZipFile

from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, get_resolver, reverse

from accounts import tokens

API = "/api/v1/"
OFFICE = "application/vnd.openxmlformats-officedocument."
NO_UUID = "00000000-0000-4000-8000-000000000000"


def named_urls(patterns=None, namespace=""):
    """Every URL the resolver knows, by the name of its view or else its path; Django's admin is one."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name}" if pattern.name else str(pattern.pattern)
        elif pattern.namespace == "admin":
            yield "admin"
        else:
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from named_urls(pattern.url_patterns, inner)


def address_of(name, pk=None, uuid=NO_UUID):
    """The address behind one of `named_urls`; a row's id where it needs one (1 when none is given)."""
    if name == "admin":
        return reverse("admin:index")
    pk = 1 if pk is None else pk
    row, code = {"pk": pk}, {"code": pk}
    for kwargs in ({}, row, {**row, "uuid": uuid}, {**row, "code": "received"}, code, {"uuid": uuid}):
        try:
            return reverse(name, kwargs=kwargs)
        except NoReverseMatch:
            continue
    return f"/{name}"


def readable(response):
    """All the words of an answer; of a workbook or a Word file those of its parts."""
    if not response.headers.get("Content-Type", "").startswith(OFFICE):
        return response.content.decode()
    with ZipFile(BytesIO(response.content)) as book:
        return "\n".join(book.read(part).decode() for part in book.namelist() if part.endswith(".xml"))


@contextmanager
def rolled_back():
    """What is done inside has not happened."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cookies_of(client):
    """`{name: value}` of what a test client was given."""
    return {key: morsel.value for key, morsel in client.cookies.items()}


class Visitor:
    """With a session for the pages and a token for the API; nobody when the city has no such person."""

    def __init__(self, city, name):
        self.client = Client(raise_request_exception=False)
        self.headers = {}
        user = getattr(city, name, None)
        if user is not None:
            self.headers = {"Authorization": f"Token {tokens.issue(user)[1]}"}
            self.client.force_login(user, backend="accounts.backends.PersonBackend")
        self.cookies = cookies_of(self.client)
        self.cookies |= getattr(city, "cookies", {}).get(name, {})

    def ask(self, method, url, data=None, **headers):
        """A page is sent a form, the API JSON."""
        if url.startswith(API):
            body = json.dumps(data) if data is not None else ""
            return self.raw(method, url, body, "application/json", **headers)
        self._dress(url)
        return self.client.post(url, data or {}) if method == "POST" else self.client.generic(method, url)

    def raw(self, method, url, body, content_type, **headers):
        known = self._dress(url)
        return self.client.generic(method, url, body, content_type=content_type, headers={**known, **headers})

    def get(self, url, **query):
        return self.client.get(url, query, headers=self._dress(url))

    def _dress(self, url):
        """A session for a page; for the API no cookie but the token's header, which is returned."""
        self.client.cookies.clear()
        if url.startswith(API):
            return self.headers
        self.client.cookies.load(self.cookies)
        return {}
