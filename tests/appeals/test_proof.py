"""A trail that can be checked: what was changed behind its back is found, and named by line."""

import time
import uuid
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from appeals import services, sweeps, trail, trail_guard
from appeals.attachments import store
from appeals.attachments.reconciling import without_row
from appeals.dispatching import services as dispatching
from appeals.judging import services as judging
from appeals.merging import services as merging
from appeals.merging.sweeps import release as release_children
from appeals.models import (
    Appeal,
    Attachment,
    Dispatch,
    Event,
    EventText,
    Judgement,
    Merge,
    Recusal,
    Request,
    Seal,
    SealedHead,
    Stage,
    Supervision,
)
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.proof import beside, replay, sealing
from appeals.proof.services import erase_words
from appeals.proof.sweeps import seal_day
from appeals.proof.verify import faults
from appeals.publishing import services as publishing
from appeals.recusal import services as recusal
from appeals.supervision import services as supervision
from appeals.workflow import Verb
from branches.organisation.models import Partner
from tests import photos
from tests import scene as scenes
from tests.api_client import Caller
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(city):
    """Handed up, returned in vain, prolonged, answered by the branch, and judged: eight lines and more."""
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    services.accept(appeal, actor=city.officer)
    negotiation.extend(appeal, actor=city.officer, days=2, text="等网点回话。", plan="周四再问。")
    negotiation.decide_extension(appeal, actor=city.staff, granted=True)
    services.reply(appeal, actor=city.secretary, text="网点赔三双。")
    return services.confirm(appeal, actor=city.anchor, outcome="PARTLY", rating=4, contacted=True)


def found(number=None):
    return [str(fault) for fault in faults(number)]


def first(appeal):
    """What the command says of this appeal: (exit status, the line on stderr)."""
    said = StringIO()
    try:
        call_command("verify_trail", appeal.number, stdout=StringIO(), stderr=said)
    except SystemExit as left:
        return left.code, said.getvalue().strip()
    return 0, said.getvalue().strip()


def tamper(statement, *values):
    """Change rows as somebody with the database would: the guard taken away and put back."""
    trail_guard.remove()
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
    trail_guard.install()


def test_a_trail_that_nobody_touched_verifies(judged):
    assert first(judged) == (0, "")


def test_a_number_that_is_nobodys_is_said(judged):
    with pytest.raises(Exception, match="no appeal has the number"):
        call_command("verify_trail", "SQ-19990101-0001")


