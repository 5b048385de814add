"""One appeal through the hands of five people, by clicks and typing, from the submit to the review of its answer:
the anchor on a phone, the contact member on a phone, the branch secretary, the committee's staff, the partner's clerk.
"""

from django.urls import reverse
from playwright.sync_api import expect

from appeals.models import Appeal
from tests.browser.inspection import DESK
from tests.browser.test_chain_journey import fill_appeal, send, told, words_of_trail

ASKED = "请联系万商红网点，核对 5 双样鞋的赔付，三天内给个说法。"
FOUND = "网点承认打包有责任，同意按进价赔 5 双，共 640 元。"
FIRST = "快递协会回复：网点按进价赔 5 双，共 640 元，请等对方联系。"
SECOND = "今天陪您到网点当面办好：640 元已到账。以后找网点老黄，驿站墙上有电话。"
WALKED = [
    "办结", "回复", "接单", "复查", "办结", "回复", "协办回复", "派单", "接单", "转单", "接单", "转单", "接单", "提交",
]


def test_from_submit_to_review(city, open_page):
    anchor, member, secretary = open_page(city.anchor), open_page(city.member), open_page(city.secretary, DESK)
    staff, clerk = open_page(city.staff, DESK), open_page(city.clerk, DESK)
    fill_appeal(anchor)
    send(anchor)
    hand_up(member, "支部", "网点不认，我一个人谈不动。")
    hand_up(secretary, "党委", "要快递协会出面。")
    dispatch(staff)
    answer_dispatch(clerk)
    reply(staff, FIRST)
    judge(anchor, "没解决", "不满意", reason="等了两天没人联系。")
    ask_for_review(anchor, "钱没有到账。")
    accept(staff)
    reply(staff, SECOND)
    judge(anchor, "解决了", "满意")
    assert words_of_trail(anchor) == WALKED
    appeal = Appeal.objects.get()
    assert (appeal.status, appeal.outcome, appeal.reviewed) == ("CLOSED", "RESOLVED", True)
    assert [page.watch.take() for page in (anchor, member, secretary, staff, clerk)] == [[]] * 5


def detail(page):
    page.goto(reverse("appeals:detail", args=[Appeal.objects.get().pk]))


def accept(page):
    detail(page)
    page.get_by_role("button", name="接单", exact=True).click()
    told(page, "已接单。")


def hand_up(page, above, why):
    accept(page)
    page.locator("summary", has_text=f"上交{above}").click()
    page.get_by_label("为什么往上交").fill(why)
    page.get_by_role("button", name=f"确认上交{above}").click()
    told(page, "已往上交")


def dispatch(page):
    accept(page)
    page.get_by_role("link", name="派给协办单位").click()
    page.get_by_label("派给哪个单位").select_option(label="市快递行业协会")
    page.get_by_label("请他们办什么").fill(ASKED)
    page.get_by_role("button", name="派出去").click()
    told(page, "已派")


def answer_dispatch(page):
    """The unit reads what it is asked, and nothing of whom it is about."""
    page.goto("/")
    page.get_by_role("link", name="回复", exact=True).click()
    expect(page.get_by_text(ASKED)).to_be_visible()
    assert page.get_by_text("林小禾").count() == 0 == page.get_by_text("小禾说鞋").count()
    page.get_by_label("回复").fill(FOUND)
    page.get_by_role("button", name="回复市行业党委").click()
    told(page, "已")


def reply(page, words):
    detail(page)
    page.get_by_role("textbox", name="写答复").fill(words)
    page.locator("form").get_by_role("button", name="答复主播").click()
    told(page, "答复已发给主播")


def judge(page, outcome, grade, reason=""):
    detail(page)
    for answer in ("联系过", outcome, grade):
        page.get_by_label(answer, exact=True).check()
    if reason:
        page.get_by_label("想说的话").fill(reason)
    page.get_by_role("button", name="提交评价").click()
    told(page, "这件办结了")


def ask_for_review(page, why):
    detail(page)
    page.locator("summary", has_text="申请复查").click()
    page.locator("[name=text]:visible").fill(why)
    page.get_by_role("button", name="申请复查").click()
    told(page, "复查")
