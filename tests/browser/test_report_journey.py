"""The branch's monthly report in an uneventful month: two clicks, and no typing."""

from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from branches.reports.models import Report
from branches.reports.sweeps import open_due
from tests.browser.inspection import DESK, PHONE

COUNT = """for (const kind of ["click", "keydown"]) addEventListener(kind, event => {
    if (event.isTrusted && event.detail !== 0 || kind === "keydown")
        sessionStorage[kind] = Number(sessionStorage[kind] || 0) + 1;
}, true);"""


def test_filed_by_two_clicks(city, open_page):
    open_due(timezone.now())
    report = Report.objects.get(branch=city.branch)
    page = open_page(city.secretary, DESK)
    page.add_init_script(COUNT)
    page.goto(reverse("reports:detail", args=[report.pk]))
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报已上报").wait_for()
    assert page.evaluate("[sessionStorage.click, sessionStorage.keydown || 0]") == ["2", 0]
    report.refresh_from_db()
    assert report.state == Report.State.FILED and report.filed_by == city.secretary
    assert page.watch.take() == []


def test_from_the_message_to_filed_by_two_clicks_on_a_phone(city, open_page):
    open_due(timezone.now())
    page = open_page(city.secretary, PHONE)
    page.add_init_script(COUNT)
    page.goto(reverse("notices:inbox"))
    page.get_by_role("button", name="去看看").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报已上报").wait_for()
    assert page.evaluate("[sessionStorage.click, sessionStorage.keydown || 0]") == ["2", 0]
    assert Report.objects.get(branch=city.branch).state == Report.State.FILED


def test_the_figures_may_be_looked_at_before(city, open_page):
    open_due(timezone.now())
    page = open_page(city.secretary, PHONE)
    page.goto(reverse("notices:inbox"))
    page.get_by_role("button", name="去看看").click()
    page.get_by_role("link", name="再看看").click()
    expect(page.get_by_role("button", name="确认上报")).to_be_hidden()
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报已上报").wait_for()


def test_filed_without_script(city, open_page):
    open_due(timezone.now())
    page = open_page(city.secretary, DESK, script=False)
    page.goto(reverse("reports:detail", args=[Report.objects.get(branch=city.branch).pk]))
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报已上报").wait_for()


def test_returned_and_filed_again(city, open_page):
    test_filed_by_two_clicks(city, open_page)
    page = open_page(city.staff, DESK)
    page.goto(reverse("committee_home"))
    page.get_by_role("link", name="去看").click()
    page.get_by_text("有要改的，退回").click()
    page.get_by_label("退回的理由").fill("走访少记了一条。")
    page.get_by_role("button", name="退回支部").click()
    page.get_by_text("月报已退回").wait_for()
    page = open_page(city.secretary, PHONE)
    page.goto(reverse("notices:inbox"))
    page.get_by_role("button", name="去看看").first.click()
    expect(page.get_by_text("走访少记了一条。").first).to_be_visible()
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("已上报，数字定住了").wait_for()
    page = open_page(city.staff, DESK)
    page.goto(f"{reverse('reports:list')}?state=filed")
    page.get_by_role("link", name="月报").first.click()
    page.get_by_role("button", name="通过").click()
    page.get_by_text("已通过").first.wait_for()
    assert Report.objects.get(branch=city.branch).state == Report.State.ACCEPTED
