"""Photos from a phone: shrunk before they are sent, shown before they are sent, and taken without a script too."""

import os

from playwright.sync_api import expect

from appeals.attachments import store
from appeals.models import Attachment
from branches.organisation.models import Branch
from tests import photos
from tests.browser.inspection import DESK
from tests.factories import submit_appeal

BIG = {"name": "网点 1.jpg", "mimeType": "image/jpeg", "buffer": photos.located((4000, 3000))}
SMALL = {"name": "网点 2.jpg", "mimeType": "image/jpeg", "buffer": photos.picture(colour="orange")}
KEEP_THE_LABEL = """() => document.addEventListener("submit", () => {
  sessionStorage.label = document.querySelector(".thumb button").innerText.trim();
})"""


def shot(page, name):
    if os.environ.get("SHOTS"):
        page.screenshot(path=f"{os.environ['SHOTS']}/{name}.png", full_page=True)


def test_an_anchor_chooses_drops_and_sends_photos(city, open_page):
    page = open_page(city.anchor)
    page.goto("/appeals/new/")
    page.locator("[name=category][value=A]").check()
    page.get_by_label("把事情说清楚").fill("昨天到的鞋压坏了。")
    field = page.locator("[data-photos]")
    expect(page.get_by_role("button", name="拍照或选文件")).to_be_visible()
    field.set_input_files([BIG, SMALL])
    page.get_by_text("已选 2 个").wait_for()
    field.set_input_files([{**SMALL, "name": "网点 3.jpg"}])
    page.get_by_text("已选 3 个").wait_for()
    shot(page, "new-photos")
    page.get_by_role("button", name="移除 网点 3.jpg").click()
    page.get_by_text("已选 2 个").wait_for()
    page.get_by_label("我同意把以上内容用来办这件事").check()
    page.evaluate(KEEP_THE_LABEL)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("走到哪了").wait_for()
    assert page.evaluate("sessionStorage.label") == "正在发送 …"
    big, small = Attachment.objects.all()
    assert (big.name, small.name) == ("网点 1.jpg", "网点 2.jpg")
    with photos.Image.open(store.path_of(big.uuid)) as picture:
        assert picture.size == (1440, 1920)  # the phone's own shrinking; the server would leave 2560
    page.locator(".files img").last.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('.files img')].every(one => one.naturalWidth > 0)")
    shot(page, "own-photos")
    assert page.watch.take() == []


def test_it_works_without_a_script(city, open_page):
    page = open_page(city.anchor, script=False)
    page.goto("/appeals/new/")
    page.locator("[name=category][value=A]").check()
    page.get_by_label("把事情说清楚").fill("昨天到的鞋压坏了。")
    page.locator("[data-photos]").set_input_files([BIG])
    page.get_by_label("我同意把以上内容用来办这件事").check()
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("走到哪了").wait_for()
    with photos.Image.open(store.path_of(Attachment.objects.get().uuid)) as picture:
        assert picture.size == (1920, 2560)


def test_a_handler_begins_from_a_template_and_sees_what_is_missing(city, open_page):
    appeal = submit_appeal(city, files=photos.stored())
    page = open_page(city.member)
    page.goto(f"/appeals/{appeal.pk}/")
    answer = page.get_by_role("textbox", name="写答复")
    answer.fill("样鞋的事。")
    page.get_by_text("没看到日子").wait_for()
    page.get_by_text("从模板开始").click()
    page.get_by_role("link", name="办好了").click()
    assert answer.input_value().startswith("样鞋的事。\n\n您说的【事情】")
    page.get_by_text("还有没填的【】").wait_for()
    shot(page, "reply")
    assert page.watch.take() == []
    Branch.objects.update(checks_replies=True)
    for user, size, name in ((city.staff, DESK, "templates"), (city.staff, DESK, "branch")):
        desk = open_page(user, size)
        desk.goto("/appeals/reply-templates/" if name == "templates" else f"/branches/{city.branch.pk}/")
        shot(desk, name)
        assert desk.watch.take() == []
