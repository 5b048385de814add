"""转介, 不予受理 with where to go instead, and the one review (design §4, domain.md §5.2)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from appeals import invariants, services, statistics
from appeals.ending import services as ending
from appeals.ending.guidance import GUIDANCE, NotHere
from appeals.models import Appeal
from appeals.workflow import Level, Outcome, Status
from notices.models import Notice
from tests.factories import let_lapse, submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def at_branch(city):
    return submit_appeal(city, city.other_anchor.anchor)


def refused(city, *, reason="OTHER_DUTY", at=None):
    return ending.refuse(at_branch(city), actor=city.other_secretary, reason=reason, text="这件归城管。", at=at)


def referred(city, *, reason="PROCEDURE"):
    appeal = services.accept(at_branch(city), actor=city.other_secretary)
    return ending.refer(appeal, actor=city.other_secretary, reason=reason, text="已经立案，请问法院。")


class TestTurnedAway:
    def test_every_reason_says_where_to_go_instead(self):
        assert set(GUIDANCE) == set(NotHere)
        assert all(guidance.where and guidance.how for guidance in GUIDANCE.values())

    def test_a_refusal_closes_what_nobody_had_accepted(self, city):
        appeal = refused(city)
        assert (appeal.status, appeal.outcome, appeal.current.is_open) == (
            Status.CLOSED, Outcome.NOT_ACCEPTED, False
        )
        with pytest.raises(Conflict):
            ending.refer(at_branch(city), actor=city.other_secretary, reason="PETITION", text="信访在办。")

    def test_a_referral_closes_what_was_in_hand(self, city):
        assert referred(city).outcome == Outcome.REFERRED
        taken = services.accept(at_branch(city), actor=city.other_secretary)
        with pytest.raises(Conflict):
            ending.refuse(taken, actor=city.other_secretary, reason="PETITION", text="信访在办。")

    def test_a_contact_turns_nobody_away(self, city):
        with pytest.raises(Conflict):
            ending.refuse(submit_appeal(city), actor=city.member, reason="PETITION", text="信访在办。")

    @pytest.mark.parametrize("wrong", [{"reason": "BORING"}, {"text": ""}])
    def test_reason_and_words_are_needed(self, city, wrong):
        said = {"reason": "PETITION", "text": "信访在办。", **wrong}
        with pytest.raises(ValidationError) as no:
            ending.refuse(at_branch(city), actor=city.other_secretary, **said)
        assert list(no.value.message_dict) == list(wrong)

    def test_the_anchor_hears_and_reads_it_in_full(self, city, sign_in):
        appeal = refused(city)
        assert Notice.objects.filter(recipient=city.other_anchor, title="您的诉求没有受理").exists()
        page = sign_in(city.other_anchor).get(f"/appeals/{appeal.pk}/").content.decode()
        for words in ("这件归城管。", GUIDANCE["OTHER_DUTY"].where, GUIDANCE["OTHER_DUTY"].how, "可以申请复查一次"):
            assert words in page

    def test_the_form_says_that_accusations_are_not_kept_here(self, city, sign_in):
        appeal = at_branch(city)
        page = sign_in(city.other_secretary).get(f"/appeals/{appeal.pk}/", {"act": "refuse"}).content.decode()
        assert "不要在这里抄录举报的内容" in page

    def test_neither_counts_in_any_figure(self, city):
        for appeal in (at_branch(city), services.accept(at_branch(city), actor=city.other_secretary)):
            let_lapse(appeal)
            turn = ending.refuse if appeal.status == Status.SUBMITTED else ending.refer
            turn(appeal, actor=city.other_secretary, reason="PETITION", text="信访在办。")
        for condition in statistics.conditions(timezone.now()).values():
            assert not Appeal.objects.filter(condition).exists()


class TestReview:
    def ask(self, appeal, city, **when):
        return ending.review(appeal, actor=city.other_anchor, text="城管说不归他们。", **when)

    def test_also_of_a_refusal_it_begins_anew_at_the_committee(self, city):
        appeal = self.ask(refused(city), city)
        assert (appeal.status, appeal.current.level, appeal.outcome, appeal.closed_at) == (
            Status.SUBMITTED, Level.COMMITTEE, "", None
        )
        assert appeal.current.entered_at < appeal.current.accept_due_at < appeal.current.due_at
        assert Notice.objects.filter(recipient=city.staff, title="有新的诉求等您接单").exists()
        assert Notice.objects.filter(recipient=city.chief).exists()

    @pytest.mark.parametrize("made", [referred, refused])
    def test_once(self, city, made):
        appeal = services.reply(self.ask(made(city), city), actor=city.staff, text="看过了，归城管。")
        appeal = services.confirm(
            appeal, actor=city.other_anchor, outcome="EXPLAINED", rating=3, contacted=True
        )
        with pytest.raises(Conflict, match="复查过一次"):
            self.ask(appeal, city)

    def test_of_an_answer_too(self, city):
        appeal = services.reply(at_branch(city), actor=city.other_secretary, text="办不了。")
        with pytest.raises(Conflict):
            self.ask(appeal, city)  # first the anchor judges, or asks to reopen
        appeal = services.confirm(
            appeal, actor=city.other_anchor, outcome="UNSOLVED", rating=1, contacted=False, reason="没人管。"
        )
        assert self.ask(appeal, city).current.level == Level.COMMITTEE

    def test_within_thirty_days_of_the_end(self, city):
        last = timedelta(days=30)
        appeal = refused(city)
        with pytest.raises(Conflict, match="30 天"):
            self.ask(appeal, city, at=appeal.closed_at + last + timedelta(seconds=1))
        assert self.ask(appeal, city, at=appeal.closed_at + last).reviewed

    def test_later_the_page_offers_it_no_more(self, city, sign_in):
        appeal = refused(city)
        Appeal.objects.filter(pk=appeal.pk).update(closed_at=timezone.now() - timedelta(days=31))
        page = sign_in(city.other_anchor).get(f"/appeals/{appeal.pk}/")
        assert "review" not in page.context["forms"] and "不能再申请复查" in page.content.decode()

    def test_not_of_what_was_withdrawn_and_not_by_anybody_else(self, city):
        gone = services.withdraw(at_branch(city), actor=city.other_anchor)
        with pytest.raises(Conflict, match="撤回"):
            self.ask(gone, city)
        with pytest.raises(PermissionDenied):
            ending.review(refused(city), actor=city.other_secretary, text="再看看。")

    def test_it_may_be_refused_again_and_the_trail_agrees(self, city):
        appeal = self.ask(refused(city), city)
        appeal = ending.refuse(appeal, actor=city.chief, reason="OTHER_DUTY", text="确实归城管。")
        assert appeal.outcome == Outcome.NOT_ACCEPTED
        referred(city)
        assert invariants.broken() == {}
