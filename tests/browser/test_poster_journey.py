"""From the poster to the receipt by somebody who never logged in, on a phone; then the branch gets to know them."""

from django.core.cache import cache
from django.urls import reverse

from anchors.newcomers import posters
from appeals.models import Appeal
from tests.browser.inspection import DESK, first_wrong, inspect
from tests.browser.test_every_page import told, visit

PASSWORD = "好记的-密码-42"
DRAFT = "Object.keys(localStorage).filter(key => key.startsWith('portal-draft:poster')).length"


def say(page, city):
    """The five fields of the poster's form."""
    page.goto(posters.of_branch(city.branch).path)
    page.get_by_label("物流寄递").check()
    page.get_by_label("把事情说清楚").fill("仓库门口停不了车。")
    page.get_by_label("怎么称呼您").fill("罗小满")
    page.get_by_label("手机号").fill("13807901234")
    page.get_by_label("我同意把以上内容和联系方式").check()


def test_from_the_poster_to_a_login_of_ones_own(city, open_page):
    cache.clear()
    page = open_page()
    found = visit(page, posters.of_branch(city.branch).path)
    say(page, city)
    page.get_by_text("草稿已存在手机里").wait_for()
    assert page.evaluate(DRAFT) == 1
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_role("heading", name="收到了，这是回执").wait_for()
    page.wait_for_load_state()  # the script that lets the draft go comes last
    assert page.evaluate(DRAFT) == 0
    found += inspect(page)
    appeal = Appeal.objects.get()
    page.get_by_label("设一个密码").fill(PASSWORD)
    page.get_by_role("button", name="设密码").click()
    page.get_by_role("heading", name="仓库门口停不了车。").wait_for()
    page.get_by_text(f"下次登录用回执编号 {appeal.number} 和这个密码").wait_for()
    found += inspect(page) + visit(page, reverse("posters:receipt")) + visit(page, reverse("anchors:own"))
    page.context.clear_cookies()
    page.goto(reverse("login"))
    page.get_by_label("手机号、用户名或回执编号").fill(appeal.number)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="仓库门口停不了车。").wait_for()
    assert not found, told(found)


def test_what_is_missing_is_told_and_nothing_is_lost(city, open_page):
    cache.clear()
    page = open_page()
    say(page, city)
    page.get_by_label("手机号").fill("1380790")
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_text("请填 11 位手机号").wait_for()
    found = inspect(page)
    assert first_wrong(page) == "id_phone"
    assert page.get_by_label("把事情说清楚").input_value() == "仓库门口停不了车。"
    assert not found, told(found)


def test_it_works_without_script(city, open_page):
    cache.clear()
    page = open_page(script=False)
    say(page, city)
    page.get_by_role("button", name="提交诉求").click()
    page.get_by_role("heading", name="收到了，这是回执").wait_for()


def test_the_branch_confirms_and_the_person_stands_in_the_registry(city, open_page):
    cache.clear()
    phone, desk = open_page(), open_page(city.secretary, DESK)
    say(phone, city)
    phone.get_by_role("button", name="提交诉求").click()
    phone.get_by_role("heading", name="收到了，这是回执").wait_for()
    desk.goto(reverse("anchors:list"))
    desk.get_by_role("link", name="扫码待核实").click()
    desk.get_by_role("link", name="罗小满").click()
    desk.get_by_role("button", name="登记为新主播").click()
    desk.get_by_text("已登记。").wait_for()
    desk.goto(reverse("anchors:list"))
    desk.get_by_role("link", name="罗小满").wait_for()
