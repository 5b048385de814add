"""The own page: name, password, and where one is logged in."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import devices, tokens
from accounts.models import AuditEvent, Session, User
from accounts.services import WRONG_OLD
from tests.statements import statements

pytestmark = pytest.mark.django_db
OLD, NEW = "风从仙女湖上吹来", "又好记又长的新密码"
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0.50"
)


@pytest.fixture
def person():
    return User.objects.create_user("xiaohe", OLD, name="林小禾", phone="13807900099")


def log_in(user_agent=WECHAT, password=OLD):
    client = Client()
    answer = client.post(
        reverse("login"), {"username": "xiaohe", "password": password}, headers={"user-agent": user_agent}
    )
    assert answer.status_code == 302
    return client


def is_in(client):
    return client.get(reverse("me")).status_code == 200


def change(client, old=OLD, new=NEW):
    return client.post(reverse("password"), {"old_password": old, "new_password": new})


@pytest.mark.parametrize(
    ("line", "family"),
    [
        (WECHAT, "安卓手机 · 微信"), ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari", "苹果手机"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/130", "Windows 电脑"), ("curl/8", "其他设备"),
        ("", "其他设备"),
    ],
)
def test_a_device_is_called_by_its_family(line, family):
    assert devices.family(line) == family


class TestLogins:
    def test_are_listed_with_family_and_day_and_nothing_else(self, person):
        client = log_in()
        log_in("Mozilla/5.0 (Windows NT 10.0)")
        page = client.get(reverse("me")).content.decode()
        assert "安卓手机 · 微信" in page and "Windows 电脑" in page and page.count("就是这里") == 1
        assert "138****0099" in page and "13807900099" not in page
        rows = str(list(Session.objects.values()))
        assert "V2309A" not in rows and "127.0.0.1" not in rows

    def test_no_key_of_a_login_stands_on_the_page(self, person):
        client = log_in()
        log_in()
        page = client.get(reverse("me")).content.decode()
        assert not [key for key in Session.objects.values_list("session_key", flat=True) if key in page]

    def test_one_is_ended(self, person):
        here, there, third = log_in(), log_in(), log_in()
        mark = Session.objects.get(pk=there.cookies[settings.SESSION_COOKIE_NAME].value).mark
        here.post(reverse("end_session"), {"session": mark})
        assert (is_in(here), is_in(there), is_in(third)) == (True, False, True)

    def test_nobody_ends_somebody_elses(self, person, city, sign_in):
        theirs = sign_in(city.member)
        mark = Session.objects.get(user=city.member).mark
        answer = log_in().post(reverse("end_session"), {"session": mark}, follow=True)
        assert "已经不在了" in answer.content.decode() and is_in(theirs)

    def test_all_others_are_ended_with_the_tokens(self, person):
        here, there = log_in(), log_in()
        tokens.issue(person)
        here.post(reverse("end_session"), {"session": "others"})
        assert (is_in(here), is_in(there)) == (True, False)
        assert not person.auth_token_set.exists()

    def test_what_has_expired_is_not_listed(self, person):
        here = log_in()
        log_in("iPad")
        Session.objects.filter(device="苹果平板").update(expire_date=timezone.now() - timedelta(seconds=1))
        assert "苹果平板" not in here.get(reverse("me")).content.decode()

    def test_the_first_request_of_a_day_stamps_it_and_prolongs_the_login(self, person, time_machine):
        time_machine.move_to("2026-11-23 14:40+08:00", tick=False)
        client = log_in()
        time_machine.move_to("2026-11-24 09:00+08:00", tick=False)
        client.get(reverse("me"))
        row = Session.objects.get()
        assert str(row.seen_on) == "2026-11-24" and row.device == "安卓手机 · 微信" and row.user == person
        assert row.expire_date - timezone.now() == timedelta(days=14)

    def test_the_others_of_the_day_write_nothing(self, person):
        client = log_in()
        client.get(reverse("me"))
        assert not [sql for sql in statements(lambda: client.get(reverse("me"))) if sql.startswith("UPDATE")]

    @pytest.mark.parametrize("count", [1, 30])
    def test_the_page_costs_as_much_for_many(self, person, count):
        client = log_in()
        Session.objects.bulk_create(
            Session(session_key=f"k{no}", session_data="x", expire_date=timezone.now() + timedelta(days=1), user=person)
            for no in range(count)
        )
        assert len(statements(lambda: client.get(reverse("me")))) <= 8


class TestPassword:
    def test_is_changed_with_the_old_one_and_ends_the_other_logins(self, person):
        here, there = log_in(), log_in()
        tokens.issue(person)
        assert change(here).url == reverse("me")
        assert (is_in(here), is_in(there)) == (True, False)
        assert Session.objects.filter(user=person).count() == 1 and not person.auth_token_set.exists()
        assert is_in(log_in(password=NEW)) and AuditEvent.objects.get().kind == "PASSWORD"

    def test_needs_the_old_one(self, person):
        here, there = log_in(), log_in()
        answer = change(here, old="不是这个")
        assert answer.status_code == 400 and WRONG_OLD in answer.content.decode() and is_in(there)

    def test_a_weak_one_is_refused_in_chinese(self, person):
        assert "至少要 8 位" in change(log_in(), new="短").content.decode()
        assert "全是数字" in change(log_in(), new="8302746195").content.decode()

    def test_who_finds_an_open_phone_cannot_guess_for_long(self, person):
        here = log_in()
        assert [change(here, old="不是这个").status_code for _ in range(6)] == [400] * 4 + [429] * 2
        assert change(here).status_code == 429

    def test_pages_that_write_take_no_get(self, person):
        here = log_in()
        for name in ("password", "end_session"):
            assert here.get(reverse(name)).status_code == 405