@pytest.mark.parametrize(
    ("statement", "seq", "said"),
    [
        ("UPDATE appeals_eventtext SET public_salt = 'x' WHERE event_id = {line3}", 3, "public words"),
        ("UPDATE appeals_eventtext SET internal = '没这回事' WHERE event_id = {line4}", 4, "internal words"),
        ("UPDATE appeals_event SET verb = 'note' WHERE id = {line3}", 3, "hash"),
        ("UPDATE appeals_event SET level = 'COMMITTEE' WHERE id = {line3}", 3, "hash"),
        ("UPDATE appeals_event SET actor_id = {stranger} WHERE id = {line3}", 3, "hash"),
        ("UPDATE appeals_event SET hash = prev_hash WHERE id = {line3}", 3, "hash"),
        ("UPDATE appeals_event SET prev_hash = hash WHERE id = {line3}", 3, "chained"),
        ("UPDATE appeals_judgement SET rating = 5 WHERE appeal_id = {appeal}", 7, "rating is 5, the trail says 4"),
        ("UPDATE appeals_judgement SET contacted = {false} WHERE appeal_id = {appeal}", 7, "contacted"),
        ("UPDATE appeals_judgement SET outcome = 'RESOLVED' WHERE appeal_id = {appeal}", 7, "outcome is RESOLVED"),
        ("DELETE FROM appeals_judgement WHERE appeal_id = {appeal}", 7, "absent"),
        ("UPDATE appeals_appeal SET outcome = 'RESOLVED' WHERE id = {appeal}", 7, "outcome is RESOLVED"),
        ("UPDATE appeals_appeal SET reopened = {true} WHERE id = {appeal}", 1, "reopened is True"),
        ("UPDATE appeals_appeal SET returns = 1 WHERE id = {appeal}", 1, "returns is 1"),
        ("UPDATE appeals_appeal SET category_id = 'B1' WHERE id = {appeal}", 1, "category is B1"),
        ("UPDATE appeals_appeal SET body = '别的' WHERE id = {appeal}", 1, "title and body"),
        ("UPDATE appeals_appeal SET version = 6 WHERE id = {appeal}", 7, "version is 6"),
        ("UPDATE appeals_appeal SET trail_hash = 'x' WHERE id = {appeal}", 7, "another hash"),
        ("UPDATE appeals_stage SET due_at = entered_at WHERE id = {stage}", 5, "due_at"),
        ("UPDATE appeals_stage SET accepted_at = entered_at WHERE id = {stage}", 3, "accepted_at"),
        ("UPDATE appeals_stage SET left_at = entered_at WHERE id = {stage}", 6, "left_at"),
        ("UPDATE appeals_stage SET holder_id = {stranger} WHERE id = {stage}", 3, "holder"),
        ("UPDATE appeals_stage SET extended = {false} WHERE id = {stage}", 5, "extended"),
    ],
)
def test_what_was_changed_behind_the_trail_is_named_by_its_line(judged, city, statement, seq, said):
    lines = {f"line{event.seq}": event.pk for event in judged.events.all()}
    booleans = {"true": "1", "false": "0"} if connection.vendor == "sqlite" else {"true": "true", "false": "false"}
    tamper(statement.format(
        appeal=judged.pk, stage=judged.current_id, stranger=city.stranger.pk, **lines, **booleans
    ))
    status, text = first(judged)
    assert status == 1
    assert text.startswith(f"{judged.number} line {seq}: ")
    assert said in text


@pytest.fixture
def crowded(city):
    """What stands beside the stages, each row with a line of its own. `appeal` and, following it, `child`."""
    child = submit_appeal(city, submit_key=uuid.uuid4())
    about = submit_appeal(city, submit_key=uuid.uuid4(), about="contact")
    appeal = services.hand_up(submit_appeal(city), actor=city.member)  # 1, 2
    negotiation.ask_return(appeal, actor=city.officer, reason="NOT_OURS", text="不归支部。")  # 3
    services.hand_up(appeal, actor=city.officer)  # 4, and the request has lapsed with its stage
    services.accept(appeal, actor=city.staff)  # 5
    dispatching.dispatch(appeal, actor=city.staff, partner=city.partner, text="请查单号。")  # 6
    dispatching.dispatch_reply(appeal, actor=city.clerk, text="查到了。")  # 7
    negotiation.extend(appeal, actor=city.staff, days=1, text="等回话。", plan="周四再问。")  # 8
    negotiation.decide_extension(appeal, actor=city.chief, granted=True)  # 9
    supervision.supervise(appeal, actor=city.chief, reason="OVERDUE", text="请说明。")  # 10
    supervision.answer_sheet(appeal, actor=city.staff, text="已说明。")  # 11
    pausing.suspend(appeal, actor=city.staff, reason="WAITS_FOR_ANCHOR", text="请补回单。", days=3)  # 12
    pausing.resume(appeal, actor=city.staff)  # 13
    merging.merge(child, actor=city.staff, lead=appeal)  # 14 here, 2 there
    recusal.recuse(appeal, actor=city.chief, person=city.stranger, text="亲戚。")  # 15
    services.reply(appeal, actor=city.staff, text="赔三双。")  # 16 here, 3 and 4 there
    judging.follow_up(appeal, actor=city.chief, reached=True, contacted=True, outcome="RESOLVED", rating=4)  # 17
    publishing.consent(appeal, actor=city.anchor, granted=True)  # 18
    unit = Partner.objects.create(name="演示银行", kind="金融机构")
    return {"appeal": appeal, "child": child, "about": about, "unit": unit}


def test_what_stands_beside_the_stages_verifies(crowded):
    assert found() == []


