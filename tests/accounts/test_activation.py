"""A code and the own phone, and a person is in."""

import hashlib
import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import codes, consent, services, tokens
from accounts.lockout import SENTENCE
from accounts.models import ActivationCode, AuditEvent, Consent, Session, User
from notices.models import Notice
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
PHONE, OTHER_PHONE, UNKNOWN = "13807900002", "13807900001", "13999999999"
PASSWORD = "风从仙女湖上吹来"
FALSE = "22222222"


@pytest.fixture
def handed(city):
    """`(row, code)` that the contact gave the anchor."""
    return services.issue_code(city.anchor, issued_by=city.member, office="联系党员")


@pytest.fixture
def send(client):
    def post(code, phone=PHONE, password=PASSWORD, **more):
        typed = {"code": code, "phone": phone, "password": password, "agree": "on", **more}
        return client.post(reverse("activate"), {name: value for name, value in typed.items() if value is not None})

    return post


def redeem(code, phone=PHONE, password=PASSWORD, *, agreed=True, **when):
    return services.redeem(code, phone, password, agreed=agreed, **when)


def refused(*args, **kwargs):
    with pytest.raises(ValidationError) as caught:
        redeem(*args, **kwargs)
    return caught.value.message_dict


class TestTheCode:
    def test_has_eight_characters_that_nobody_mixes_up(self):
        for _ in range(200):
            code = codes.fresh()
            assert len(code) == 8 and codes.is_code(code) and not set(code) & set("01OIL")

    @pytest.mark.parametrize("typed", ["abcd-2345", " ABCD 2345 ", "ａｂｃｄ２３４５", "ABCD2345"])
    def test_is_read_however_it_is_typed(self, typed):
        assert codes.normalise(typed) == "ABCD2345"

    def test_is_kept_nowhere_but_as_an_hmac(self, handed):
        row, code = handed
        kept = str(ActivationCode.objects.values().get()) + str(AuditEvent.objects.values().get())
        assert code not in kept and codes.shown(code) not in kept and len(row.digest) == 64

    def test_who_gave_it_is_on_record(self, city, handed):
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor, event.office, event.subject_id) == (
            "ISSUE", city.member, "联系党员", str(city.anchor.pk)
        )

    def test_lives_seven_days(self, handed):
        row, _ = handed
        assert row.expires_at - row.issued_at == timedelta(days=7)

    def test_a_new_one_voids_the_old(self, city, handed):
        row, old = handed
        _, new = services.issue_code(city.anchor, issued_by=city.secretary)
        row.refresh_from_db()
        assert row.voided_at and refused(old) == {"code": [services.REFUSED]}
        assert redeem(new) == city.anchor

    def test_two_live_ones_of_one_person_cannot_stand_in_the_database(self, city, handed):
        now = timezone.now()
        with pytest.raises(IntegrityError), transaction.atomic():
            ActivationCode.objects.create(user=city.anchor, digest="x", issued_at=now, expires_at=now)

    def test_is_not_given_to_who_is_disabled_or_has_no_phone(self, city):
        with pytest.raises(Conflict, match="没有登记手机号"):
            services.issue_code(city.other_anchor, issued_by=city.staff)
        User.objects.filter(pk=city.anchor.pk).update(is_active=False)
        with pytest.raises(Conflict, match="停用"):
            services.issue_code(city.anchor, issued_by=city.staff)


