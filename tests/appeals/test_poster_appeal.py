"""From a poster to the receipt, by somebody who never logged in."""

import re
import time
import uuid

import pytest
from django.core.cache import cache
from django.urls import reverse

from accounts.models import Consent, Session, User
from anchors.newcomers import services as newcomers
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor
from appeals import services as chain
from appeals.models import Appeal
from appeals.posters import pace
from appeals.workflow import Level
from branches.stations.models import Station
from tests.appeals.test_races import at_once
from tests.factories import poster_appeal

RECEIPT, PASSWORD = "/receipt/", "好记的-密码-42"
pytestmark = pytest.mark.django_db


def words(**changed):
    return {
        "name": "罗小满", "phone": "138 0790 1234", "category": "A", "body": "仓库门口停不了车。", "agree": "on",
        "submit_key": str(uuid.uuid4()), **changed,
    }


def text(response):
    return response.content.decode()


@pytest.fixture
def door(city):
    return f"/p/b{city.branch.pk}/"


@pytest.fixture
def sent(client, door):
    """What was filed, by a client without a login."""
    cache.clear()
    assert client.post(door, words()).url == RECEIPT
    return Appeal.objects.get()


def station(**fields):
    return Station.objects.create(
        code="XY-02-001", name="电商园驿站", kind="OWN", host="电商园", division_id="360502", address="1 号楼", **fields
    )


class TestTheDoor:
    def test_it_says_who_receives_it_and_shows_two_ways(self, client, city, door):
        page = text(client.get(door))
        assert f"<b>{city.branch.name}</b>会先收到" in page and "前接单" in page and "110、120" in page
        assert "我有账号" in page and "提交诉求" in page

    @pytest.mark.parametrize("code", ["b0", "b999999", "s1", "x1", "b", "1", "b01", "B９", "s" + "9" * 30])
    def test_only_real_posters_answer(self, client, city, code):
        assert client.get(f"/p/{code}/").status_code == 404

    def test_capitals_are_the_same(self, client, city, door):
        assert client.get(door.upper().replace("/P/", "/p/")).status_code == 200

    def test_it_is_light(self, client, city, door):
        page = text(client.get(door))
        assert len(page) < 20_000 and re.findall(r'<script[^>]*src="([^"]*)"', page) == ["/static/portal.js"]

    def test_an_anchor_who_is_logged_in_goes_to_the_usual_form(self, city, sign_in, door):
        assert sign_in(city.anchor).get(door).url == reverse("appeals:new")