DAY = timedelta(days=1)
# model, which of them, column, its other value (or the name of one of the cast), the line that told it
TAMPERED = [
    (Stage, {"seq": 1}, "remind_at", DAY, 1), (Stage, {"seq": 1}, "amber_at", DAY, 1),
    (Stage, {"seq": 3}, "remind_at", DAY, 13), (Stage, {"seq": 3}, "amber_at", DAY, 13),
    (Stage, {"seq": 3}, "counted_from", DAY, 13), (Stage, {"seq": 3}, "handle_within", "99d", 13),
    (Request, {"kind": "return"}, "due_at", DAY, 3), (Request, {"kind": "return"}, "reason", "OTHER", 3),
    (Request, {"kind": "return"}, "by", "stranger", 3), (Request, {"kind": "return"}, "decided_at", DAY, 4),
    (Request, {"kind": "return"}, "granted", None, 4), (Request, {"kind": "extension"}, "days", 5, 8),
    (Request, {"kind": "extension"}, "decided_by", "stranger", 9),
    (Request, {"kind": "extension"}, "granted", False, 9),
    (Dispatch, {}, "partner", "unit", 6), (Dispatch, {}, "due_at", DAY, 6), (Dispatch, {}, "by", "chief", 6),
    (Dispatch, {}, "late_at", timezone.now(), 6), (Dispatch, {}, "ended_at", timezone.now(), 6),
    (Dispatch, {}, "replied_by", "stranger", 7), (Dispatch, {}, "replied_at", DAY, 7),
    (Supervision, {}, "due_at", DAY, 10), (Supervision, {}, "reason", "UNHAPPY", 10),
    (Supervision, {}, "grade", "LISTED", 10), (Supervision, {}, "by", "staff", 10),
    (Supervision, {}, "answered_by", "stranger", 11), (Supervision, {}, "answered_at", DAY, 11),
    (Merge, {}, "lead", "about", 2), (Merge, {}, "by", "chief", 2), (Merge, {}, "until_by", "chief", 4),
    (Merge, {}, "until", DAY, 4), (Recusal, {"why": "staff"}, "by", "staff", 15),
    (Recusal, {"why": "staff"}, "user", "officer", 15), (Recusal, {"why": "contact"}, None, None, 1),
    (Request, {"kind": "return"}, None, None, 3), (Supervision, {}, None, None, 10), (Merge, {}, None, None, 2),
    (Judgement, {"asked": "STAFF"}, "rating", 5, 17), (Judgement, {"asked": "STAFF"}, None, None, 17),
    (Appeal, {"pk": "appeal"}, "public_since", None, 18), (Appeal, {"pk": "appeal"}, "suspended_days", 9, 12),
]


@pytest.mark.parametrize("model", sorted({row[0] for row in TAMPERED}, key=lambda model: model.__name__))
def test_a_row_beside_the_trail_is_named_by_the_line_that_made_it(crowded, city, model):
    """One column at a time, or the whole row (None)."""
    for _, which, column, value, seq in (row for row in TAMPERED if row[0] is model):
        with transaction.atomic():
            _tamper(model, which, column, value, crowded, city)
            [first_fault, *_] = [*faults(), None]
            transaction.set_rollback(True)
        assert first_fault and first_fault.seq == seq, (which, column, first_fault)


def _tamper(model, which, column, value, crowded, city):
    which = {name: crowded[said].pk if said in crowded else said for name, said in which.items()}
    if model is Stage:
        which["appeal"] = crowded["appeal"]
    [row] = model.objects.filter(**which)
    if column is None:
        row.delete()
        return
    if isinstance(value, timedelta):
        value = getattr(row, column) + value
    elif isinstance(value, str) and model._meta.get_field(column).is_relation:
        value = crowded[value] if value in crowded else getattr(city, value)
    model.objects.filter(pk=row.pk).update(**{column: value})


def test_rows_that_no_line_tells_of_are_found(crowded, city):
    appeal = crowded["appeal"]
    now, line = timezone.now(), appeal.events.get(seq=1)
    Recusal.objects.create(appeal=appeal, user=city.officer, why="staff", at=now, by=city.chief)
    Request.objects.create(appeal=appeal, stage=appeal.current, kind="return", asked=line, by=city.staff, at=now,
                           due_at=now)
    said = "\n".join(found())
    assert "recusal ('user', " in said and "request 1 is in no line" in said


