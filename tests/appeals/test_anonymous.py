"""An appeal without a name: filed by nobody, read and judged by its code, and nothing leads to a person."""

import uuid

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from redis.exceptions import TimeoutError as RedisTimeout

from accounts.models import Session
from accounts.tokens import issue
from appeals import invariants, services, statistics
from appeals.ending import services as ending
from appeals.ending.guidance import NotHere
from appeals.models import Appeal, Event
from appeals.protection import anonymous, codes, pace
from appeals.protection.code_holder import CodeHolder
from notices.models import Notice
from tests import photos
from tests.factories import anonymous_appeal, submit_appeal
from xinyu_portal import counting
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
WORDS = {"kind": "appeal", "category": "A", "body": "老板扣着工资不发。"}
NEW, ASK, API = "/appeals/anonymous/", "/receipts/", "/api/v1/appeals/"


@pytest.fixture(autouse=True)
def _fresh_counts():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def filed(city):
    return anonymous_appeal()


def send(client, key=None, path=NEW, **changes):
    return client.post(path, {**WORDS, "agree": "on", "submit_key": key or uuid.uuid4(), **changes})


def post(path, data, token=None, **headers):
    known = {"Authorization": f"Token {token}"} if token else {}
    return Client().post(path, data, content_type="application/json", headers={**known, **headers})


def file_by_api(key=None, token=None, **changes):
    data = {**WORDS, "confidentiality": "anonymous", **changes}
    return post(API, data, token, **{"Idempotency-Key": str(key or uuid.uuid4())})


def opened(code):
    client = Client()
    client.post(ASK, {"code": code})
    return client


def answered(appeal, city):
    services.reply(appeal, actor=city.staff, text="劳动监察已责令 5 日内发。")


