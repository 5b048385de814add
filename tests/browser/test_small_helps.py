"""Small things that a script adds for a thumb: a mended error goes, a link to a folded form opens it."""

from playwright.sync_api import expect

from appeals import services
from tests.factories import submit_appeal


def test_what_was_wrong_is_no_longer_said_once_it_is_filled(city, open_page):
    page = open_page(city.anchor)
    page.goto("/appeals/new/")
    page.get_by_role("button", name="提交诉求").click()
    wrong = page.get_by_text("请写一句发生了什么。")
    wrong.wait_for()
    page.get_by_label("把事情说清楚").fill("昨天到的鞋压坏了。")
    wrong.wait_for(state="hidden")
    expect(page.get_by_text("请勾上同意")).to_be_visible()


def test_a_link_to_a_folded_form_opens_it(city, open_page):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    page = open_page(city.member)
    page.goto(f"/appeals/{appeal.pk}/")
    page.get_by_role("link", name="记进展").click()
    page.get_by_label("办理进展").wait_for()
    assert page.watch.take() == []