def test_a_child_that_ended_alone_is_tidied_away_without_a_line(city):
    lead, child = submit_appeal(city), submit_appeal(city, submit_key=uuid.uuid4())
    merging.merge(child, actor=city.staff, lead=lead)
    services.withdraw(child, actor=city.anchor)
    assert found() == []
    release_children(timezone.now() + timedelta(minutes=1))
    assert found() == []


def test_a_deleted_line_is_missed_in_the_middle_and_at_the_end(judged):
    last = judged.events.get(seq=7)
    tamper("DELETE FROM appeals_eventtext WHERE event_id = %s", last.pk)
    tamper("DELETE FROM appeals_event WHERE id = %s", last.pk)
    assert first(judged) == (1, f"{judged.number} line 7: the row's version is 7, the trail ends with line 6")
    Appeal.objects.filter(pk=judged.pk).update(version=6, trail_hash=judged.events.get(seq=6).hash)
    assert "outcome" in first(judged)[1] or "status" in first(judged)[1]


def test_swapped_lines_are_found(judged):
    tamper("UPDATE appeals_event SET seq = 99 WHERE appeal_id = %s AND seq = 3", judged.pk)
    tamper("UPDATE appeals_event SET seq = 3 WHERE appeal_id = %s AND seq = 4", judged.pk)
    tamper("UPDATE appeals_event SET seq = 4 WHERE appeal_id = %s AND seq = 99", judged.pk)
    assert first(judged)[1].startswith(f"{judged.number} line 3: ")


def test_a_stage_that_no_line_tells_of_is_found(judged):
    now = timezone.now()
    Stage.objects.create(
        appeal=judged, seq=3, level="COMMITTEE", entered_at=now, left_at=now, accept_due_at=now, due_at=now
    )
    assert "stage 3 is in no line" in first(judged)[1]


def test_a_trail_that_was_rewritten_from_a_line_on_contradicts_the_seal(judged):
    """Whoever has the database can chain anew, and change the rows to match; the seal of the day still tells."""
    seal_day(timezone.now() + timedelta(days=1))
    assert found() == []
    event = judged.events.get(seq=7)
    event.facts = {**event.facts, "rating": 5}
    event.hash = trail.line_hash(number=judged.number, event=event)
    trail_guard.remove()
    event.save()
    trail_guard.install()
    Judgement.objects.update(rating=5)
    Appeal.objects.filter(pk=judged.pk).update(trail_hash=event.hash)
    assert found() == [f"{judged.number} line 7: not the line that was sealed on {timezone.localdate()}"]


@pytest.mark.slow
def test_every_verb_of_the_scene_replays(city):
    scenes.build(city)
    assert found() == []


def test_the_clocks_own_lines_replay(city):
    """Escalated twice, reminded, carded; answered, and closed by silence."""
    appeal = submit_appeal(city)
    now = timezone.now()
    for days in range(1, 60):
        for sweep in (sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise):
            sweep(now + timedelta(days=days))
    late = now + timedelta(days=60)
    services.reply(appeal, actor=city.staff, text="已办。", at=late)
    sweeps.close_silent(late + timedelta(days=30))
    told = {event.verb for event in appeal.events.all()}
    assert {Verb.ESCALATE, Verb.REMIND, Verb.YELLOW_CARD, Verb.RED_CARD, Verb.CLOSE_SILENT} <= told
    assert found() == []


def test_the_table_of_effects_forgets_no_verb():
    """A new verb says here that it sets nothing that is compared, or `replay` says what it sets."""
    known = set(replay.EFFECTS) | set(beside.EFFECTS) | set(replay.NOTHING)
    assert set(Verb) == known


# The seal of a day.

