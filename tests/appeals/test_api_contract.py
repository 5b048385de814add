"""The names that programs outside rely on, word by word."""

import uuid

import pytest

from appeals.models import Appeal, Category
from tests.api_client import WORDS, Caller
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db

PROMISED = {
    "id", "number", "kind", "category", "title", "body", "anchor", "status", "level", "holder", "due_at", "outcome",
    "version",
}
ALSO = {"branch", "confidentiality", "submitted_at", "replied_at", "judge_by", "actions"}


@pytest.fixture
def anchor(city):
    return Caller(city.anchor)


def ids(answer):
    return [row["id"] for row in answer.json()["results"]]


class TestSubmit:
    def test_it_answers_with_the_appeal(self, city, anchor):
        answer = anchor.submit()
        appeal = answer.json()
        assert answer.status_code == 201
        assert set(appeal) == PROMISED | ALSO
        row = Appeal.objects.select_related("current").get()
        assert appeal["id"] == row.pk and appeal["number"] == row.number and appeal["version"] == 1
        assert {name: appeal[name] for name in WORDS} == WORDS
        assert (appeal["status"], appeal["level"], appeal["outcome"]) == ("SUBMITTED", "MEMBER", "")
        assert (appeal["anchor"], appeal["holder"]) == ("林小禾", "周映红")
        assert appeal["due_at"] and appeal["actions"] == ["hand_up", "withdraw", "supplement"]
        assert row.channel == "API" and row.confidentiality == "real_name"

    def test_without_a_title_the_body_lends_its_first_thirty_characters(self, anchor):
        body = "一二三四五六七八九十" * 4
        assert anchor.submit(body=body, title="").json()["title"] == body[:30]
        words = {name: WORDS[name] for name in ("kind", "category", "body")}
        answer = anchor.send("appeals/", words, **{"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201

    @pytest.mark.parametrize("code", ["A", "A2"])
    def test_a_category_of_either_level(self, anchor, code):
        assert anchor.submit(category=code).json()["category"] == code

    def test_a_question_is_one_too(self, anchor):
        assert anchor.submit(kind="question").json()["kind"] == "question"

    WRONG = [
        ("kind", "complaint"), ("kind", None), ("kind", 7), ("kind", "\ud800"), ("category", "ZZ"),
        ("category", None), ("body", ""), ("body", "   "), ("body", "长" * 2001), ("title", "长" * 61),
        ("title", "a\0b"), ("body", "\ud800"), ("body", ["一"]), ("body", {"a": 1}), ("body", True),
    ]

    def test_a_wrong_field_is_named(self, anchor):
        for field, value in self.WRONG:
            answer = anchor.submit(**{field: value})
            assert answer.status_code == 400, (field, value)
            assert any("一" <= letter <= "鿿" for letter in "".join(answer.json()[field])), (field, value)
        assert not Appeal.objects.exists()

    @pytest.mark.parametrize("field", ["kind", "category", "body"])
    def test_three_fields_are_needed(self, anchor, field):
        words = {name: value for name, value in WORDS.items() if name != field}
        answer = anchor.send("appeals/", words, **{"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 400 and field in answer.json()

    NOT_OURS = [
        ("confidentiality", "CONFIDENTIAL"), ("confidentiality", ""), ("confidentiality", None),
        ("confidentiality", 3), ("confidentiality", []), ("about", "CONTACT"), ("about", ["branch", "boss"]),
        ("about", {"branch": 1}), ("about", 7), ("about", [None]), ("about", "enterprise"), ("about", "\ud800"),
    ]

    def test_a_word_that_is_none_of_ours_is_refused_with_a_sentence(self, anchor):
        for field, value in self.NOT_OURS:
            answer = anchor.submit(**{field: value})
            assert answer.status_code == 400, (field, value)
            assert any("一" <= letter <= "鿿" for letter in "".join(answer.json()[field])), (field, value)
        assert not Appeal.objects.exists()

    def test_confidential_begins_at_the_branch(self, anchor):
        assert anchor.submit(confidentiality="confidential").json()["level"] == "BRANCH"

    @pytest.mark.parametrize("about", ["contact", ["branch"], ["branch", "contact", "contact"]])
    def test_about_one_or_several_begins_at_the_committee(self, anchor, about):
        assert anchor.submit(about=about).json()["level"] == "COMMITTEE"

    def test_about_belongs_to_the_body_of_a_key(self, anchor):
        key = uuid.uuid4()
        assert anchor.submit(key, about="contact").status_code == 201
        assert anchor.submit(key, about=["contact"]).status_code == 200
        assert anchor.submit(key, about="branch").status_code == anchor.submit(key).status_code == 409

    def test_real_name_and_nobody_in_particular_may_be_said(self, anchor):
        assert anchor.submit(confidentiality="real_name", about=None).status_code == 201

    def test_only_an_anchor_submits(self, city):
        assert Caller(city.member).submit().status_code == 403


class TestKey:
    @pytest.mark.parametrize("key", ["", "abc", "1234", "\xff"])
    def test_it_must_be_a_uuid(self, anchor, key):
        answer = anchor.send("appeals/", WORDS, **{"Idempotency-Key": key})
        assert answer.status_code == 400 and "UUID" in str(answer.json()["Idempotency-Key"])

    def test_it_must_be_there(self, anchor):
        assert anchor.send("appeals/", WORDS).status_code == 400

    def test_the_same_again_is_the_first_answer(self, anchor):
        key = uuid.uuid4()
        first, again = anchor.submit(key), anchor.submit(key)
        assert (first.status_code, again.status_code) == (201, 200)
        assert first.json() == again.json()
        assert Appeal.objects.count() == 1

    def test_another_body_is_a_conflict(self, anchor):
        key = uuid.uuid4()
        anchor.submit(key)
        answer = anchor.submit(key, body="别的话")
        assert answer.status_code == 409 and answer.json()["detail"]
        assert Appeal.objects.count() == 1

    def test_another_person_is_a_conflict(self, city, anchor):
        key = uuid.uuid4()
        anchor.submit(key)
        assert Caller(city.other_anchor).submit(key).status_code == 409
        assert Appeal.objects.count() == 1


class TestLists:
    def test_categories_come_at_once(self, anchor):
        rows = anchor.fetch("categories/").json()["results"]
        assert len(rows) == Category.objects.count()
        assert {"code", "name", "parent", "service_class"} == set(rows[0])
        assert {row["parent"] for row in rows if row["code"] == "A2"} == {"A"}
        assert [row["parent"] for row in rows if row["code"] == "A"] == [None]

    def test_newest_first_and_fifty_a_page(self, city, anchor):
        made = [submit_appeal(city, title=f"第 {n} 件").pk for n in range(51)]
        page = anchor.fetch("appeals/")
        assert set(page.json()) == {"results", "next", "previous"}
        assert ids(page) == made[:0:-1] and page.json()["previous"] is None
        rest = anchor.get(page.json()["next"])
        assert ids(rest) == made[:1] and rest.json()["next"] is None
        assert set(rest.json()["results"][0]) == PROMISED | ALSO

    def test_filters(self, city, anchor):
        first = submit_appeal(city, category="A2", title="鞋子压坏")
        second = submit_appeal(city, category="A", kind="question", title="怎么开店")
        third = submit_appeal(city, category="B1", title="账号被封")
        Caller(city.member).act("hand-up", {"id": third.pk, "version": 1})
        assert ids(anchor.fetch("appeals/", category="A")) == [second.pk, first.pk]
        assert ids(anchor.fetch("appeals/", category="A2")) == [first.pk]
        assert ids(anchor.fetch("appeals/", kind="question")) == [second.pk]
        assert ids(anchor.fetch("appeals/", level="BRANCH")) == [third.pk]
        assert ids(anchor.fetch("appeals/", status="SUBMITTED", category="B1")) == [third.pk]
        assert ids(anchor.fetch("appeals/", status="CLOSED")) == []
        assert ids(anchor.fetch("appeals/", q="账号")) == [third.pk]
        assert ids(anchor.fetch("appeals/", q=first.number)) == [first.pk]

    WRONG = [
        {"status": "submitted"}, {"level": "CITY"}, {"kind": "x"}, {"q": "a\0"}, {"q": "长" * 10_000},
        {"category": "A" * 9}, {"cursor": "x"}, {"cursor": "\0"},
    ]

    def test_a_wrong_filter_is_a_wrong_field(self, anchor):
        for query in self.WRONG:
            answer = anchor.fetch("appeals/", **query)
            assert answer.status_code == 400 and set(answer.json()) == set(query), query

    def test_everybody_finds_only_their_own(self, city, anchor):
        pk = submit_appeal(city).pk
        for user in (city.anchor, city.member, city.staff, city.chief):
            assert ids(Caller(user).fetch("appeals/")) == [pk], user
        for user in (city.secretary, city.other_anchor, city.stranger, city.clerk, city.admin):
            assert ids(Caller(user).fetch("appeals/")) == [], user


@pytest.mark.slow
class TestFewStatements:
    """Two of them are the token's, one tells for whom the reader speaks, one keeps that somebody else looked."""

    @pytest.mark.parametrize("rows", [1, 200])
    @pytest.mark.parametrize("who", ["anchor", "member", "chief"])
    def test_a_list(self, city, who, rows, django_assert_num_queries):
        for n in range(rows):
            submit_appeal(city, title=f"第 {n} 件")
        caller = Caller(getattr(city, who))
        with django_assert_num_queries(6 if who == "anchor" else 7):
            assert len(ids(caller.fetch("appeals/"))) == min(rows, 50)

    @pytest.mark.parametrize("path", ["", "trail/"])
    def test_one_appeal(self, city, path, django_assert_max_num_queries):
        appeal = submit_appeal(city)
        caller = Caller(city.member)
        with django_assert_max_num_queries(12):
            assert caller.fetch(f"appeals/{appeal.pk}/{path}").status_code == 200