class TestRedeeming:
    def test_sets_the_password_and_records_the_consent(self, city, handed):
        row, code = handed
        person = redeem(code, "138 0790 0002")
        row.refresh_from_db()
        given = Consent.objects.get()
        assert person == city.anchor and person.check_password(PASSWORD) and row.used_at
        assert (given.user, given.purpose, given.text_version) == (person, "REGISTRY", consent.VERSION)
        assert AuditEvent.objects.filter(kind="ACTIVATE", actor=person).count() == 1

    def test_in_time_to_the_last_second_and_not_one_more(self, handed):
        row, code = handed
        assert refused(code, at=row.expires_at + timedelta(seconds=1)) == {"code": [services.REFUSED]}
        assert redeem(code, at=row.expires_at)

    def test_works_once(self, handed):
        redeem(handed[1])
        assert refused(handed[1]) == {"code": [services.REFUSED]}

    def test_one_sentence_for_whatever_does_not_fit(self, city, handed):
        row, code = handed
        said = [refused(FALSE), refused(code, OTHER_PHONE), refused(code, UNKNOWN), refused(FALSE, UNKNOWN)]
        assert said == [{"code": [services.REFUSED]}] * 4

    def test_a_disabled_person_stays_out(self, handed):
        User.objects.update(is_active=False)
        assert refused(handed[1]) == {"code": [services.REFUSED]}

    @pytest.mark.parametrize("typed", [(FALSE, PHONE), ("code", UNKNOWN), ("code", OTHER_PHONE)])
    def test_the_fifth_wrong_try_voids_it(self, handed, typed):
        """Whether somebody has the phone and guesses the code, or has the code and guesses the phone."""
        row, code = handed
        for tried in range(5):
            assert ActivationCode.objects.live().filter(tries=tried).exists()
            refused(code if typed[0] == "code" else typed[0], typed[1])
        row.refresh_from_db()
        assert row.voided_at and row.tries == 5
        assert refused(code) == {"code": [services.REFUSED]}

    def test_four_wrong_tries_do_not(self, handed):
        for _ in range(4):
            refused(FALSE)
        assert redeem(handed[1])

    def test_an_unknown_phone_costs_the_same_statements_as_a_wrong_code(self, handed):
        def asked(*typed):
            with CaptureQueriesContext(connection) as captured:
                refused(*typed)
            lines = [query["sql"].partition(" WHERE ")[0] for query in captured.captured_queries]
            return [line for line in lines if "SAVEPOINT" not in line]

        known = asked(FALSE, PHONE)
        assert len(known) == 3 and [line.split("'")[0] for line in known] == [
            line.split("'")[0] for line in asked(FALSE, UNKNOWN)
        ]

    def test_a_wrong_code_costs_one_hash_like_the_right_one(self, handed, monkeypatch):
        hashed = []
        monkeypatch.setattr(services, "make_password", lambda password: hashed.append(password) or "!")
        refused(FALSE, UNKNOWN)
        redeem(handed[1])
        assert len(hashed) == 2

    def test_without_consent_nothing_happens(self, handed):
        assert refused(handed[1], agreed=False) == {"agree": [services.DISAGREED]}
        assert ActivationCode.objects.live().get().tries == 0

    @pytest.mark.parametrize(
        ("password", "sentence"), [("短", "至少要 8 位"), ("password1", "太常见"), ("8302746195", "全是数字")]
    )
    def test_a_weak_password_is_refused_in_chinese_and_costs_no_try(self, handed, password, sentence):
        assert sentence in refused(handed[1], password=password)["password"][0]
        assert ActivationCode.objects.live().get().tries == 0

    def test_a_reset_ends_all_logins_and_tells_the_person(self, city, handed, sign_in):
        redeem(handed[1])
        client = sign_in(User.objects.get(pk=city.anchor.pk))
        tokens.issue(city.anchor)
        _, code = services.issue_code(city.anchor, issued_by=city.member)
        redeem(code, password="另一个好记的密码")
        assert not Session.objects.filter(user=city.anchor).exists() and not city.anchor.auth_token_set.exists()
        assert client.get("/me/").status_code == 302
        assert Notice.objects.get(recipient=city.anchor).title == "您的密码用激活码重设过了"

    def test_agreeing_to_a_new_text_ends_the_old_consent(self, city, monkeypatch):
        old = consent.record(city.anchor)
        assert consent.record(city.anchor) == old
        monkeypatch.setattr(consent, "VERSION", "2027-01")
        new = consent.record(city.anchor)
        old.refresh_from_db()
        assert old.withdrawn_at and new.withdrawn_at is None


