"""The branch's monthly report in an uneventful month: two clicks, and no typing."""

from django.urls import reverse
from django.utils import timezone

from branches.reports.models import Report
from branches.reports.sweeps import open_monthly
from tests.browser.inspection import DESK, PHONE


def test_filed_by_two_clicks(city, open_page):
    open_monthly(timezone.now())
    report = Report.objects.get(branch=city.branch)
    page = open_page(city.secretary, DESK)
    page.goto(reverse("reports:detail", args=[report.pk]))
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报报上去了").wait_for()
    report.refresh_from_db()
    assert report.state == Report.State.FILED and report.filed_by == city.secretary
    assert page.watch.take() == []


def test_the_way_to_it_from_the_message_on_a_phone(city, open_page):
    open_monthly(timezone.now())
    page = open_page(city.secretary, PHONE)
    page.goto(reverse("notices:inbox"))
    page.get_by_role("button", name="去看看").click()
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("link", name="再看看").click()
    assert page.get_by_role("button", name="确认上报").is_hidden()
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报报上去了").wait_for()


def test_filed_without_script(city, open_page):
    open_monthly(timezone.now())
    page = open_page(city.secretary, DESK, script=False)
    page.goto(reverse("reports:detail", args=[Report.objects.get(branch=city.branch).pk]))
    page.get_by_role("link", name="上报行业党委").click()
    page.get_by_role("button", name="确认上报").click()
    page.get_by_text("月报报上去了").wait_for()


def test_the_committee_says_that_it_has_looked(city, open_page):
    test_filed_by_two_clicks(city, open_page)
    page = open_page(city.staff, DESK)
    page.goto(reverse("committee_home"))
    page.get_by_role("link", name="去看").click()
    page.get_by_role("button", name="看过").click()
    page.get_by_text("已记下：行业党委看过这份月报").wait_for()
