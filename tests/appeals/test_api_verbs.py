import pytest

from appeals import services
from appeals.dispatching import services as dispatching
from appeals.models import Appeal, Event
from tests.api_client import Caller
from tests.factories import submit_appeal
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db

VERBS = {
    "accept": {}, "note": {"text": "问过网点"}, "hand-up": {"text": "够不着"}, "reply": {"text": "赔 300 元"},
    "confirm": {"outcome": "RESOLVED", "rating": 5, "contacted": True}, "reopen": {"text": "没赔"}, "withdraw": {},
}


@pytest.fixture
def anchor(city):
    return Caller(city.anchor)


@pytest.fixture
def member(city):
    return Caller(city.member)


@pytest.fixture
def appeal(anchor):
    return anchor.submit().json()


def reply_to(appeal, member):
    return member.act("reply", appeal, text="网点答应赔 300 元。").json()


class TestTheChain:
    def test_from_accepting_to_closing(self, anchor, member, appeal):
        actions = member.fetch(f"appeals/{appeal['id']}/").json()["actions"]
        assert actions == ["accept", "reply", "note", "hand_up", "reclassify"]
        taken = member.act("accept", appeal).json()
        assert (taken["status"], taken["version"]) == ("HANDLING", 2)
        noted = member.act("note", taken, text="已经问过网点。").json()
        replied = member.act("reply", noted, text="网点答应赔 300 元。").json()
        assert (replied["status"], replied["due_at"]) == ("REPLIED", None)
        assert replied["judge_by"] and replied["replied_at"]
        closed = anchor.act("confirm", replied, outcome="RESOLVED", rating=5, contacted=True)
        assert closed.status_code == 200
        assert (closed.json()["status"], closed.json()["outcome"]) == ("CLOSED", "RESOLVED")

    def test_a_hand_up_reaches_the_branch_and_empties_the_holder(self, member, appeal):
        answer = member.act("hand-up", appeal, text="要支部出面").json()
        assert (answer["level"], answer["status"], answer["holder"]) == ("BRANCH", "SUBMITTED", None)

    @pytest.mark.parametrize("name", ["text", "reason"])
    def test_a_reason_goes_by_either_name(self, anchor, member, appeal, name):
        replied = reply_to(appeal, member)
        reopened = anchor.act("reopen", replied, **{name: "还没有赔。"}).json()
        assert reopened["level"] == "BRANCH"
        anchor.act("withdraw", reopened, **{name: "算了"})
        lines = anchor.fetch(f"appeals/{appeal['id']}/trail/").json()["results"]
        assert [line["text"] for line in lines[-2:]] == ["还没有赔。", "算了"]

    @pytest.mark.parametrize("verb", ["reopen", "reply", "note"])
    @pytest.mark.parametrize("said", [{}, {"text": ""}, {"text": "  "}])
    def test_words_are_needed(self, anchor, member, appeal, verb, said):
        if verb == "reopen":
            appeal = reply_to(appeal, member)
        answer = (anchor if verb == "reopen" else member).act(verb, appeal, **said)
        assert answer.status_code == 400 and "text" in answer.json()

    def test_an_internal_note_is_not_for_the_anchor(self, anchor, member, appeal):
        assert member.act("note", appeal, text="网点有前科", internal=True).status_code == 200
        assert "前科" not in anchor.fetch(f"appeals/{appeal['id']}/trail/").content.decode()

    @pytest.mark.parametrize("rating", [1, 2])
    def test_a_low_rating_needs_a_reason(self, anchor, member, appeal, rating):
        replied, said = reply_to(appeal, member), {"outcome": "UNSOLVED", "rating": rating, "contacted": False}
        answer = anchor.act("confirm", replied, **said)
        assert answer.status_code == 400 and set(answer.json()) == {"reason"}
        assert anchor.act("confirm", replied, **said, reason="没人来过").status_code == 200

    WRONG = [
        ("rating", 0), ("rating", 6), ("rating", "满意"), ("rating", 2**70), ("rating", None), ("rating", True),
        ("outcome", "WITHDRAWN"), ("outcome", "UNCONFIRMED"), ("outcome", ""), ("outcome", "\ud800"),
        ("outcome", []), ("contacted", "maybe"), ("contacted", None), ("contacted", {}), ("reason", "长" * 501),
    ]

    def test_a_wrong_judgement_is_named(self, anchor, member, appeal):
        replied = reply_to(appeal, member)
        for field, value in self.WRONG:
            said = {"outcome": "RESOLVED", "rating": 5, "contacted": True, field: value}
            answer = anchor.act("confirm", replied, **said)
            assert answer.status_code == 400 and field in answer.json(), (field, value)