class TestFiling:
    def test_it_goes_to_the_branch_at_once(self, city, sent):
        assert (sent.channel, sent.current.level, sent.current.branch) == ("POSTER", Level.BRANCH, city.branch)
        assert set(city.secretary.notices.values_list("title", flat=True)) == {
            "有新的诉求等您接单", "有一位扫码来的主播等核实"
        }

    def test_at_a_station_without_a_branch_it_goes_to_the_committee(self, client, city):
        client.post(f"/p/s{station().pk}/", words())
        assert Appeal.objects.get().current.level == Level.COMMITTEE
        assert Newcomer.objects.get().branch is None
        assert city.staff.notices.filter(title__contains="等核实").exists()

    def test_at_a_station_it_goes_to_its_branch(self, client, city):
        client.post(f"/p/s{station(branch=city.branch).pk}/", words())
        assert Appeal.objects.get().current.branch == city.branch
        assert Newcomer.objects.get().station.name == "电商园驿站"

    def test_the_person_is_of_their_own_and_the_phone_is_sealed_beside_them(self, sent):
        person, newcomer = sent.anchor.user, Newcomer.objects.get()
        assert (person.name, person.phone_index, person.has_usable_password()) == ("罗小满", None, False)
        assert newcomer.reveal_phone() == "13807901234" and "13807901234" not in newcomer.phone_sealed
        assert sent.anchor.confirmed_at is None and newcomer.is_waiting
        assert Consent.objects.get(user=person).purpose == Consent.Purpose.REGISTRY

    def test_a_phone_of_the_registry_makes_no_difference(self, client, city, door):
        answers = []
        for phone in ("13807900002", "13807901234"):
            client.cookies.clear()
            answer = client.post(door, words(phone=phone, name="林小禾"))
            answers.append((answer.status_code, answer.url, len(text(client.get(RECEIPT)))))
        assert answers[0] == answers[1]
        assert User.objects.filter(name="林小禾").count() == 3
        assert city.anchor.anchor.appeals.count() == 0

    def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(self, client, door):
        answer = client.post(door, words(phone="1380790", agree=""))
        page = text(answer)
        assert answer.status_code == 400 and "请填 11 位手机号" in page and "请勾上同意" in page
        assert "仓库门口停不了车。" in page and 'value="罗小满"' in page and not Newcomer.objects.exists()

    def test_what_only_machines_fill_is_refused_and_emptied(self, client, door):
        answer = client.post(door, words(website="http://spam.example"))
        assert answer.status_code == 400 and "有一栏是留给机器的" in text(answer)
        assert "spam.example" not in text(answer) and not User.objects.filter(name="罗小满").exists()

    def test_a_poster_that_is_full_keeps_the_words(self, client, door, monkeypatch):
        cache.clear()
        monkeypatch.setattr(pace, "PER_HOUR", 2)
        for _ in range(2):
            assert client.post(door, words()).status_code == 302
        answer = client.post(door, words())
        page = text(answer)
        assert answer.status_code == 429 and "仓库门口停不了车。" in page and "一个小时里收到的太多" in page
        assert Appeal.objects.count() == 2

    def test_a_double_click_makes_one_appeal_and_one_person(self, client, door):
        twice = words()
        first, second = client.post(door, twice), client.post(door, twice, follow=True)
        assert first.url == second.redirect_chain[0][0] == RECEIPT and "不用再交" in text(second)
        assert Appeal.objects.count() == Newcomer.objects.count() == 1

    def test_a_used_key_with_other_words_is_refused_and_shows_nothing(self, client, door):
        key = str(uuid.uuid4())
        client.post(door, words(submit_key=key))
        for changed in ({"body": "另一件事。"}, {"phone": "13807905678"}, {"name": "别人"}):
            answer = client.post(door, words(submit_key=key, **changed))
            assert answer.status_code == 409 and key not in text(answer)
        assert Appeal.objects.count() == Newcomer.objects.count() == 1

    def test_the_same_browser_and_person_stay_one_entry(self, client, door):
        for _ in range(2):
            client.post(door, words())
        client.post(door, words(name="别人"))
        assert Newcomer.objects.count() == 2 and Appeal.objects.count() == 3

    def test_the_draft_is_cleared_only_after_success(self, client, city, door):
        mark = f'data-draft-clear="poster-b{city.branch.pk}"'
        assert mark not in text(client.post(door, words(body="")))
        assert mark in text(client.post(door, words(), follow=True))