def test_yesterday_is_sealed_once_and_chained(city):
    now = timezone.now()
    appeal = submit_appeal(city, at=now - timedelta(days=3))
    assert seal_day(now - timedelta(days=1)) == 1
    assert seal_day(now - timedelta(days=1)) == 0
    services.accept(appeal, actor=city.member, at=now - timedelta(days=1))
    assert seal_day(now) == 1
    before, seal = Seal.objects.order_by("day")
    assert (before.prev_hash, seal.prev_hash) == (trail.BEGINNING, before.hash)
    assert [(head.seal, head.seq) for head in SealedHead.objects.order_by("pk")] == [(before, 1), (seal, 2)]
    assert found() == []


def test_a_head_is_kept_only_where_it_moved_and_today_is_not_yesterday(city):
    now = timezone.now()
    old = submit_appeal(city, at=now - timedelta(days=3))
    seal_day(now - timedelta(days=1))
    submit_appeal(city, submit_key=uuid.uuid4(), at=now)
    seal_day(now)
    assert list(SealedHead.objects.values_list("appeal", flat=True)) == [old.pk]
    assert Seal.objects.latest("day").heads == 1


def test_the_list_of_seals_says_what_becomes_of_a_day_that_was_missed(city, sign_in):
    now = timezone.now()
    submit_appeal(city, at=now - timedelta(days=4))
    for days in (3, 0):
        seal_day(now - timedelta(days=days))
    page = sign_in(city.staff).get(reverse("appeals:seals")).content.decode()
    assert Seal.objects.count() == 2 and page.count("封存时间\"><span class=\"nobr\">") == 2
    assert "每天零点过后" in page and "整天停着的日子没有自己的一份，由下一份一起封住" in page


def test_the_seal_is_what_anybody_computes_from_the_heads(city):
    now = timezone.now()
    for days in (5, 4):
        submit_appeal(city, submit_key=uuid.uuid4(), at=now - timedelta(days=days))
    seal = sealing.make(date(2099, 1, 1), at=now)
    heads = {row.number: (row.version, row.trail_hash) for row in Appeal.objects.all()}
    assert (seal.heads, seal.digest) == (2, sealing.digest_of(heads))


@pytest.mark.parametrize(
    ("change", "said"),
    [({"digest": "x"}, "digest"), ({"heads": 7}, "digest"), ({"hash": "x"}, "hash"), ({"prev_hash": "x"}, "chained")],
)
def test_a_seal_that_was_changed_is_found(city, change, said):
    submit_appeal(city, at=timezone.now() - timedelta(days=3))
    seal_day(timezone.now())
    Seal.objects.update(**change)
    assert said in found()[0]
    assert found()[0].startswith("seal ")


# Erasing words.

def test_words_are_erased_and_the_chain_holds(judged, city):
    erase_words(judged, actor=city.chief, reason="本人要求，个人信息保护法第四十七条")
    assert not EventText.objects.exclude(public="", internal="").exists()
    assert first(judged) == (0, "")
    kept = AuditEvent.objects.get(kind="CHANGE")
    assert (kept.actor, kept.facts) == (city.chief, {"erased": [1, 4, 6]})
    assert "压坏" not in Appeal.objects.get().words


def test_one_line_is_erased_and_the_others_stay(judged, city):
    erase_words(judged, actor=city.chief, reason="写了别人的名字", seq=6)
    assert [event.seq for event in Event.objects.filter(words__public_salt="")] == [6]
    assert Appeal.objects.get().body
    assert first(judged) == (0, "")


def test_only_the_committees_secretary_erases(judged, city):
    for person in (city.staff, city.secretary, city.anchor, city.auditor):
        with pytest.raises(PermissionDenied):
            erase_words(judged, actor=person, reason="随便")


