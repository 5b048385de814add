"""挂起: an appeal put aside for a while, taken up again by hand, by what the anchor adds, or by the clock."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from anchors.contacts import services as contacts
from appeals import invariants, services, sweeps
from appeals.models import Appeal, Stage
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.pausing.sweeps import resume as resume_by_clock
from appeals.workflow import Level, Status, Verb
from branches.calendar.workcalendar import SHANGHAI
from notices.models import Notice
from tests import photos
from tests.api_client import Caller
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


MONDAY, TUESDAY = at("2026-11-23T10:00"), at("2026-11-24T09:00")
WEDNESDAY = at("2026-11-25T10:00")
DUE = at("2026-11-30T17:30")  # five working days after Monday


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def in_hand(city):
    """At the other branch, accepted on Tuesday."""
    appeal = submit_appeal(city, city.other_anchor.anchor, at=MONDAY)
    return services.accept(appeal, actor=city.other_secretary, at=TUESDAY)


def put_aside(appeal, actor, *, days=3, when=WEDNESDAY, **words):
    said = {"reason": "WAITS_FOR_ANCHOR", "text": "请补一张回单。", **words}
    return pausing.suspend(appeal, actor=actor, days=days, at=when, **said)


def paused(city, **when):
    return put_aside(in_hand(city), city.other_secretary, **when)


def verbs(appeal):
    return list(appeal.events.order_by("seq").values_list("verb", flat=True))


class TestSuspend:
    def test_no_deadline_runs_and_what_remained_is_kept(self, city):
        stage = paused(city).current
        assert (stage.accept_due_at, stage.due_at, stage.remind_at, stage.amber_at) == (None,) * 4
        assert (stage.minutes_left, stage.resume_at) == (300 + 3 * 390, at("2026-11-30T17:30"))
        assert Stage.objects.get(pk=stage.pk).deadline_at is None

    def test_the_clock_takes_nothing_that_is_put_aside(self, city):
        appeal = paused(city)
        later = at("2026-11-30T17:29")
        for sweep in (sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise, resume_by_clock):
            assert sweep(later) == 0
        assert fresh(appeal).status == Status.SUSPENDED

    def test_only_what_is_in_hand_and_only_by_who_has_it(self, city):
        waiting = submit_appeal(city, city.other_anchor.anchor, at=MONDAY)
        with pytest.raises(Conflict):
            put_aside(waiting, city.other_secretary)
        for person in (city.secretary, city.staff, city.other_anchor):
            with pytest.raises(PermissionDenied):
                put_aside(in_hand(city), person)

    @pytest.mark.parametrize("days", [0, 11])
    def test_at_most_ten_working_days(self, city, days):
        paused(city, days=10)
        with pytest.raises(ValidationError) as refused:
            paused(city, days=days)
        assert "days" in refused.value.message_dict

    def test_at_most_twice(self, city):
        appeal = in_hand(city)
        for _ in range(2):
            appeal = put_aside(appeal, city.other_secretary, days=10)
            appeal = pausing.resume(appeal, actor=city.other_secretary, at=at("2026-11-25T11:00"))
        with pytest.raises(Conflict, match="最多挂起 2 次"):
            put_aside(appeal, city.other_secretary, days=1)
        assert (appeal.suspensions, appeal.suspended_days) == (2, 20)

    def test_a_reason_and_words_for_the_anchor(self, city):
        for wrong, field in (({"reason": "TIRED"}, "reason"), ({"text": " "}, "text")):
            with pytest.raises(ValidationError) as refused:
                paused(city, **wrong)
            assert field in refused.value.message_dict

    def test_not_to_escape_a_deadline_that_has_passed(self, city):
        with pytest.raises(Conflict, match="过了期限"):
            paused(city, when=DUE + SECOND)

    def test_not_while_a_request_waits(self, city):
        appeal = negotiation.extend(
            in_hand(city), actor=city.other_secretary, days=1, text="等回话。", plan="再问。", at=TUESDAY
        )
        with pytest.raises(Conflict, match="等审核"):
            put_aside(appeal, city.other_secretary)

    def test_the_anchor_hears(self, city):
        paused(city)
        assert Notice.objects.filter(recipient=city.other_anchor, title="您的诉求先挂起").count() == 1


class TestResume:
    def test_what_remained_runs_from_the_moment(self, city):
        appeal = pausing.resume(paused(city), actor=city.other_secretary, at=at("2026-11-30T10:00"))
        stage = appeal.current
        assert (appeal.status, stage.due_at) == (Status.HANDLING, at("2026-12-03T17:30"))
        assert (stage.minutes_left, stage.resume_at, stage.clock) == (None, None, 3)
        assert stage.accept_due_at == at("2026-11-24T17:30")

    def test_its_signals_are_counted_over_what_remained(self, city):
        stage = pausing.resume(paused(city), actor=city.other_secretary, at=at("2026-11-30T10:00")).current
        assert (stage.remind_at, stage.amber_at) == (at("2026-12-02T09:15"), at("2026-12-02T16:39"))
        assert sweeps.remind(stage.remind_at) == 1

    def test_a_contact_has_the_same_time_left_as_was_kept(self, city):
        appeal = services.accept(submit_appeal(city, at=MONDAY), actor=city.member, at=TUESDAY)
        when = at("2026-11-25T10:00")
        appeal = pausing.resume(put_aside(appeal, city.member), actor=city.member, at=when)
        assert appeal.current.due_at == at("2026-11-26T17:30")  # as it was: nothing was lost

    def test_by_the_clock_when_its_time_is_over(self, city):
        appeal = paused(city)
        back = appeal.current.resume_at
        assert resume_by_clock(back - SECOND) == 0
        assert (resume_by_clock(back), resume_by_clock(back)) == (1, 0)
        appeal = fresh(appeal)
        assert (appeal.status, appeal.current.due_at) == (Status.HANDLING, at("2026-12-04T16:00"))
        assert appeal.current.accept_due_at == at("2026-11-24T17:30")
        assert appeal.events.last().actor is None
        assert Notice.objects.filter(recipient=city.other_secretary, title="挂起到期，恢复办理了").count() == 1

    def test_a_machine_that_was_off_gives_the_time_back_from_when_it_wakes(self, city):
        appeal = paused(city)
        resume_by_clock(at("2026-12-07T09:00"))
        assert fresh(appeal).current.due_at > at("2026-12-10T09:00")

    def test_then_the_chain_goes_on_as_ever(self, city):
        appeal = paused(city)
        resume_by_clock(appeal.current.resume_at)
        due = fresh(appeal).current.due_at
        assert (sweeps.escalate(due), sweeps.escalate(due + SECOND)) == (0, 1)

    def test_only_what_is_put_aside(self, city):
        with pytest.raises(Conflict):
            pausing.resume(in_hand(city), actor=city.other_secretary)

    def test_every_row_still_agrees_with_its_trail(self, city):
        paused(city)
        pausing.resume(paused(city), actor=city.other_secretary, at=at("2026-11-26T10:00"))
        resume_by_clock(at("2026-11-30T17:30"))
        assert invariants.broken() == {}


class TestSupplement:
    def test_at_any_time_while_it_is_open(self, city):
        appeal = submit_appeal(city)
        for actor in (None, city.member):
            if actor:
                appeal = services.accept(appeal, actor=actor)
            appeal = pausing.supplement(appeal, actor=city.anchor, text="单号 SF123。")
        assert verbs(appeal) == ["submit", "supplement", "accept", "supplement"]
        assert Notice.objects.filter(recipient=city.member, title="主播补充了内容").count() == 2

    def test_what_was_put_aside_goes_on_with_it(self, city):
        appeal = pausing.supplement(
            paused(city), actor=city.other_anchor, text="回单在这里。", at=at("2026-11-26T10:00")
        )
        assert verbs(appeal)[-2:] == ["supplement", "resume"]
        assert (appeal.status, appeal.current.due_at) == (Status.HANDLING, at("2026-12-01T17:30"))

    def test_before_somebody_accepts_everybody_who_may_hears(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor)
        pausing.supplement(appeal, actor=city.other_anchor, text="单号。")
        assert Notice.objects.filter(recipient=city.other_secretary, title="主播补充了内容").exists()

    def test_not_after_the_answer_and_not_by_anybody_else(self, city):
        appeal = submit_appeal(city)
        with pytest.raises(PermissionDenied):
            pausing.supplement(appeal, actor=city.member, text="我来补。")
        services.reply(appeal, actor=city.member, text="办好了。")
        with pytest.raises(Conflict):
            pausing.supplement(fresh(appeal), actor=city.anchor, text="还有。")

    def test_photos_come_along_by_page_and_by_program(self, city, sign_in):
        appeal = submit_appeal(city)
        sent = {"version": 1, "text": "回单在这里。", "files": [photos.upload(name="回单.jpg")]}
        sign_in(city.anchor).post(reverse("appeals:supplement", args=[appeal.pk]), sent)
        sent = {"version": 2, "text": "还有一张。", "files": [photos.upload(name="运单.jpg")]}
        answer = Caller(city.anchor).post(reverse("api:supplement", args=[appeal.pk]), sent, format="multipart")
        assert answer.status_code == 200, answer.content
        for reader in (city.anchor, city.member):
            page = sign_in(reader).get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
            assert "回单.jpg" in page and "运单.jpg" in page
        assert [event.facts["attachments"][0]["kind"] for event in appeal.events.all()[1:]] == ["jpeg", "jpeg"]

    def test_something_has_to_be_added(self, city):
        with pytest.raises(ValidationError):
            pausing.supplement(submit_appeal(city), actor=city.anchor, text=" ")


def test_a_new_contact_gets_what_the_former_one_had_put_aside(city):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    pausing.suspend(appeal, actor=city.member, reason="WAITS_FOR_OTHERS", text="等网点。", days=5)
    contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
    appeal = fresh(appeal)
    assert (appeal.status, appeal.current.level, appeal.current.holder) == (
        Status.SUBMITTED, Level.MEMBER, city.officer
    )
    assert verbs(appeal)[-2:] == [Verb.RESUME, Verb.HAND_UP]
    assert invariants.broken() == {}


class TestPages:
    def test_anchor_and_staff_read_why_and_until_when(self, city, sign_in):
        appeal = paused(city)
        for person in (city.other_anchor, city.other_secretary):
            page = sign_in(person).get(f"/appeals/{appeal.pk}/").content.decode()
            assert "等主播补充" in page and "请补一张回单" in page and "11月30日" in page

    def test_the_list_has_a_tab_for_it(self, city, sign_in):
        appeal = paused(city)
        page = sign_in(city.other_secretary).get("/appeals/", {"tab": "suspended"})
        assert [row.appeal for row in page.context["rows"]] == [appeal]
        assert "挂起到" in page.content.decode()

    def test_the_anchor_adds_on_the_page_and_it_goes_on(self, city, sign_in):
        appeal = paused(city)
        sent = {"version": appeal.version, "text": "回单在这里。"}
        sign_in(city.other_anchor).post(f"/appeals/{appeal.pk}/supplement/", sent)
        assert fresh(appeal).status == Status.HANDLING
