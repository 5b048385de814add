"""The browser recomputes a trail from its JSON: what was changed on the way is named by its line."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from appeals import services
from appeals.models import Event
from appeals.negotiation import services as negotiation
from appeals.proof.sealing import make, receipt_of
from appeals.proof.services import erase_words
from tests.browser.inspection import inspect
from tests.factories import submit_appeal

WITH_EVERY_SIGN = '引号" 反斜杠\\ 制表\t 换行\n 撇号\' 斜线/ 表情😀 行分隔\u2028 删除\x7f 尖<b> 和&'


@pytest.fixture
def appeal(city):
    appeal = services.hand_up(submit_appeal(city, body=WITH_EVERY_SIGN), actor=city.member, text=WITH_EVERY_SIGN)
    services.accept(appeal, actor=city.officer)
    negotiation.extend(appeal, actor=city.officer, days=2, text="等回话。", plan=WITH_EVERY_SIGN)
    return services.reply(appeal, actor=city.officer, text="网点赔三双。")


def check(page, appeal):
    page.goto(reverse("appeals:check", args=[appeal.pk]))
    page.locator("[data-state=right], [data-state=wrong]").wait_for()
    return page.get_by_role("heading", level=2).first.inner_text()


def tampered(page, change):
    """Every answer of the trail's address passes through `change(lines)`."""

    def fulfil(route):
        answer = route.fetch()
        trail = answer.json()
        change(trail["results"])
        route.fulfill(response=answer, body=json.dumps(trail))

    page.route("**/api/v1/appeals/*/trail/", fulfil)


def paste(page, text):
    page.get_by_label("把回执贴进来").fill(text)
    page.get_by_role("button", name="对一下").click()
    return page.locator("[data-proof-compared]").inner_text()


def test_an_intact_trail_is_right_in_every_line_and_fits_its_receipt_and_its_seal(city, appeal, open_page):
    make(timezone.localdate(), at=timezone.now())
    early = f"{appeal.number} 2 {appeal.events.get(seq=2).hash}"
    page = open_page(city.anchor)
    assert check(page, appeal) == "全部相符"
    marks = page.locator("[data-proof-lines] .proof-mark").all_inner_texts()
    assert marks == ["✓ 相符"] * 5
    assert page.locator("[data-seal-seq] .proof-mark").all_inner_texts() == ["✓ 相符"]
    assert page.locator("[data-proof-head]").inner_text() == receipt_of(appeal)
    for receipt in (early, receipt_of(appeal)):
        assert paste(page, receipt).startswith("✓")
    assert paste(page, early.replace(" 2 ", " 3 ")).startswith("✗")
    assert paste(page, early.replace(" 2 ", " 9 ")).startswith("✗")
    assert paste(page, "不是回执").startswith("看不出")
    assert inspect(page) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda lines: lines[1].update(text="别的话"), "第 2 条对不上"),
        (lambda lines: lines[2]["facts"].update(holder=1), "第 3 条对不上"),
        (lambda lines: lines[3].update(at="2026-01-01T00:00:00.000000Z"), "第 4 条对不上"),
        (lambda lines: lines.pop(1), "第 3 条对不上"),
        (lambda lines: lines[1].update(hash="0" * 64), "第 2 条对不上"),
    ],
    ids=["words", "facts", "time", "deleted", "hash"],
)
def test_a_line_that_was_changed_is_named(city, appeal, open_page, change, said):
    page = open_page(city.staff)
    tampered(page, change)
    assert check(page, appeal) == said


def test_erased_words_leave_it_right(city, appeal, open_page):
    services.confirm(appeal, actor=city.anchor, outcome="PARTLY", rating=4, contacted=True)
    erase_words(appeal, actor=city.chief, reason="本人要求")
    page = open_page(city.anchor)
    assert check(page, appeal) == "全部相符"
    assert "文字已按规定清除" in page.locator("[data-proof-lines] li").first.inner_text()


def test_a_cut_tail_does_not_fit_the_seal_nor_the_receipt(city, appeal, open_page):
    make(timezone.localdate(), at=timezone.now())
    page = open_page(city.anchor)
    tampered(page, lambda lines: lines.pop())
    assert check(page, appeal) == "全部相符"
    assert page.locator("[data-seal-seq] .proof-mark").all_inner_texts() == ["✗ 不符"]
    assert "后面的被删了" in paste(page, receipt_of(appeal))
    assert Event.objects.count() == 5


def test_the_receipt_is_one_click_from_the_anchors_page(city, appeal, open_page):
    page = open_page(city.anchor)
    page.goto(reverse("appeals:detail", args=[appeal.pk]))
    page.get_by_role("link", name="看回执").click()
    assert page.locator("[data-receipt]").inner_text() == receipt_of(appeal)
    expect(page.get_by_role("button", name="打印")).to_be_visible()
    assert inspect(page) == []
