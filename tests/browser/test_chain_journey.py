"""One appeal from hand to hand, by clicks and typing: anchor, contact member, branch, and back to the anchor."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from accounts.models import Session
from appeals import services
from appeals.models import Appeal
from tests.browser.inspection import DESK, PHONE, first_wrong
from tests.browser.story import run_the_clock
from tests.factories import let_lapse, submit_appeal

BODY = "昨天到的 12 双样鞋压坏 5 双，网点说没保价不赔。"
ANSWER = "网点同意按进价赔 5 双，11月26日前到账。"
PASSWORD = "好记的-密码-42"
DRAFT = "Object.keys(localStorage).filter(key => key.startsWith('portal-draft:appeal')).length"


def fill_appeal(page, body=BODY):
    """The three required fields of a new appeal."""
    page.goto(reverse("appeals:new"))
    page.get_by_label("物流寄递").check()
    page.get_by_label("把事情说清楚").fill(body)
    page.get_by_label("我同意把以上内容用来办这件事").check()


def told(page, sentence):
    """The message at the top of the page."""
    page.locator(".note", has_text=sentence).wait_for()


def send(page):
    page.get_by_role("button", name="提交诉求").click()
    told(page, "已提交。")


def detail(appeal):
    return reverse("appeals:detail", args=[appeal.pk])


def words_of_trail(page):
    return page.locator(".trail .who b").all_inner_texts()


def test_from_the_anchor_to_the_branch_and_back(city, open_page):
    anchor, member = open_page(), open_page(city.member)
    secretary = open_page(city.secretary, DESK)
    log_in_by_phone(anchor, city.anchor)
    fill_appeal(anchor)
    send(anchor)
    accept_and_hand_up(member)
    accept_and_reply(secretary)
    judge(anchor)
    assert words_of_trail(anchor) == ["办结", "回复", "接单", "转单", "接单", "提交"]
    for page in (anchor, member, secretary):
        assert page.watch.take() == []


def log_in_by_phone(page, user):
    user.set_password(PASSWORD)
    user.save()
    page.goto("/")
    page.get_by_label("手机号、用户名或回执编号").fill("138 0790 0002")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="我的诉求").wait_for()


def accept_and_hand_up(page):
    """It is at once on the list; one tap accepts it, two taps hand it up."""
    page.goto(reverse("appeals:list"))
    page.get_by_role("button", name="接单", exact=True).first.click()
    told(page, "已接单。")
    page.goto(reverse("appeals:list"))
    page.get_by_role("link", name="上交支部").first.click()
    page.get_by_role("button", name="确认上交支部").click()
    told(page, "已往上交")


def accept_and_reply(page):
    page.goto("/")
    page.locator(".todo").get_by_role("link", name="接单", exact=True).click()
    page.get_by_role("button", name="接单", exact=True).click()
    told(page, "已接单。")
    page.get_by_role("textbox", name="写答复").fill(ANSWER)
    page.locator("form").get_by_role("button", name="答复主播").click()
    told(page, "答复已发给主播")


def judge(page):
    page.goto(reverse("appeals:list") + "?tab=judge")
    page.locator("article a").click()
    expect(page.get_by_text(ANSWER).first).to_be_visible()
    for answer in ("联系过", "解决了", "满意"):
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    told(page, "这件办结了")


def test_an_empty_appeal_is_asked_for_three_things(city, open_page):
    page = open_page(city.anchor)
    page.goto(reverse("appeals:new"))
    page.get_by_role("button", name="提交诉求").click()
    page.locator(".error-text").first.wait_for()
    assert page.locator(".error-text").count() == 3 == page.locator(".step-no").count()
    assert Appeal.objects.count() == 0
    page.wait_for_load_state()
    assert page.evaluate("document.activeElement.name") == "category"


def test_an_empty_answer_is_shown_where_it_is_wrong(city, open_page):
    appeal, page = submit_appeal(city), open_page(city.member)
    page.goto(detail(appeal))
    page.locator("form").get_by_role("button", name="答复主播").click()
    page.get_by_text("请改红字的地方").wait_for()
    assert first_wrong(page) == "reply_text"
    expect(page.get_by_text("请改红字的地方")).to_be_visible()


def test_a_refusal_without_a_field_is_shown_itself(city, open_page):
    appeal, page = submit_appeal(city), open_page(city.member)
    page.goto(detail(appeal))
    page.get_by_role("textbox", name="写答复").fill(ANSWER)
    services.accept(appeal, actor=city.member)
    page.locator("form").get_by_role("button", name="答复主播").click()
    page.get_by_text("您的答复没有发出").wait_for()
    assert first_wrong(page) == "rejected"


def test_the_anchor_reads_that_the_clock_handed_it_up(city, open_page):
    appeal, page = submit_appeal(city), open_page(city.anchor)
    let_lapse(appeal)
    run_the_clock()
    page.goto(detail(appeal))
    expect(page.get_by_role("heading", name="现在等支部接单")).to_be_visible()
    expect(page.locator(".rail").get_by_text("自动上交")).to_be_visible()
    assert words_of_trail(page) == ["转单（自动）", "提交"]


def test_a_stale_reply_stays_in_its_form(city, open_page):
    appeal, page = submit_appeal(city), open_page(city.member)
    page.goto(detail(appeal))
    page.get_by_role("textbox", name="写答复").fill(ANSWER)
    services.accept(appeal, actor=city.member)
    page.locator("form").get_by_role("button", name="答复主播").click()
    page.get_by_text("您的答复没有发出，内容还在下面").wait_for()
    assert page.get_by_role("textbox", name="写答复").input_value() == ANSWER
    page.locator("form").get_by_role("button", name="答复主播").click()
    told(page, "答复已发给主播")


def test_a_reply_to_what_the_clock_took_away_is_shown_again(city, open_page):
    appeal, page = submit_appeal(city), open_page(city.member)
    page.goto(detail(appeal))
    page.get_by_role("textbox", name="写答复").fill(ANSWER)
    let_lapse(appeal)
    run_the_clock()
    page.locator("form").get_by_role("button", name="答复主播").click()
    page.get_by_text("您的答复没有发出，内容还在下面").wait_for()
    assert page.get_by_label("您写的内容").input_value() == ANSWER


def test_a_double_click_sends_one_appeal(city, open_page):
    page = open_page(city.anchor)
    fill_appeal(page)
    page.get_by_role("button", name="提交诉求").dblclick()
    page.locator(".trail").wait_for()
    assert Appeal.objects.count() == 1


def test_the_chain_without_script(city, open_page):
    anchor = open_page(city.anchor, script=False)
    fill_appeal(anchor)
    send(anchor)
    member = open_page(city.member, script=False)
    member.goto(reverse("appeals:list"))
    member.get_by_role("button", name="接单", exact=True).first.click()
    member.get_by_role("textbox", name="写答复").fill(ANSWER)
    member.locator("form").get_by_role("button", name="答复主播").click()
    told(member, "答复已发给主播")
    assert Appeal.objects.get().status == "REPLIED"


def test_a_draft_survives_a_reload_and_goes_with_the_submit(city, open_page):
    page = open_page(city.anchor)
    fill_appeal(page)
    page.get_by_text("草稿已存在手机里").wait_for()
    page.reload()
    assert page.get_by_label("把事情说清楚").input_value() == BODY
    assert page.get_by_label("物流寄递").is_checked()
    send(page)
    page.wait_for_load_state()  # the script that lets the draft go comes last
    assert page.evaluate(DRAFT) == 0
    page.goto(reverse("appeals:new"))
    assert page.get_by_label("把事情说清楚").input_value() == ""


def test_a_session_that_ends_while_typing_loses_nothing(city, open_page):
    page = open_page(city.anchor)
    fill_appeal(page)
    Session.objects.all().delete()
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("登录已经过期").wait_for()
    assert page.get_by_label("内容").input_value() == BODY
    assert Appeal.objects.count() == 0


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_sheet_closes_by_the_keyboard(size, city, open_page):
    submit_appeal(city)
    page = open_page(city.member, size)
    page.goto(reverse("appeals:list"))
    page.get_by_role("link", name="上交支部").first.click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_be_visible()
    page.keyboard.press("Escape")
    sheet.wait_for(state="hidden")
