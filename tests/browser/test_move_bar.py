"""The bar that moves ticked anchors: in the window while the list is, and it says how many are ticked."""

import pytest

from tests.anchors.test_moves import crowd
from tests.browser.inspection import DESK, PHONE


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_a_tick_at_the_top_shows_what_to_do_with_it(city, open_page, size):
    crowd(city, 40)
    page = open_page(city.staff, size)
    page.goto("/anchors/")
    page.get_by_role("checkbox").nth(1).check()
    assert page.evaluate("scrollY") < 800
    bar = page.locator(".move-bar")
    assert "已勾 1 名" in bar.inner_text()
    low = bar.bounding_box()["y"] + bar.bounding_box()["height"]
    tabs = page.locator(".tabbar")
    assert low <= (tabs.bounding_box()["y"] if tabs.is_visible() else size["height"]) + 1
    bar.get_by_label("调到支部").select_option(str(city.other_branch.pk))
    bar.get_by_role("button", name="调勾选的").click()
    page.get_by_text("确认调整 1 名").wait_for()
    assert page.watch.take() == []


def test_it_works_without_a_script(city, open_page):
    page = open_page(city.staff, script=False)
    page.goto("/anchors/")
    page.get_by_role("checkbox").first.check()
    assert "已勾" not in page.locator(".move-bar").inner_text()
    page.get_by_label("调到支部").select_option(str(city.other_branch.pk))
    page.get_by_role("button", name="调勾选的").click()
    page.get_by_text("不调了").wait_for()
