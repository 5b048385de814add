"""From the slip to the first appeal, by a person who never logged in: on a phone, by taps and typing."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from anchors.activation import services
from appeals.models import Appeal
from tests.browser.inspection import DESK, inspect
from tests.browser.test_chain_journey import BODY, send, told

PASSWORD = "风从仙女湖上吹来"


@pytest.fixture
def code(city):
    return services.issue(city.anchor.anchor, actor=city.member)[1]


def fill(page, phone="138 0790 0002"):
    page.get_by_label("您的手机号").fill(phone)
    page.get_by_label("给自己设一个密码").fill(PASSWORD)
    page.get_by_label("我看过说明").check()
    page.get_by_role("button", name="设好密码").click()


@pytest.mark.parametrize("script", [True, False])
def test_from_the_qr_to_the_receipt_of_the_first_appeal(city, code, open_page, script):
    page = open_page(script=script)
    page.goto(f"{reverse('activate')}?code={code}")
    fill(page)
    page.get_by_role("heading", name="说说您遇到的难处").wait_for()
    told(page, "密码设好了")
    page.get_by_label("物流寄递").check()
    page.get_by_label("把事情说清楚").fill(BODY)
    page.get_by_label("我同意把以上内容用来办这件事").check()
    send(page)
    assert Appeal.objects.get().anchor == city.anchor.anchor
    if script:
        assert page.watch.take() == []


def test_the_address_with_the_code_is_told_to_no_other_page(code, open_page):
    page, referers = open_page(), []
    page.on("request", lambda request: referers.append(request.headers.get("referer", "")))
    page.goto(f"{reverse('activate')}?code={code}")
    fill(page)
    page.get_by_role("heading", name="说说您遇到的难处").wait_for()
    assert len(referers) > 3 and not [address for address in referers if code in address]


def test_the_page_before_the_login_and_its_refusal(code, open_page):
    page = open_page()
    page.goto(f"{reverse('activate')}?code={code}")
    found = inspect(page)
    page.get_by_text("说明：存什么").click()
    found += inspect(page)
    page.get_by_label("激活码").fill("2222-2222")
    fill(page)
    page.get_by_text("激活码和手机号对不上").wait_for()
    found += inspect(page)
    assert not found, "\n".join(found)


def test_the_password_is_shown_when_asked_for(code, open_page):
    page = open_page()
    page.goto(reverse("activate"))
    field = page.get_by_label("给自己设一个密码")
    field.fill(PASSWORD)
    page.get_by_role("button", name="显示密码").click()
    assert field.get_attribute("type") == "text" and field.input_value() == PASSWORD
    page.get_by_role("button", name="显示密码").click()
    assert field.get_attribute("type") == "password"


@pytest.mark.parametrize("who", ["member", "secretary"])
def test_a_slip_is_handed_out(city, open_page, who):
    page = open_page(getattr(city, who), DESK)
    page.goto(reverse("anchors:detail", args=[city.anchor.anchor.pk]))
    page.get_by_role("link", name="激活码").click()
    page.get_by_role("button", name="出激活码").click()
    page.get_by_role("heading", name="林小禾的激活码").wait_for()
    found = inspect(page)
    assert not found, "\n".join(found)
    page.emulate_media(media="print")
    expect(page.locator(".slip-code")).to_be_visible()
    expect(page.locator(".qr")).to_be_visible()
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert page.pdf(format="A4").count(b"/Type /Page\n") == 1
