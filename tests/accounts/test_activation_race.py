"""Two at once with one code, on real connections: one wins. SQLite's test database is a file."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import services
from accounts.models import ActivationCode, Consent, User

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PHONE = "13807900002"
ROUNDS = 5


def at_once(*calls):
    barrier = Barrier(len(calls))

    def run(call):
        barrier.wait()
        try:
            return call()
        except ValidationError as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def redeem(code, password):
    return services.redeem(code, PHONE, password, agreed=True)


def test_two_redeem_at_once_and_one_wins(city):
    for _ in range(ROUNDS):
        _, code = services.issue_code(city.anchor, issued_by=city.member)
        passwords = ("第一个好记的密码", "第二个好记的密码")
        answers = at_once(*[partial(redeem, code, password) for password in passwords])
        assert sorted(type(answer).__name__ for answer in answers) == ["User", "ValidationError"]
        [won] = [password for password, answer in zip(passwords, answers, strict=True) if isinstance(answer, User)]
        assert User.objects.get(pk=city.anchor.pk).check_password(won)
    assert Consent.objects.count() == 1


def test_two_issued_at_once_leave_one_live(city):
    answers = at_once(*[lambda: services.issue_code(city.anchor, issued_by=city.member)] * 4)
    live = ActivationCode.objects.live().get()
    [code] = [code for row, code in answers if row.pk == live.pk]
    assert redeem(code, "第一个好记的密码") == city.anchor


def test_wrong_tries_at_once_are_all_counted(city):
    row, _ = services.issue_code(city.anchor, issued_by=city.member)
    at_once(*[lambda: redeem("22222222", "第一个好记的密码")] * 4)
    row.refresh_from_db()
    assert row.tries == 4 and row.voided_at is None