class TestRefusals:
    @pytest.mark.parametrize("verb", VERBS)
    def test_a_stranger_finds_nothing(self, city, appeal, verb):
        for user in (city.stranger, city.other_secretary, city.clerk, city.admin):
            assert Caller(user).act(verb, appeal, **VERBS[verb]).status_code == 404
            assert Caller(user).act(verb, appeal, version="?").status_code == 404

    @pytest.mark.parametrize("verb", ["accept", "note", "reply"])
    def test_the_anchor_does_not_handle(self, anchor, appeal, verb):
        assert anchor.act(verb, appeal, **VERBS[verb]).status_code == 403

    @pytest.mark.parametrize("verb", ["confirm", "reopen", "withdraw"])
    def test_the_handler_does_not_judge(self, member, appeal, verb):
        assert member.act(verb, appeal, **VERBS[verb]).status_code == 403

    def test_a_stale_version_gets_the_present_state(self, anchor, member, appeal):
        member.act("accept", appeal)
        answer = anchor.act("withdraw", appeal)
        assert answer.status_code == 409
        assert (answer.json()["status"], answer.json()["version"]) == ("HANDLING", 2)
        assert answer.json()["detail"]

    def test_a_wrong_state_gets_the_present_state(self, member, appeal):
        taken = member.act("accept", appeal).json()
        answer = member.act("accept", taken)
        assert answer.status_code == 409 and answer.json()["version"] == 2

    def test_only_post(self, anchor, appeal):
        for verb in VERBS:
            for method in ("get", "put", "patch", "delete"):
                answer = getattr(anchor, method)(f"/api/v1/appeals/{appeal['id']}/{verb}/")
                assert answer.status_code == 405, (verb, method)

    def test_a_version_is_a_number(self, member, appeal):
        for version in (None, "", "新", "1.5", 1.5, [], {}, True, "9" * 2000):
            answer = member.act("accept", appeal, version=version)
            assert answer.status_code == 400 and set(answer.json()) == {"version"}, version

    def test_a_version_that_never_was_is_stale(self, member, appeal):
        for version in (-1, 0, 2**31, 2**63, 2**70):
            assert member.act("accept", appeal, version=version).status_code == 409, version

    def test_a_version_is_needed(self, member, appeal):
        answer = member.send(f"appeals/{appeal['id']}/accept/")
        assert answer.status_code == 400 and set(answer.json()) == {"version"}


class TestBadInput:
    """Never 500, whoever sends what."""

    RAW = ["", "{", "[]", "[1]", "1", "null", '"a"', "{]", "\xff", "[" * 100_000, '{"version": NaN}', "9" * 5000]
    TEXTS = ["\0", "a\0b", "\ud800", "😀", "长" * 10_000, "长" * 2001, 7, 1.5, True, None, [], ["a"], {}, "\u202e"]

    IDS = ["0", "-1", "999999", 2**31, 2**63, 2**64, "9" * 300, "x", "1.5"]

    def test_what_is_no_json_object(self, anchor, member, appeal):
        possible = [(anchor, verb) for verb in ("hand-up", "withdraw")]
        possible += [(member, verb) for verb in ("accept", "note", "reply")]
        for person, verb in possible:
            for raw in self.RAW:
                answer = person.send_raw(f"appeals/{appeal['id']}/{verb}/", raw)
                assert answer.status_code == 400, (verb, raw[:20])

    def test_nor_may_a_new_one_be(self, anchor):
        key = {"Idempotency-Key": "8d3f0f52-63a5-4d19-b1f0-a9e7c3a3d3f1"}
        for raw in self.RAW:
            assert anchor.send_raw("appeals/", raw, **key).status_code == 400, raw[:20]

    @pytest.mark.parametrize("verb", ["note", "hand-up", "reply"])
    def test_odd_words(self, member, appeal, verb):
        for text in self.TEXTS:
            answer = member.act(verb, appeal, text=text)
            assert answer.status_code in (200, 400, 409), repr(text)[:20]
            assert answer.status_code != 400 or "text" in answer.json(), repr(text)[:20]

    @pytest.mark.parametrize("path", ["", "trail/", "accept/"])
    def test_ids_of_nothing(self, anchor, appeal, path):
        call = anchor.send if path == "accept/" else anchor.fetch
        for pk in self.IDS:
            assert call(f"appeals/{pk}/{path}").status_code == 404, pk

    def test_plain_text_is_not_json(self, member, appeal):
        answer = member.post(f"/api/v1/appeals/{appeal['id']}/accept/", "version=1", content_type="text/plain")
        assert answer.status_code == 415

    def test_a_huge_body_is_refused_unread(self, anchor):
        answer = anchor.submit(body="长" * 2_000_000)
        assert answer.status_code == 400