class TestFiling:
    def test_goes_to_the_committee_and_names_nobody(self, city, filed):
        appeal, code = filed
        event = appeal.events.get()
        assert (appeal.current.level, appeal.anchor, appeal.branch) == ("COMMITTEE", None, None)
        assert (event.actor, event.facts["by_code"]) == (None, True)
        assert code not in appeal.code_index
        assert set(Notice.objects.values_list("recipient__username", flat=True)) == {"staff", "chief"}
        assert invariants.broken() == {}

    def test_the_page_shows_the_code_once(self, city):
        key = uuid.uuid4()
        page = send(Client(), key)
        code = codes.of_key(key)
        assert codes.shown(code) in page.content.decode()
        assert anonymous.find(code).body == WORDS["body"]
        assert page["Cache-Control"].startswith("max-age=0") or "no-store" in page["Cache-Control"]

    def test_a_lost_answer_is_answered_again_and_other_words_are_not(self, city):
        key = uuid.uuid4()
        first, again = file_by_api(key), file_by_api(key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json()["query_code"] == again.json()["query_code"]
        other = file_by_api(key, body="别的话。")
        assert other.status_code == 409
        assert first.json()["number"] not in other.content.decode()

    def test_neither_the_code_nor_its_key_is_in_the_database(self, city):
        key = uuid.uuid4()
        appeal, code, _ = anonymous.submit(
            kind="appeal", category=submit_appeal(city).category, body="工资。", submit_key=key
        )
        row = Appeal.objects.filter(pk=appeal.pk).values().get()
        kept = " ".join(map(str, row.values()))
        assert code not in kept
        assert str(key) not in kept

    def test_a_code_has_ten_letters_none_of_which_looks_like_another(self):
        made = {codes.of_key(uuid.uuid4()) for _ in range(200)}
        assert len(made) == 200
        assert all(len(code) == 10 and not set(code) & set("01OI") for code in made)

    def test_whoever_is_logged_in_is_left_out(self, city, client):
        client.force_login(city.anchor)
        before = list(Session.objects.values_list("session_data", flat=True))
        send(client)
        file_by_api(token=issue(city.anchor)[1])
        assert not Event.objects.filter(actor__isnull=False).exists()
        assert not Appeal.objects.visible_to(city.anchor).exists()
        assert list(Session.objects.values_list("session_data", flat=True)) == before

    def test_with_a_name_the_api_asks_for_a_login(self, city):
        for said in ({"confidentiality": "real_name"}, {"confidentiality": "confidential"}):
            assert file_by_api(**said).status_code == 401
        assert post(API, WORDS, **{"Idempotency-Key": str(uuid.uuid4())}).status_code == 401
        assert post(API, [1]).status_code == 401


class TestPace:
    def test_the_sixth_of_an_address_in_an_hour_waits_and_keeps_its_words(self, city):
        for _ in range(pace.SUBMITS):
            assert send(Client()).status_code == 200
        page = send(Client(), body="第六件事。")
        assert page.status_code == file_by_api().status_code == 429
        assert "第六件事。" in page.content.decode()
        assert "一小时已经交了 5 件" in page.content.decode()
        assert Appeal.objects.count() == pace.SUBMITS

    def test_another_address_does_not_wait(self, city):
        for _ in range(pace.SUBMITS + 1):
            send(Client())
        assert send(Client(REMOTE_ADDR="10.0.0.9")).status_code == 200

    def test_a_second_try_of_the_same_is_not_counted(self, city):
        key = uuid.uuid4()
        assert {send(Client(), key).status_code for _ in range(pace.SUBMITS + 2)} == {200}

    def test_after_twenty_wrong_codes_even_the_right_one_waits(self, city, filed):
        for _ in range(pace.WRONG_CODES):
            assert Client().post(ASK, {"code": "ABCDE23456"}).status_code == 400
        refused = Client().post(ASK, {"code": filed[1]})
        assert refused.status_code == 429
        assert Client().get(f"/api/v1/receipts/{filed[1]}/").status_code == 429

    def test_no_key_holds_the_address(self, rf):
        request = rf.get("/", REMOTE_ADDR="10.11.12.13")
        assert "10.11.12.13" not in pace._key(request, "submits")

    def test_a_household_has_one_address_of_ipv6(self, rf):
        near = [rf.get("/", REMOTE_ADDR=f"2001:db8:1:2::{n}") for n in (1, 2)]
        assert len({pace._key(request, "codes") for request in near}) == 1

    def test_without_a_cache_everything_passes_and_is_said_once(self, city, monkeypatch, caplog):
        asked = []

        def away(*words):
            asked.append(words)
            raise RedisTimeout("stopped")

        monkeypatch.setattr(counting, "_away_until", 0.0)
        monkeypatch.setattr(cache, "add", away)
        assert {send(Client()).status_code for _ in range(pace.SUBMITS + 2)} == {200}
        assert len(asked) == 1
        assert caplog.text.count("the cache does not answer") == 1


class TestByCode:
    def test_reads_state_deadline_and_answer(self, city, filed):
        appeal, code = filed
        answered(appeal, city)
        seen = Client().get(f"/api/v1/receipts/{code}/").json()
        assert (seen["number"], seen["status"], seen["level"]) == (appeal.number, "REPLIED", "COMMITTEE")
        assert seen["answer"] == "劳动监察已责令 5 日内发。"
        assert {"confirm", "reopen"} <= set(seen["actions"])
        assert [line["verb"] for line in seen["trail"]] == ["submit", "accept", "reply"]
        assert opened(code).get(ASK).content.decode().count("劳动监察") == 1

    def test_typed_small_and_in_groups(self, city, filed):
        assert opened(f" {codes.shown(filed[1]).lower()} ").get(ASK).context["appeal"] == filed[0]

    def test_an_unknown_code_is_a_sentence(self, city):
        refused = Client().get("/api/v1/receipts/ABCDE23456/")
        assert (refused.status_code, refused.json()["detail"]) == (404, "没有这个查询码，请对着记下的再看一遍。")
        assert "没有这个查询码" in Client().post(ASK, {"code": "ABCDE23456"}).content.decode()

    def test_colleagues_notes_are_not_shown(self, city, filed):
        appeal, code = filed
        services.note(appeal, actor=city.staff, text="像是那家厂。", internal=True)
        assert "像是那家厂" not in Client().get(f"/api/v1/receipts/{code}/").content.decode()
        assert "像是那家厂" not in opened(code).get(ASK).content.decode()

    def test_judges_by_page_and_by_api(self, city, filed):
        appeal, code = filed
        answered(appeal, city)
        said = {"outcome": "RESOLVED", "rating": 5, "version": 3}
        assert opened(code).post(f"{ASK}confirm/", said).status_code == 302
        event = appeal.events.last()
        assert (event.verb, event.actor, event.facts["by_code"]) == ("confirm", None, True)
        assert event.facts["contacted"] is None  # nobody could have called: the page does not ask
        other, second = anonymous_appeal()
        answered(other, city)
        judged = post(f"/api/v1/receipts/{second}/confirm/", said)
        assert (judged.status_code, judged.json()["outcome"]) == (200, "RESOLVED")
        assert invariants.broken() == {}

    def test_what_comes_too_late_keeps_its_words(self, city, filed):
        appeal, code = filed
        browser = opened(code)
        services.accept(appeal, actor=city.staff)
        page = browser.post(f"{ASK}withdraw/", {"text": "不用办了。", "version": 1})
        assert page.status_code == 409
        assert "不用办了。" in page.content.decode()

    def test_withdraws_and_opens_again(self, city, filed):
        appeal, code = filed
        answered(appeal, city)
        again = post(f"/api/v1/receipts/{code}/reopen/", {"text": "还没发。", "version": 3})
        assert again.json()["status"] == "SUBMITTED"
        gone = post(f"/api/v1/receipts/{code}/withdraw/", {"version": 4})
        assert gone.json()["outcome"] == "WITHDRAWN"

    def test_supplements_by_page_and_by_api(self, city, filed):
        appeal, code = filed
        opened(code).post(f"{ASK}supplement/", {"text": "上个月的也没发。", "version": 1})
        added = post(f"/api/v1/receipts/{code}/supplement/", {"text": "一共三个月。", "version": 2})
        assert [line["text"] for line in added.json()["trail"]][1:] == ["上个月的也没发。", "一共三个月。"]
        assert not appeal.events.filter(actor__isnull=False).exists()

    def test_supplements_with_a_photo_by_page_and_by_api(self, city, filed):
        appeal, code = filed
        browser = opened(code)
        sent = {"text": "回单在这里。", "version": 1, "files": [photos.upload(name="甲的回单.jpg")]}
        assert browser.post(f"{ASK}supplement/", sent).status_code == 302
        sent = {"text": "还有一张。", "version": 2, "files": [photos.upload(name="乙的回单.jpg")]}
        assert Client().post(f"/api/v1/receipts/{code}/supplement/", sent).status_code == 200
        assert appeal.attachments.count() == 2 and not appeal.attachments.exclude(by=None).exists()
        assert browser.get(f"{ASK}files/{appeal.attachments.first().uuid}/").status_code == 200

    def test_asks_for_one_review_of_a_refusal(self, city, filed):
        appeal, code = filed
        ending.refuse(appeal, actor=city.staff, reason=NotHere.values[0], text="请找社区。")
        browser = opened(code)
        assert "请找社区。" in browser.get(ASK).content.decode()
        assert browser.post(f"{ASK}review/", {"text": "没有查清楚。", "version": 2}).status_code == 302
        again = post(f"/api/v1/receipts/{code}/review/", {"text": "再看看。", "version": 3})
        assert again.status_code == 409
        assert invariants.broken() == {}

    def test_opens_no_other_appeal(self, city, filed):
        other, _ = anonymous_appeal()
        with pytest.raises(PermissionDenied):
            services.withdraw(other, actor=CodeHolder(filed[0].pk))
        other.refresh_from_db()
        assert other.status == "SUBMITTED"

    def test_without_a_code_no_door_opens(self, city, filed):
        for door in ("confirm", "reopen", "withdraw"):
            assert Client().post(f"{ASK}{door}/", {"version": 1}).status_code == 404

    def test_closed_it_asks_again(self, city, filed):
        browser = opened(filed[1])
        browser.post(f"{ASK}close/")
        assert "appeal" not in (browser.get(ASK).context or {})

    def test_the_code_stands_in_no_address(self, city, filed):
        response = Client().post(ASK, {"code": filed[1]})
        assert response.url == ASK
        assert filed[1] not in opened(filed[1]).get(ASK).content.decode()


class TestToStaff:
    def test_lists_and_pages_say_anonymous(self, city, filed, client):
        client.force_login(city.staff)
        appeal = filed[0]
        assert "匿名" in client.get(reverse("appeals:list")).content.decode()
        page = client.get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "匿名，不知道是谁" in page
        assert "主播（凭查询码）" in page
        token = issue(city.staff)[1]
        shown = client.get(f"/api/v1/appeals/{appeal.pk}/", headers={"Authorization": f"Token {token}"}).json()
        assert shown["anchor"] is None

    def test_counts_in_no_satisfaction(self, city, filed):
        appeal, _ = filed
        answered(appeal, city)
        services.confirm(appeal, actor=CodeHolder(appeal.pk), outcome="RESOLVED", rating=5, contacted=True)
        appeal.refresh_from_db()
        later = appeal.current.due_at
        found = {key: Appeal.objects.filter(q).count() for key, q in statistics.conditions(later).items()}
        assert (found["closed"], found["rated"], found["content"]) == (1, 0, 0)

    def test_the_same_key_used_at_once_is_one_appeal(self, city):
        key = uuid.uuid4()
        words = {"kind": "appeal", "category": submit_appeal(city).category, "submit_key": key}
        anonymous.submit(body="工资。", **words)
        with pytest.raises(Conflict):
            anonymous.submit(body="别的。", **words)
