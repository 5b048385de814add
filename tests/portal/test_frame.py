"""The frame around every page: home, menu, 大字版, admin's door."""

import pytest
from django.urls import reverse

from anchors.registry.models import Anchor
from notices.services import send

CITY = ["全市诉求", "回访", "派单", "督办单", "权责清单", "统计", "公开的答复", "答复模板", "每日封存"]
BRANCH = ["支部诉求", "统计", "公开的答复", "权责清单"]


@pytest.mark.parametrize(
    ("who", "where"),
    [
        ("anchor", "/appeals/"), ("member", "/appeals/"), ("secretary", "/branch/"), ("officer", "/branch/"),
        ("staff", "/committee/"), ("chief", "/committee/"),
        ("clerk", "/appeals/dispatches/"), ("auditor", "/appeals/audit/"),
    ],
)
def test_home_leads_to_the_first_page_of_the_hat(city, sign_in, who, where):
    assert sign_in(getattr(city, who)).get("/").url == where


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ("admin", "去管理代码表"), ("stranger", "您还没有登记职务"),
    ],
)
def test_who_has_nothing_to_do_here_reads_so(city, sign_in, who, sentence):
    assert sentence in sign_in(getattr(city, who)).get("/").content.decode()


@pytest.mark.parametrize(
    ("who", "shell", "bar"),
    [
        ("anchor", "phone", ["说诉求", "我的诉求", "驿站", "消息"]),
        ("member", "phone", ["待办", "我的主播", "消息"]),
        ("secretary", "staff", ["支部要办的", "诉求", "月报"]),
        ("staff", "staff", ["今天要办的", "诉求", "支部"]),
        ("clerk", "staff", ["派给我们的", "消息"]),
        ("stranger", "staff", ["驿站", "消息"]),
    ],
)
def test_menu_follows_the_hats(city, sign_in, who, shell, bar):
    context = sign_in(getattr(city, who)).get("/stations/").context
    assert context["shell"] == shell
    assert [item.label for item in context["tabbar"]] == bar


def test_an_officer_of_a_branch_finds_the_branches(city, sign_in):
    nav = sign_in(city.secretary).get(reverse("branches:detail", args=[city.branch.pk])).context["nav"]
    assert [item.label for item in nav] == ["支部要办的", "诉求", "主播", "支部", "党员", "三会一课", "驿站", "月报"]
    assert [item.label for item in nav if item.current] == ["支部"]


def test_a_member_without_an_office_finds_the_meetings(city, sign_in):
    Anchor.objects.update(contact=None)
    nav = sign_in(city.member).get("/stations/").context["nav"]
    assert [item.label for item in nav] == ["三会一课", "驿站", "公开的答复", "21 条举措", "消息"]


@pytest.mark.parametrize(
    ("who", "address", "below", "here"),
    [
        ("staff", "/appeals/sheets/", CITY, "督办单"),
        ("staff", "/answers/", CITY, "公开的答复"),
        ("officer", "/appeals/statistics/", BRANCH, "统计"),
        ("secretary", "/appeals/", BRANCH, "支部诉求"),
        ("secretary", "/anchors/", [], None), ("clerk", "/appeals/dispatches/", [], None),
    ],
)
def test_what_belongs_to_the_appeals_stands_in_a_second_line(city, sign_in, who, address, below, here):
    context = sign_in(getattr(city, who)).get(address).context
    assert [item.label for item in context["below"]] == below
    assert next((item.label for item in context["below"] if item.current), None) == here


def test_every_page_of_the_second_line_opens_for_who_is_offered_it(city, sign_in):
    for user in (city.staff, city.chief, city.secretary, city.officer):
        client = sign_in(user)
        pages = [item.url for item in client.get("/appeals/").context["below"]]
        assert [client.get(page).status_code for page in pages] == [200] * len(pages)


def test_a_person_with_several_hats_gets_the_union_once(city, sign_in):
    city.anchor.anchor.contact = None
    city.anchor.anchor.save()
    city.other_anchor.anchor.contact = city.anchor
    city.other_anchor.anchor.save()
    nav = sign_in(city.anchor).get("/anchors/").context["nav"]
    said = [
        "待办", "我联系的主播", "三会一课", "驿站", "公开的答复", "21 条举措", "消息", "说诉求", "我的诉求",
        "我的联系党员", "我的登记",
    ]
    assert [item.label for item in nav] == said
    assert [item.url for item in nav if item.label == "我的诉求"] == ["/appeals/?own=1"]
    assert [item.label for item in nav if item.current] == ["我联系的主播"]


def test_unread_messages_are_counted_in_the_frame(city, sign_in):
    send([city.anchor], key="a", title="您的诉求有新进展")
    context = sign_in(city.anchor).get("/stations/").context
    assert context["unread"] == 1
    assert [item.count for item in context["nav"] if item.label == "消息"] == [1]


def test_the_frame_costs_a_stranger_at_the_door_nothing(db, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get(reverse("login")).status_code == 200


def test_big_type_is_kept_in_a_cookie_and_leads_back(db, client):
    answer = client.post(reverse("big_type"), {"type": "big", "next": "/login/"})
    assert answer.url == "/login/" and answer.cookies["big_type"].value == "big"
    assert 'class="big-type"' in client.get("/login/").content.decode()


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", ""])
def test_big_type_leads_nowhere_else(db, client, target):
    assert client.post(reverse("big_type"), {"type": "big", "next": target}).url == "/"


def test_big_type_is_not_changed_by_a_link(db, client):
    assert client.get(reverse("big_type")).status_code == 405


def test_admin_has_no_door_of_its_own(city, client, sign_in):
    assert client.get("/admin/login/?next=/admin/").url == "/login/?next=%2Fadmin%2F"
    assert sign_in(city.chief).get("/admin/", follow=True).status_code == 404
    assert sign_in(city.admin).get("/admin/").status_code == 200


def test_admin_shows_code_lists_calendar_and_sweeps_only(city, sign_in):
    shown = sign_in(city.admin).get("/admin/").context["app_list"]
    assert {model["object_name"] for app in shown for model in app["models"]} == {
        "Category", "Division", "Fact", "Rule", "ServiceLevel", "Sweep", "WorkDay",
    }


@pytest.mark.parametrize("path", ["/", "/notices/", "/branches/", "/stations/", "/facts/", "/reports/", "/members/"])
def test_every_page_asks_for_a_login(db, client, path):
    assert client.get(path).url == f"/login/?next={path}"


@pytest.mark.parametrize(
    ("address", "host"), [(f"/stations/?{'q&' * 1100}", "testserver"), ("/stations/", "elsewhere.example")]
)
def test_what_cannot_be_read_is_answered_by_a_page(city, sign_in, address, host):
    response = sign_in(city.anchor).get(address, headers={"host": host})
    assert response.status_code == 400 and "这样提交收不下" in response.content.decode()