class TestTwoDoors:
    """The page calls the service; what the API leaves behind must be the same row and the same line."""

    ROW = ("kind", "category_id", "title", "body", "status", "outcome", "version", "reopened", "service_class")
    LINE = ("seq", "verb", "level", "actor_id", "facts")

    def left_behind(self, pk):
        row = Appeal.objects.values(*self.ROW).get(pk=pk)
        events = Event.objects.filter(appeal=pk).order_by("seq")
        lines = list(events.values(*self.LINE, "words__public", "words__internal"))
        for line in lines:
            for moment in ("accept_due_at", "due_at", "counted_from", "remind_at", "amber_at", "judge_by", "channel"):
                line["facts"].pop(moment, None)
        return row, lines

    def test_the_same_life(self, city, anchor, member):
        by_api = anchor.submit(title="压坏", body="网点不赔").json()
        by_api = member.act("accept", by_api).json()
        by_api = member.act("note", by_api, text="问过").json()
        by_api = member.act("reply", by_api, text="赔 300 元").json()
        by_api = anchor.act("confirm", by_api, outcome="PARTLY", rating=2, contacted=True, reason="少").json()

        page = submit_appeal(city, title="压坏", body="网点不赔")
        services.accept(page, actor=city.member, version=1)
        services.note(page, actor=city.member, version=2, text="问过")
        services.reply(page, actor=city.member, version=3, text="赔 300 元")
        services.confirm(page, actor=city.anchor, version=4, outcome="PARTLY", rating=2, contacted=True, reason="少")

        assert self.left_behind(by_api["id"]) == self.left_behind(page.pk)


class TestWhatIsRefusedFirst:
    """As on the page: whether it is yours, and possible now, before what is wrong with the words (design §3)."""

    def test_not_your_verb_comes_before_its_fields(self, anchor, appeal):
        assert anchor.act("reply", appeal).status_code == 403
        assert anchor.send(f"appeals/{appeal['id']}/accept/").status_code == 403

    def test_not_now_comes_before_its_fields(self, anchor, member, appeal):
        assert anchor.act("confirm", appeal, rating=9).status_code == 409
        reply_to(appeal, member)
        assert member.act("note", appeal).status_code == 409  # of an older version
        assert member.send(f"appeals/{appeal['id']}/reply/", {"version": "?"}).status_code == 409

    def test_what_only_the_service_finds_wrong_comes_after_both(self, city, anchor, appeal):
        said = {"outcome": "UNSOLVED", "rating": 1, "contacted": False}
        assert anchor.act("confirm", appeal, **said).status_code == 409
        assert Caller(city.staff).act("confirm", appeal, **said).status_code == 403

    def test_the_page_says_the_same(self, city, appeal):
        said = {"outcome": "UNSOLVED", "rating": 1, "contacted": "no", "version": appeal["version"]}
        for person, refused in (("anchor", 409), ("staff", 403)):
            page = Visitor(city, person).ask("POST", f"/appeals/{appeal['id']}/confirm/", said)
            assert page.status_code == refused

    def test_to_a_unit_that_was_asked_it_is_another_person_and_not_unknown(self, city):
        lent = services.accept(submit_appeal(city, city.free_anchor.anchor), actor=city.staff)
        lent = dispatching.dispatch(lent, actor=city.staff, partner=city.partner, text="请查一个单号。")
        for door in ("/api/v1/appeals/{}/recuse/", "/appeals/{}/recuse/"):
            words = {"version": lent.version, "person": city.stranger.pk, "text": "是亲戚。"}
            assert Visitor(city, "clerk").ask("POST", door.format(lent.pk), words).status_code == 403