class TestThePage:
    def test_leads_straight_to_the_new_appeal_logged_in(self, handed, send, client):
        answer = send(handed[1])
        assert answer.url == "/appeals/new/"
        assert client.get(answer.url).status_code == 200

    def test_takes_the_code_from_the_qr(self, handed, client):
        page = client.get(reverse("activate"), {"code": handed[1].lower()}).content.decode()
        assert f'value="{codes.shown(handed[1])}"' in page
        assert "value=" not in client.get(reverse("activate"), {"code": "<x>"}).content.decode().partition(
            'name="code"'
        )[2].partition(">")[0]

    def test_gives_the_code_to_no_other_page_and_no_cache(self, handed, client, send):
        for answer in (client.get(reverse("activate"), {"code": handed[1]}), send(FALSE), send(handed[1])):
            assert answer["Referrer-Policy"] == "strict-origin" and "no-store" in answer["Cache-Control"]

    def test_keeps_what_was_typed_but_the_password(self, handed, send):
        answer = send(FALSE, agree=None)
        page = answer.content.decode()
        assert answer.status_code == 400
        assert FALSE in page and PHONE in page and PASSWORD not in page and services.DISAGREED in page

    def test_all_that_is_wrong_is_said_at_once(self, handed, send):
        answer = send(handed[1], phone="1380790", password="12345678", agree=None)
        page = answer.content.decode()
        assert answer.status_code == 400 and "密码请再填一次。" in page
        for sentence in ("请填 11 位手机号", "全是数字", services.DISAGREED):
            assert page.count(sentence) == 1
        assert handed[1] in page and 'value="1380790"' in page and "12345678" not in page
        assert ActivationCode.objects.live().get().tries == 0

    def test_the_consent_once_given_stays_given(self, handed, send):
        page = send(handed[1], password="短").content.decode()
        assert "checked" in page.partition('name="agree"')[2].partition(">")[0]

    @pytest.mark.parametrize("page", ["login", "activate"])
    def test_it_says_whom_to_ask_for_a_code(self, db, client, page):
        assert "激活码找您的联系党员、所在支部或行业党委要。" in client.get(reverse(page)).content.decode()

    def test_tells_a_stranger_nothing(self, handed, send):
        """Nothing but what was typed differs."""
        pages = [send(*typed).content.decode() for typed in ((FALSE, PHONE), (FALSE, UNKNOWN))]
        masked = [page.replace(PHONE, "").replace(UNKNOWN, "").split("csrfmiddlewaretoken") for page in pages]
        assert masked[0][0] == masked[1][0] and services.REFUSED in pages[0]

    def test_a_mistyped_code_costs_no_try(self, handed, send):
        assert services.NOT_A_CODE in send("ABC").content.decode()
        assert ActivationCode.objects.live().get().tries == 0

    def test_five_wrong_ones_lock_the_phone_here_and_not_the_login(self, handed, send, client):
        assert [send(FALSE).status_code for _ in range(5)] == [400, 400, 400, 400, 429]
        answer = send(handed[1])
        assert answer.status_code == 429 and SENTENCE in answer.content.decode()
        login = client.post(reverse("login"), {"username": PHONE, "password": "不是这个"})
        assert login.status_code == 200

    def test_an_unknown_phone_is_locked_like_a_known_one(self, handed, send):
        assert [send(FALSE, UNKNOWN).status_code for _ in range(5)][-1] == 429

    def test_getting_in_forgives(self, handed, send):
        send(FALSE)
        send(handed[1])
        assert not AccessAttempt.objects.exists()

    def test_neither_code_nor_phone_gets_into_log_or_lockout(self, handed, send, client, caplog):
        caplog.set_level(logging.DEBUG)
        code = handed[1]
        client.get(reverse("activate"), {"code": code})
        for phone in (UNKNOWN, UNKNOWN, PHONE):
            client.post(f"{reverse('activate')}?code={code}", {"code": code, "phone": phone, "password": PASSWORD})
            send(code, UNKNOWN)
        send(code)
        lines = "\n".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
        kept = str(list(AccessAttempt.objects.values()))
        for secret in (code, codes.shown(code), PHONE, UNKNOWN, PASSWORD):
            assert secret not in lines and secret not in kept

    def test_who_is_no_anchor_comes_home(self, city, send):
        _, code = services.issue_code(city.member, issued_by=city.staff)
        assert send(code, OTHER_PHONE).url == "/"

    def test_offers_no_text_message_without_a_provider(self, client, db):
        assert not settings.SMS_BACKEND
        assert 'name="send"' not in client.get(reverse("activate")).content.decode()


class TestTheApi:
    def send(self, client, code, **more):
        typed = {"code": code, "phone": PHONE, "password": PASSWORD, **more}
        return client.post("/api/v1/activations/redeem/", typed, content_type="application/json")

    def test_answers_with_a_token(self, city, handed, client):
        answer = self.send(client, handed[1])
        assert answer.status_code == 200 and set(answer.json()) == {"token", "expiry"}
        me = client.get("/api/v1/me/", headers={"Authorization": f"Token {answer.json()['token']}"})
        assert me.json()["username"] == "anchor"

    def test_one_sentence_and_the_lock(self, handed, client):
        answers = [self.send(client, FALSE) for _ in range(5)]
        assert answers[0].json() == {"code": [services.REFUSED]}
        assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 429]
        assert self.send(client, handed[1]).json() == {"detail": SENTENCE}

    def test_who_does_not_agree_is_not_let_in(self, handed, client):
        answer = self.send(client, handed[1], agree=False)
        assert answer.status_code == 400 and answer.json() == {"agree": [services.DISAGREED]}


def test_a_text_that_changes_gets_a_new_version():
    """Whoever changes the words changes VERSION and the hash beside it."""
    text = (settings.BASE_DIR / "templates" / "accounts" / "_consent.html").read_bytes()
    known = {"2026-11": "72ad58264eef485ada0ca370dbf753540757a52fa656e74f349833ea030ab473"}
    assert hashlib.sha256(text).hexdigest() == known[consent.VERSION]