class TestTheDoorToErasing:
    WHY = "本人要求，个人信息保护法第四十七条"

    @pytest.fixture
    def closed(self, city):
        appeal = submit_appeal(city, body="网点压坏了五双。", files=photos.stored("林小禾的店.jpg"))
        services.reply(appeal, actor=city.member, text="赔三双。")
        return services.confirm(appeal, actor=city.anchor, outcome="PARTLY", rating=2, contacted=True, reason="太少。")

    @pytest.fixture
    def erase(self, sign_in, city, django_capture_on_commit_callbacks):
        def send(appeal, **said):
            with django_capture_on_commit_callbacks(execute=True):
                return sign_in(city.chief).post(
                    reverse("appeals:erase", args=[appeal.pk]), {"seq": "all", "reason": self.WHY, "sure": "on", **said}
                )

        return send

    def test_the_page_shows_what_goes_and_afterwards_every_door_says_so(self, city, sign_in, closed, erase):
        shown = sign_in(city.chief).get(reverse("appeals:erase", args=[closed.pk])).content.decode()
        assert all(words in shown for words in ("网点压坏了五双。", "林小禾的店.jpg", "赔三双。", "太少。"))
        assert erase(closed).status_code == 302
        for user, name in ((city.anchor, "detail"), (city.staff, "detail")):
            page = sign_in(user).get(reverse(f"appeals:{name}", args=[closed.pk])).content.decode()
            assert "已按规定清除" in page
            assert not any(words in page for words in ("压坏", "林小禾的店", "赔三双", "太少")), user.username
        lines = Caller(city.anchor).fetch(f"appeals/{closed.pk}/trail/").json()["results"]
        assert [(line["erased"], line["text"] is None) for line in lines] == [
            (True, True), (False, False), (True, True), (True, True)
        ]
        assert not Judgement.objects.exclude(reason="").exists()
        viewers = sign_in(city.anchor).get(reverse("appeals:viewers", args=[closed.pk])).content.decode()
        assert "按规定清除了 3 条内容" in viewers and self.WHY not in viewers
        assert first(closed) == (0, "")
        assert "没有可以清除的" in sign_in(city.chief).get(reverse("appeals:erase", args=[closed.pk])).content.decode()

    def test_a_file_goes_and_its_row_and_digest_stay(self, city, sign_in, closed, erase, capsys):
        file = Attachment.objects.get()
        erase(closed)
        assert not list(store.folder().glob(f"*/{file.uuid}*"))
        kept = Attachment.objects.get()
        assert (kept.sha256, kept.name) == (file.sha256, "") and kept.erased_at
        for user, status in ((city.anchor, 410), (city.member, 410), (city.secretary, 404), (city.stranger, 404)):
            gone = sign_in(user).get(reverse("appeals:attachment", args=[closed.pk, file.uuid]))
            assert gone.status_code == status, user.username
        assert "已按规定清除" in sign_in(city.anchor).get(
            reverse("appeals:attachment", args=[closed.pk, file.uuid])
        ).content.decode()
        gone = Caller(city.anchor).fetch(f"appeals/{closed.pk}/attachments/{file.uuid}/")
        assert (gone.status_code, "已按规定清除" in gone.json()["detail"]) == (410, True)
        [line, *_] = Caller(city.anchor).fetch(f"appeals/{closed.pk}/trail/").json()["results"]
        assert (line["attachments"][0]["url"], line["attachments"][0]["sha256"]) == (None, file.sha256)

    def test_a_file_that_a_crash_left_behind_is_the_reconcilers(self, city, closed):
        file = Attachment.objects.get()
        erase_words(closed, actor=city.chief, reason=self.WHY)  # the test's transaction is never written
        assert store.path_of(file.uuid).exists()
        assert store.path_of(file.uuid) in list(without_row(time.time() + 2 * 86400))

    def test_what_is_open_loses_one_line_and_no_more(self, city, sign_in, erase):
        appeal = submit_appeal(city)
        services.note(appeal, actor=city.member, text="写了别人的电话。", internal=True)
        with pytest.raises(Conflict):
            erase_words(appeal, actor=city.chief, reason=self.WHY)
        assert erase(appeal).status_code == 400  # not offered
        assert erase(appeal, seq="2").status_code == 302
        assert erase(appeal, seq="2").status_code == 400  # gone already
        assert "压坏" in Appeal.objects.get().body
        assert first(appeal) == (0, "")

    def test_nothing_goes_without_a_reason_and_a_second_look(self, closed, erase):
        assert [erase(closed, **said).status_code for said in ({"reason": ""}, {"sure": ""})] == [400, 400]
        assert Appeal.objects.get().body == "网点压坏了五双。"
