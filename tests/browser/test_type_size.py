"""大字版: kept in a cookie by the server, so that it works before login and without script."""

import pytest
from django.urls import reverse

from tests.browser.inspection import DESK, PHONE

BIG = "html.big-type"


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_kept_from_page_to_page_and_over_the_login(script, city, open_page):
    page = open_page(city.anchor, script=script)
    page.goto(reverse("stations:list"))
    assert page.locator(BIG).count() == 0
    page.locator("header").get_by_role("button", name="大字版").click()
    page.locator(BIG).wait_for()
    assert page.url.endswith(reverse("stations:list"))
    page.goto(reverse("notices:inbox"))
    assert page.locator(BIG).count() == 1
    page.context.clear_cookies(name="sessionid")
    page.goto(reverse("login"))
    assert page.locator(BIG).count() == 1
    page.get_by_role("button", name="标准字").click()
    page.locator("html:not(.big-type)").wait_for()


def test_kept_when_the_browser_is_closed(city, open_page):
    page = open_page(city.anchor)
    page.goto(reverse("stations:list"))
    page.locator("header").get_by_role("button", name="大字版").click()
    page.locator(BIG).wait_for()
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "big_type"]
    assert cookie["expires"] > 0 and cookie["value"] == "big"


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_an_officer_finds_the_switch_at_every_width(size, city, open_page):
    page = open_page(city.secretary, size)
    page.goto(reverse("stations:list"))
    if size == PHONE:
        page.get_by_role("link", name="更多").click()
    page.locator("button:visible", has_text="大字版").click()
    page.locator(BIG).wait_for()
