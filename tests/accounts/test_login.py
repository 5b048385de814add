import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from accounts.lockout import SENTENCE, typed_name
from accounts.models import User

RIGHT = "风从仙女湖上来"
WRONG = "用户名或密码不对，请再试一次。"


@pytest.fixture
def person(db):
    return User.objects.create_user("anchor1", RIGHT, name="林小禾", phone="13807900002")


@pytest.fixture
def log_in(client):
    def send(username, password=RIGHT, **more):
        return client.post(
            reverse("login"), {"username": username, "password": password, **more},
            headers={"user-agent": "Mozilla/5.0 WeChat", "accept": "text/html,secret"}, REMOTE_ADDR="203.0.113.7",
        )

    return send


@pytest.mark.parametrize(
    "typed", ["anchor1", "13807900002", "138 0790 0002", "+86 138-0790-0002", "１３８０７９００００２"]
)
def test_by_user_name_or_phone_however_it_is_written(person, log_in, typed):
    assert log_in(typed).url == "/"


def test_leads_to_where_the_person_wanted_to_go(person, log_in):
    assert log_in("anchor1", next="/stations/").url == "/stations/"
    assert log_in("anchor1", next="https://evil.example/").url == "/"


@pytest.mark.parametrize("typed", ["anchor1", "nobody", "13900000000", "a\0b", "长" * 10_000, "🙂"])
def test_one_sentence_whatever_is_wrong(person, log_in, typed):
    answer = log_in(typed, "不对")
    assert answer.status_code == 200
    assert WRONG in answer.content.decode() or "150" in answer.content.decode()


def test_a_closed_account_reads_the_same_sentence(person, log_in):
    User.objects.update(is_active=False)
    assert WRONG in log_in("anchor1").content.decode()


def test_a_person_without_password_cannot_log_in(city, log_in):
    assert WRONG in log_in("anchor", "!").content.decode()


def test_nothing_typed_is_said_at_the_fields(db, log_in):
    page = log_in("", "").content.decode()
    assert "请填手机号、用户名或回执编号。" in page and "请填密码。" in page


def test_logout_is_a_post(city, sign_in):
    client = sign_in(city.anchor)
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == "/login/"
    assert client.get("/").url == "/login/?next=/"


def test_five_failures_lock_the_name_for_a_while(person, log_in):
    assert [log_in("anchor1", "不对").status_code for _ in range(4)] == [200] * 4
    answer = log_in("anchor1", "不对")
    assert answer.status_code == 429 and SENTENCE in answer.content.decode()
    assert log_in("anchor1").status_code == 429
    assert log_in("ANCHOR1").status_code == 429


def test_trying_during_the_lock_does_not_lengthen_it(person, log_in, time_machine):
    time_machine.move_to("2026-11-23 14:40+08:00", tick=False)
    for _ in range(5):
        log_in("anchor1", "不对")
    time_machine.move_to("2026-11-23 14:50+08:00", tick=False)
    assert log_in("anchor1").status_code == 429
    time_machine.move_to("2026-11-23 14:56+08:00", tick=False)
    assert log_in("anchor1").url == "/"


def test_an_unknown_name_is_locked_like_a_known_one(person, log_in):
    assert [log_in("nobody", "不对").status_code for _ in range(5)][-1] == 429
    assert log_in("anchor1").url == "/"


def test_the_api_token_is_locked_with_the_page(person, log_in, client):
    for _ in range(5):
        log_in("anchor1", "不对")
    answer = client.post(
        "/api/v1/auth/token/", {"username": "anchor1", "password": RIGHT}, content_type="application/json"
    )
    assert (answer.status_code, answer.json()) == (429, {"detail": SENTENCE})


def test_success_forgives_under_either_name(person, log_in):
    for typed in ["anchor1", "13807900002"] * 4:
        log_in(typed, "不对")
    log_in("13807900002")
    assert not AccessAttempt.objects.exists()


def test_only_an_hmac_a_count_and_a_time_are_kept(person, log_in):
    for _ in range(2):
        log_in("13807900002", "不对", next="/appeals/7/")
    kept = AccessAttempt.objects.get()
    assert kept.username == typed_name(None, {"username": "13807900002"})
    assert kept.failures_since_start == 2
    row = " ".join(str(value) for value in AccessAttempt.objects.values_list().get())
    for trace in ("13807900002", "203.0.113.7", "Mozilla", "secret", "不对", "/appeals/7/", "/login/"):
        assert trace not in row
