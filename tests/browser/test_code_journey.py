"""Without a name on a phone: from the login page to the code, and with the code to answer and judgement."""

from django.core.cache import cache
from django.urls import reverse

from appeals import services
from appeals.models import Appeal
from tests.browser.inspection import inspect
from tests.browser.test_every_page import told, visit


def test_from_no_name_to_a_judgement_by_the_code(city, open_page):
    cache.clear()
    page = open_page()
    page.goto(reverse("login"))
    page.get_by_role("link", name="匿名说诉求").click()
    page.get_by_role("button", name="匿名提交").wait_for()
    found = inspect(page)
    page.get_by_label("劳动权益").check()
    page.get_by_label("把事情说清楚").fill("老板扣着工资不发。")
    page.get_by_label("我同意把以上内容").check()
    page.get_by_role("button", name="匿名提交").click()
    page.get_by_text("记下来，只显示这一次。").wait_for()
    found += inspect(page)
    appeal = Appeal.objects.get()
    services.reply(appeal, actor=city.staff, text="劳动监察已责令 5 日内发。")
    page.get_by_role("button", name="记好了，去看进展").click()
    page.get_by_text("劳动监察已责令 5 日内发。").wait_for()
    found += inspect(page)
    assert not page.get_by_text("联系过您吗").count()
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("满意", exact=True).check()
    page.get_by_role("button", name="提交评价").click()
    page.get_by_text("这件办结了").wait_for()
    found += visit(page, reverse("receipts:viewers"))
    page.go_back()
    page.get_by_role("button", name="看完了，关上").click()
    page.get_by_label("查询码").wait_for()
    found += inspect(page)
    assert not found, told(found)
