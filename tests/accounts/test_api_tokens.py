from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from knox.models import AuthToken
from rest_framework.test import APIClient

from accounts.models import User
from tests.api_client import V1, Caller

pytestmark = pytest.mark.django_db
PASSWORD = "zhu-bo-2026"
URL = V1 + "auth/token/"


@pytest.fixture
def person():
    return User.objects.create_user("xiaohe", PASSWORD, name="林小禾", phone="13807900009")


def log_in(username="xiaohe", password=PASSWORD, **options):
    return APIClient(raise_request_exception=False).post(
        URL, {"username": username, "password": password}, **{"format": "json", **options}
    )


def bearer(token):
    client = APIClient(raise_request_exception=False)
    client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
    return client


class TestLoggingIn:
    @pytest.mark.parametrize("typed", ["xiaohe", "13807900009", "138 0790 0009", "+86 13807900009"])
    def test_by_user_name_or_phone(self, person, typed):
        answer = log_in(typed)
        assert answer.status_code == 200 and set(answer.json()) == {"token", "expiry"}
        assert bearer(answer.json()["token"]).get(V1 + "me/").json()["username"] == "xiaohe"

    def test_a_form_will_do(self, person):
        data = "username=xiaohe&password=" + PASSWORD
        client = APIClient()
        answer = client.post(URL, data, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 200

    @pytest.mark.parametrize(("name", "password"), [("xiaohe", "falsch"), ("nobody", PASSWORD), ("13899999999", "x")])
    def test_what_does_not_match_is_one_sentence(self, person, name, password):
        answer = log_in(name, password)
        assert answer.status_code == 400 and "对不上" in str(answer.json()["detail"])

    def test_who_is_shut_out_gets_the_same_sentence(self, person):
        User.objects.update(is_active=False)
        assert log_in().status_code == 400

    @pytest.mark.parametrize("value", [None, "", [], {}, 7, True, "\0", "a\0b", "长" * 10_000, "😀"])
    def test_odd_input(self, person, value):
        assert log_in(username=value).status_code == 400
        assert log_in(password=value).status_code == 400

    @pytest.mark.parametrize("raw", ["", "[]", "{", '{"username": "\\ud800", "password": "a"}', "null", "[" * 9999])
    def test_odd_bodies(self, person, raw):
        answer = APIClient(raise_request_exception=False).post(URL, raw, content_type="application/json")
        assert answer.status_code == 400

    def test_an_old_token_does_not_hinder(self, person):
        answer = bearer("0" * 64).post(URL, {"username": "xiaohe", "password": PASSWORD}, format="json")
        assert answer.status_code == 200

    def test_five_wrong_ones_lock_for_a_while(self, person):
        codes = [log_in(password="falsch").status_code for _ in range(5)]
        assert codes == [400, 400, 400, 400, 429]
        locked = log_in()
        assert locked.status_code == 429 and "锁" in locked.json()["detail"]
        with time_machine.travel(timezone.now() + timedelta(minutes=16), tick=False):
            assert log_in().status_code == 200


class TestTokens:
    def test_only_the_hash_is_kept(self, person):
        token = log_in().json()["token"]
        kept = AuthToken.objects.values().get()
        assert token not in {str(value) for value in kept.values()}
        assert len(kept["digest"]) == 128

    def test_they_expire(self, person):
        client = bearer(log_in().json()["token"])
        with time_machine.travel(timezone.now() + timedelta(days=29), tick=False):
            assert client.get(V1 + "me/").status_code == 200
        with time_machine.travel(timezone.now() + timedelta(days=31), tick=False):
            assert client.get(V1 + "me/").status_code == 401

    def test_one_is_revoked(self, person):
        one, other = (bearer(log_in().json()["token"]) for _ in range(2))
        assert one.delete(URL).status_code == 204
        assert one.get(V1 + "me/").status_code == 401
        assert other.get(V1 + "me/").status_code == 200

    def test_all_are_revoked_and_nobody_elses(self, person, city):
        one, other, foreign = Caller(person), Caller(person), Caller(city.member)
        assert one.delete(V1 + "auth/tokens/").status_code == 204
        assert {client.get(V1 + "me/").status_code for client in (one, other)} == {401}
        assert foreign.get(V1 + "me/").status_code == 200

    def test_a_session_has_no_token_to_revoke(self, person, sign_in):
        assert sign_in(person).delete(URL).status_code == 400

    def test_the_oldest_makes_room(self, person):
        first, *_, last = [Caller(person) for _ in range(21)]
        assert first.fetch("me/").status_code == 401
        assert last.fetch("me/").status_code == 200
        assert AuthToken.objects.count() == 20

    def test_who_is_shut_out_is_out_at_once(self, person):
        caller = Caller(person)
        User.objects.update(is_active=False)
        assert caller.fetch("me/").status_code == 401

    @pytest.mark.parametrize(
        "header", ["Token", "Token a b", "Token x", "Token \xff", "Token " + "9" * 9999, "Bearer x", "\xff"]
    )
    def test_odd_headers(self, person, header):
        client = APIClient(raise_request_exception=False)
        answer = client.get(V1 + "me/", headers={"Authorization": header})
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Token"