class TestTheReceipt:
    def test_it_names_number_place_and_time(self, client, city, sent):
        page = text(client.get(RECEIPT))
        assert sent.number in page and city.branch.name in page and "前接单" in page and "13807901234" not in page

    def test_nobody_else_opens_it(self, client, city, sent, sign_in):
        client.cookies.clear()
        assert client.get(RECEIPT).status_code == 404
        assert client.post("/receipt/password/", {"password": PASSWORD}).status_code == 404
        assert sign_in(city.chief).get(RECEIPT).status_code == 404

    def test_after_an_hour_it_is_gone(self, client, sent, monkeypatch):
        later = time.time() + 3601
        monkeypatch.setattr(time, "time", lambda: later)
        assert client.get(RECEIPT).status_code == 404

    def test_a_password_opens_what_was_filed_and_nothing_else(self, client, city, sent):
        client.post("/receipt/password/", {"password": PASSWORD})
        client.cookies.clear()
        answer = client.post("/login/", {"username": sent.number.lower(), "password": PASSWORD})
        assert answer.status_code == 302
        assert client.get(reverse("appeals:detail", args=[sent.pk])).status_code == 200
        assert [row.pk for row in Appeal.objects.visible_to(sent.anchor.user)] == [sent.pk]
        assert list(Anchor.objects.visible_to(sent.anchor.user)) == [sent.anchor]

    def test_setting_it_logs_in_and_leads_to_the_appeal(self, client, city, sent):
        phone = {"user-agent": "Mozilla/5.0 (Linux; Android 14)"}
        answer = client.post("/receipt/password/", {"password": PASSWORD}, follow=True, headers=phone)
        said = f"下次登录用回执编号 {sent.number} 和这个密码；支部核实以后也可以用手机号。"
        page = text(answer)
        assert answer.redirect_chain == [(reverse("appeals:detail", args=[sent.pk]), 302)] and page.count(said) == 1
        assert answer.context["user"] == sent.anchor.user and said not in text(client.get(reverse("appeals:list")))
        assert sent.anchor.user.sessions.get().device == "安卓手机"
        assert "去看进展" in text(client.get(RECEIPT))

    def test_who_is_closed_meanwhile_is_not_logged_in(self, client, city, sent):
        User.objects.filter(pk=sent.anchor.user_id).update(is_active=False)
        assert client.post("/receipt/password/", {"password": PASSWORD}).status_code == 409
        assert not Session.objects.filter(user=sent.anchor.user).exists()

    def test_the_name_to_log_in_by_is_no_box_to_type_in(self, client, sent):
        page = text(client.get(RECEIPT))
        assert f'<input type="hidden" name="username" autocomplete="username" value="{sent.number}">' in page
        assert "readonly" not in page

    def test_the_own_pages_show_the_phone_as_not_yet_checked(self, client, city, sent):
        client.post("/receipt/password/", {"password": PASSWORD})
        own = text(client.get("/anchors/own/"))
        assert "138****1234" in own and "待核实" in own and "13807901234" not in own
        assert "手机：13807901234（待核实）" in text(client.get("/anchors/own/data/"))
        me = text(client.get("/me/"))
        assert "138****1234" in me and sent.number in me and "用手机号和密码登录" not in me

    def test_once_confirmed_the_phone_is_a_phone(self, client, city, sent):
        client.post("/receipt/password/", {"password": PASSWORD})
        newcomers.confirm(Newcomer.objects.get(), actor=city.secretary)
        own = text(client.get("/anchors/own/"))
        assert "138****1234" in own and "待核实" not in own and "用手机号和密码登录" in text(client.get("/me/"))

    def test_the_phone_alone_is_no_login_name(self, client, sent):
        client.post("/receipt/password/", {"password": PASSWORD})
        client.cookies.clear()
        assert client.post("/login/", {"username": "13807901234", "password": PASSWORD}).status_code == 200

    @pytest.mark.parametrize("password", ["", "12345678", "短", "password", "x" * 200, "a\0bcdefgh"])
    def test_a_weak_password_is_refused_in_chinese(self, client, sent, password):
        answer = client.post("/receipt/password/", {"password": password})
        said = re.search('id="id_password_error">(.*?)</p>', text(answer), re.DOTALL)
        assert answer.status_code == 400 and "密码" in said[1]
        assert not User.objects.get(pk=sent.anchor.user_id).has_usable_password()

    def test_a_second_password_is_refused(self, client, sent):
        client.post("/receipt/password/", {"password": PASSWORD})
        assert client.post("/receipt/password/", {"password": PASSWORD}).status_code == 302
        assert client.post("/receipt/password/", {"password": "另一个-密码-43"}).status_code == 409


class TestWhoHandlesIt:
    def test_the_branch_sees_name_and_masked_phone_marked_as_unconfirmed(self, city, sent, sign_in):
        page = text(sign_in(city.secretary).get(reverse("appeals:detail", args=[sent.pk])))
        assert "罗小满" in page and "138****1234" in page and "未核实" in page
        assert "未核实" in text(sign_in(city.secretary).get(reverse("appeals:list")))

    def test_a_registered_anchors_appeal_is_not_marked(self, city, sign_in):
        chain.hand_up(poster_appeal(city, confirmed=True), actor=city.secretary)
        assert "未核实" not in text(sign_in(city.staff).get(reverse("appeals:list")))

    def test_it_is_answered_like_any_other(self, city, sent):
        chain.reply(sent, actor=city.secretary, text="给您留了车位。")
        assert sent.anchor.user.notices.filter(title__contains="有答复了").exists()


@pytest.mark.django_db(transaction=True)
def test_one_key_twice_at_once_is_one_appeal_and_one_person(city):
    key = uuid.uuid4()
    answers = at_once(*[lambda: poster_appeal(city, submit_key=key)] * 2)
    assert answers[0] == answers[1] == Appeal.objects.get()
    assert Newcomer.objects.count() == User.objects.filter(name="罗小满").count() == 1
