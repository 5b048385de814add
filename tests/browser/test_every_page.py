"""Every page, for everybody who may read it, at phone and desk width: nothing complains, nothing sticks out."""

import pytest
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import expect

from branches.reports import services as report_services
from tests.browser import pages, story
from tests.browser.inspection import inspect
from tests.factories import let_all_lapse, many_like, submit_appeal

ROLES = pages.EVERYBODY
EMPTY_ROLES = ("anchor", "member", "secretary", "staff", "clerk")


def visit(page, address, expected=200, *, briefly=False):
    """Findings of one address, each with the address in front."""
    if "#" in address:
        page.goto("about:blank")  # else another sheet of the same page would be no visit
    response = page.goto(address)
    found = [] if response.status == expected else [f"answers {response.status}, not {expected}"]
    return [f"{address[:60]}: {one}" for one in (*found, *inspect(page, briefly=briefly))]


def told(found):
    return f"{len(found)} findings\n" + "\n".join(found)


@pytest.fixture
def full_city(city):
    story.tell(city)
    return city


SPOILED = """() => {
  const [wide, low, image] = ["p", "button", "img"].map(name => document.createElement(name));
  wide.className = "nobr";
  wide.textContent = "W".repeat(200);
  low.className = "btn-close";
  image.src = "https://elsewhere.example/spy.png";
  document.querySelector(".page").append(wide, low, image);
  console.error("broken");
}"""


def test_the_inspection_sees_what_it_is_for(city, open_page):
    page = open_page(city.anchor)
    page.goto(reverse("stations:list"))
    assert inspect(page) == []
    page.evaluate(SPOILED)
    seen = "\n".join(inspect(page))
    for finding in ("axe button-name", "axe image-alt", "scrolls sideways", "target too low", "console: broken",
                    "policy: img-src https://elsewhere.example/spy.png"):
        assert finding in seen, f"{finding} not in\n{seen}"


def test_no_page_is_forgotten(city):
    assert pages.unknown_pages(city.stranger) == []


@pytest.mark.parametrize("role", ROLES)
def test_pages_with_rows(role, full_city, open_page):
    """A secretary works at a desk and on a phone; what the others see is looked at briefly."""
    user = getattr(full_city, role)
    page, found = open_page(user), []
    for addresses in pages.of(role):
        for address in addresses(full_city, user):
            found += visit(page, address, briefly=role != "secretary")
    assert not found, told(found)


@pytest.mark.parametrize("role", ["anchor", "member", "secretary"])
def test_a_list_of_more_than_one_page(role, city, open_page):
    waiting = submit_appeal(city)
    many_like(waiting, 51)
    let_all_lapse()
    if role == "secretary":
        story.run_the_clock()
    page = open_page(getattr(city, role))
    found = visit(page, reverse("appeals:list"))
    page.get_by_role("link", name="下一页").click()
    page.wait_for_url("**cursor**")
    found += inspect(page)
    assert not found, told(found)


@pytest.mark.parametrize("role", EMPTY_ROLES)
def test_lists_without_rows(role, city, open_page):
    user = getattr(city, role)
    page, found = open_page(user), []
    for name in pages.LISTS:
        addresses, readers = pages.PAGES[name]
        if role in readers:
            for address in addresses(city, user):
                found += visit(page, address, briefly=True)
    assert not found, told(found)


def test_the_login_page_and_its_refusal(city, open_page):
    page = open_page()
    found = visit(page, reverse("login"))
    page.get_by_label("手机号、用户名或回执编号").fill("anchor")
    page.get_by_label("密码").fill("不是这个")
    page.get_by_role("button", name="登录").click()
    page.get_by_text("用户名或密码不对").wait_for()
    found += inspect(page)
    assert not found, told(found)


@pytest.mark.parametrize("role", ["anchor", "secretary"])
def test_pages_of_refusal(role, city, open_page, monkeypatch):
    page = open_page(getattr(city, role))
    found = visit(page, reverse("committee_home"), 403)
    found += visit(page, "/nowhere/", 404)
    found += visit(page, f"/stations/?{'q&' * 1100}", 400)
    monkeypatch.setattr("branches.facts.views.render", _fail)
    found += visit(page, reverse("facts:list"), 500)
    monkeypatch.setattr("branches.facts.views.render", _stay_locked)
    found += visit(page, reverse("facts:list"), 503)
    assert not found, told(found)


def _fail(*args):
    raise RuntimeError("for the test of the page that says so")


def _stay_locked(*args):
    raise OperationalError("database is locked")


def test_the_page_of_a_conflict(full_city, open_page):
    report = full_city.reports[0]
    page = open_page(full_city.secretary)
    page.goto(reverse("reports:detail", args=[report.pk]))
    page.get_by_label("想说的话").fill("两家企业停播。")
    report_services.file(report, actor=full_city.secretary, version=report.version)
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("这份报表已经上报").wait_for()
    found = inspect(page)
    assert not found, told(found)
    expect(page.get_by_text("两家企业停播。")).to_be_visible()
    page.get_by_role("link", name="看现在的情况").click()
    page.get_by_role("heading", name="已上报").wait_for()


def test_sheets_that_are_open(full_city, open_page):
    page, found = open_page(full_city.member), []
    waiting = full_city.appeals[0]
    for address in ("/stations/#menu", f"/appeals/#act-{waiting.pk}", f"/appeals/#up-{waiting.pk}"):
        found += visit(page, address)
    page = open_page(full_city.secretary)
    found += visit(page, f"{reverse('reports:detail', args=[full_city.reports[0].pk])}#confirm")
    found += visit(page, "/stations/#menu")
    assert not found, told(found)
