"""The system's Chromium, once for the lane. Playwright never downloads a browser of its own."""

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import sync_playwright

from tests import cast
from tests.browser.inspection import PHONE, Watch

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium():
    """Playwright's event loop stays in this thread: as long as it does, Django has to be told that it may work."""
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def city(transactional_db):
    return cast.build()


@pytest.fixture
def open_page(chromium, live_server):
    """`open_page(user=None, size=PHONE, script=True)`: a page of a browser of its own, logged in by cookie.

    Its address is relative to the live server; `page.watch` has heard everything it complained about.
    """
    contexts = []

    def opener(user=None, size=PHONE, *, script=True):
        context = chromium.new_context(
            base_url=live_server.url, viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai",
            java_script_enabled=script, reduced_motion="reduce",
        )
        contexts.append(context)
        context.set_default_timeout(10_000)
        if user:
            context.add_cookies([_session(user, live_server.url)])
        page = context.new_page()
        page.watch = Watch(page)
        return page

    yield opener
    for context in contexts:
        context.close()


def _session(user, address):
    client = Client()
    client.force_login(user, backend="accounts.backends.PersonBackend")
    return {
        "name": settings.SESSION_COOKIE_NAME, "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
        "url": address,
    }
