"""Whose matter it is, and until when: every sentence of design §4 “Deadlines”."""

from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.models import User
from appeals import services, sweeps
from appeals.models import Appeal, Category, Request, ServiceLevel
from appeals.negotiation import services as negotiation
from appeals.negotiation.sweeps import lapse
from appeals.workflow import Level, Status, Verb
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Post, Role
from notices.models import Notice
from tests.factories import submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


MONDAY = at("2026-11-23T10:00")
TUESDAY = at("2026-11-24T09:00")
DUE = at("2026-11-30T17:30")  # five working days after Monday


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def last_facts(appeal):
    return appeal.events.get(seq=fresh(appeal).version).facts


def at_branch(city, **words):
    """Of the other branch, whose anchor has no contact: it begins there on Monday."""
    return submit_appeal(city, city.other_anchor.anchor, at=MONDAY, **words)


def in_hand(city):
    return services.accept(at_branch(city), actor=city.other_secretary, at=TUESDAY)


def at_committee(city):
    return services.accept(
        submit_appeal(city, city.free_anchor.anchor, at=MONDAY), actor=city.staff, at=TUESDAY
    )


def transfer(appeal, actor, branch, when):
    return negotiation.transfer(appeal, actor=actor, branch=branch, text="主播归那边联系。", at=when)


def asked_back(appeal, actor, when):
    return negotiation.ask_return(appeal, actor=actor, reason="NOT_OURS", text="不归支部办。", at=when)


def more_time(appeal, actor, days=2, when=TUESDAY):
    return negotiation.extend(appeal, actor=actor, days=days, text="等回话。", plan="周四再问。", at=when)


@pytest.fixture
def third_branch(city):
    branch = Branch.objects.create(
        committee=city.committee, name="分宜县演示第三党支部", short_name="演示第三", established_on="2025-01-01"
    )
    city.third_secretary = User.objects.create_user("third_secretary", name="卢望川")
    Post.objects.create(user=city.third_secretary, role=Role.SECRETARY, branch=branch, since="2025-01-01")
    return branch


class TestTransfer:
    def test_an_appeal_passed_round_three_branches_escalates_on_the_day_first_set(self, city, third_branch):
        appeal = at_branch(city)
        round_trip = (
            (city.other_secretary, city.branch, TUESDAY), (city.secretary, third_branch, at("2026-11-26T09:00")),
            (city.third_secretary, city.other_branch, at("2026-11-27T16:00")),
        )
        for actor, branch, when in round_trip:
            appeal = transfer(appeal, actor, branch, when)
            assert appeal.current.due_at == DUE
        services.accept(appeal, actor=city.other_secretary, at=at("2026-11-27T17:00"))
        assert sweeps.escalate(DUE) == 0
        assert sweeps.escalate(DUE + SECOND) == 1
        assert fresh(appeal).current.level == Level.COMMITTEE

    def test_accepting_is_never_due_later_than_handling(self, city):
        appeal = transfer(at_branch(city), city.other_secretary, city.branch, at("2026-11-30T11:00"))
        assert (appeal.current.accept_due_at, appeal.current.due_at) == (DUE, DUE)

    def test_what_was_late_already_is_late_at_once(self, city):
        appeal = transfer(in_hand(city), city.other_secretary, city.branch, DUE + SECOND)
        assert appeal.current.accept_due_at == DUE

    def test_it_waits_to_be_accepted_there_and_the_anchor_and_the_branch_hear(self, city):
        appeal = transfer(in_hand(city), city.other_secretary, city.branch, TUESDAY)
        assert (appeal.status, appeal.current.branch, appeal.current.holder) == (
            Status.SUBMITTED, city.branch, None
        )
        key = f"appeal-event:{appeal.events.last().pk}"
        heard = set(Notice.objects.filter(key=key).values_list("recipient", flat=True))
        assert heard == {city.other_anchor.pk, city.secretary.pk, city.officer.pk}

    def test_not_to_where_it_is_and_not_to_a_branch_without_anybody(self, city):
        empty = Branch.objects.create(
            committee=city.committee, name="空的演示支部", short_name="空的", established_on="2025-01-01"
        )
        for branch in (city.other_branch, empty):
            with pytest.raises(ValidationError) as refused:
                transfer(at_branch(city), city.other_secretary, branch, TUESDAY)
            assert "branch" in refused.value.message_dict


class TestReturn:
    def test_asked_within_one_working_day_of_the_entry(self, city):
        last = at("2026-11-24T17:30")
        assert asked_back(at_branch(city), city.other_secretary, last).status == Status.SUBMITTED
        with pytest.raises(Conflict, match="超过一个工作日"):
            asked_back(at_branch(city), city.other_secretary, last + SECOND)

    def test_decided_by_the_committee_within_one_working_day(self, city):
        appeal = asked_back(at_branch(city), city.other_secretary, TUESDAY)
        asked = Request.objects.get()
        assert asked.due_at == at("2026-11-25T17:30")
        assert Notice.objects.filter(recipient=city.staff, title="有退单申请等审核").exists()
        with pytest.raises(PermissionDenied):
            negotiation.decide_return(appeal, actor=city.secretary, granted=True)
        with pytest.raises(Conflict, match="时间已过"):
            negotiation.decide_return(appeal, actor=city.staff, granted=True, at=asked.due_at + SECOND)
        appeal = negotiation.decide_return(appeal, actor=city.staff, granted=True, branch=city.branch, at=asked.due_at)
        assert (appeal.current.branch, appeal.returns) == (city.branch, 1)

    def test_undecided_in_its_time_it_is_refused_by_the_clock(self, city):
        appeal = asked_back(at_branch(city), city.other_secretary, TUESDAY)
        due = Request.objects.get().due_at
        assert lapse(due) == 0
        assert lapse(due + SECOND) == 1
        assert lapse(due + SECOND) == 0
        assert Request.objects.get().granted is False
        assert fresh(appeal).current == appeal.current
        assert Notice.objects.filter(recipient=city.other_secretary, title__contains="按不同意办").count() == 1

    def test_neither_asking_nor_deciding_moves_the_deadline(self, city):
        appeal = asked_back(in_hand(city), city.other_secretary, TUESDAY)
        assert appeal.current.due_at == DUE
        for branch in (city.branch, None):
            copy = asked_back(at_branch(city), city.other_secretary, TUESDAY)
            copy = negotiation.decide_return(copy, actor=city.staff, granted=True, branch=branch, at=TUESDAY)
            assert copy.current.due_at == DUE
        refused = negotiation.decide_return(appeal, actor=city.staff, granted=False, text="是你们的。", at=TUESDAY)
        assert (refused.current.due_at, refused.returns) == (DUE, 0)

    def test_the_anchor_hears_nothing_of_a_return_refused(self, city):
        appeal = asked_back(at_branch(city), city.other_secretary, TUESDAY)
        negotiation.decide_return(appeal, actor=city.staff, granted=False, at=TUESDAY)
        assert not Notice.objects.filter(recipient=city.other_anchor).exists()

    def test_returned_twice_the_committee_assigns_finally(self, city):
        appeal = returned_twice(city)
        assert (appeal.current.level, appeal.returns, appeal.current.due_at) == (Level.COMMITTEE, 2, DUE)
        with pytest.raises(Conflict, match="最终指定"):
            transfer(appeal, city.staff, city.branch, at("2026-11-25T09:00"))
        appeal = negotiation.assign(appeal, actor=city.staff, branch=city.branch, at=at("2026-11-25T10:00"))
        assert (appeal.current.branch, appeal.status, appeal.final) == (city.branch, Status.SUBMITTED, True)

    def test_the_final_assignment_starts_the_deadlines_anew(self, city):
        appeal = negotiation.assign(
            returned_twice(city), actor=city.staff, branch=city.branch, at=at("2026-11-25T10:00")
        )
        assert (appeal.current.accept_due_at, appeal.current.due_at) == (
            at("2026-11-26T17:30"), at("2026-12-02T17:30")
        )

    def test_the_branch_assigned_finally_may_not_return_it_again(self, city):
        appeal = negotiation.assign(
            returned_twice(city), actor=city.staff, branch=city.branch, at=at("2026-11-25T10:00")
        )
        with pytest.raises(Conflict, match="不能再退"):
            asked_back(appeal, city.secretary, at("2026-11-25T11:00"))

    def test_without_two_returns_nothing_is_assigned_finally(self, city):
        with pytest.raises(Conflict, match="退过两次"):
            negotiation.assign(at_committee(city), actor=city.staff, branch=city.branch)


def returned_twice(city):
    """Back from the other branch to ours, and from ours to the committee, whatever branch was named."""
    appeal = asked_back(at_branch(city), city.other_secretary, TUESDAY)
    appeal = negotiation.decide_return(appeal, actor=city.staff, granted=True, branch=city.branch, at=TUESDAY)
    appeal = asked_back(appeal, city.secretary, TUESDAY)
    return negotiation.decide_return(appeal, actor=city.chief, granted=True, branch=city.other_branch, at=TUESDAY)


class TestAssign:
    def test_inside_a_level_it_changes_the_holder_and_nothing_else(self, city):
        appeal = services.hand_up(submit_appeal(city, at=MONDAY), actor=city.member, at=MONDAY)
        appeal = services.accept(appeal, actor=city.secretary, at=TUESDAY)
        stage, due_at = appeal.current, appeal.current.due_at
        appeal = negotiation.assign(appeal, actor=city.secretary, holder=city.officer, at=TUESDAY)
        assert (appeal.current, appeal.current.holder, appeal.current.due_at) == (stage, city.officer, due_at)
        assert Notice.objects.filter(recipient=city.officer, title="有一件诉求指定由您办").exists()

    @pytest.mark.parametrize("who", ["member", "other_secretary", "staff", "anchor"])
    def test_only_to_somebody_who_may_act_there(self, city, who):
        appeal = services.hand_up(submit_appeal(city), actor=city.member)
        with pytest.raises(ValidationError) as refused:
            negotiation.assign(appeal, actor=city.secretary, holder=getattr(city, who))
        assert "holder" in refused.value.message_dict


def of_class(service_class):
    return Category.objects.filter(service_class=service_class, parent__isnull=False).first()


class TestReclassify:
    def test_a_stricter_class_moves_the_deadline_forward(self, city):
        appeal = negotiation.reclassify(
            in_hand(city), actor=city.other_secretary, category=of_class("URGENT"), at=TUESDAY
        )
        assert appeal.service_class == "URGENT"
        assert appeal.current.due_at == at("2026-11-26T17:30") < DUE

    def test_a_laxer_class_never_moves_it_back(self, city):
        appeal = negotiation.reclassify(
            in_hand(city), actor=city.other_secretary, category=of_class("PROPOSAL"), at=TUESDAY
        )
        assert (appeal.service_class, appeal.current.due_at) == ("PROPOSAL", DUE)

    def test_a_stricter_class_near_the_end_never_moves_it_back(self, city):
        appeal = negotiation.reclassify(
            in_hand(city), actor=city.other_secretary, category=of_class("URGENT"), at=at("2026-11-30T09:00")
        )
        assert appeal.current.due_at == DUE

    def test_its_signals_go_out_anew_for_the_deadline_brought_forward(self, city):
        appeal = in_hand(city)
        clock = appeal.current.clock
        appeal = negotiation.reclassify(
            appeal, actor=city.other_secretary, category=of_class("URGENT"), at=TUESDAY
        )
        stage = appeal.current
        assert (stage.clock, stage.remind_at, stage.amber_at) == (
            clock + 1, at("2026-11-25T17:30"), at("2026-11-26T11:06")
        )


class TestExtension:
    def test_granted_it_moves_the_deadline_and_its_signals(self, city):
        appeal = more_time(in_hand(city), city.other_secretary)
        clock = appeal.current.clock
        appeal = negotiation.decide_extension(appeal, actor=city.staff, granted=True, text="同意。", at=TUESDAY)
        stage = appeal.current
        assert (stage.due_at, stage.handle_within, stage.clock) == (at("2026-12-02T17:30"), "7d", clock + 1)
        assert stage.remind_at == at("2026-11-27T11:45")
        assert Notice.objects.filter(recipient=city.other_anchor, title="您的诉求延了期").exists()

    def test_asking_moves_nothing_and_refused_nothing_moves(self, city):
        appeal = more_time(in_hand(city), city.other_secretary)
        assert appeal.current.due_at == DUE
        appeal = negotiation.decide_extension(appeal, actor=city.staff, granted=False, at=TUESDAY)
        assert (appeal.current.due_at, appeal.current.extended) == (DUE, False)

    def test_asked_before_the_due_time(self, city):
        assert more_time(in_hand(city), city.other_secretary, when=DUE)
        with pytest.raises(Conflict, match="已经过了期限"):
            more_time(in_hand(city), city.other_secretary, when=DUE + SECOND)

    def test_with_a_reason_a_plan_and_a_new_date(self, city):
        whole = {"text": "等回话。", "plan": "周四再问。", "days": 2}
        for name, nothing in (("text", " "), ("plan", ""), ("days", None)):
            with pytest.raises(ValidationError) as refused:
                negotiation.extend(
                    in_hand(city), actor=city.other_secretary, at=TUESDAY, **{**whole, name: nothing}
                )
            assert name in refused.value.message_dict

    @pytest.mark.parametrize("granted", [True, False])
    def test_once_a_stage(self, city, granted):
        appeal = more_time(in_hand(city), city.other_secretary)
        appeal = negotiation.decide_extension(appeal, actor=city.staff, granted=granted, at=TUESDAY)
        with pytest.raises(Conflict, match="申请过一次"):
            more_time(appeal, city.other_secretary)

    def test_the_next_stage_may_ask_again(self, city):
        appeal = more_time(in_hand(city), city.other_secretary)
        appeal = services.hand_up(appeal, actor=city.other_secretary, at=TUESDAY)
        appeal = services.accept(appeal, actor=city.staff, at=TUESDAY)
        assert more_time(appeal, city.staff)

    def test_no_longer_than_five_working_days(self, city):
        more_time(in_hand(city), city.other_secretary, days=5)
        for days in (0, 6):
            with pytest.raises(ValidationError) as refused:
                more_time(in_hand(city), city.other_secretary, days=days)
            assert "days" in refused.value.message_dict

    def test_no_longer_than_the_time_first_given(self, city):
        ServiceLevel.objects.filter(service_class="NORMAL").update(handle_within="3d")
        more_time(in_hand(city), city.other_secretary, days=3)
        with pytest.raises(ValidationError, match="最多延 3 个"):
            more_time(in_hand(city), city.other_secretary, days=4)

    def test_the_level_above_decides(self, city):
        appeal = services.accept(submit_appeal(city, at=MONDAY), actor=city.member, at=TUESDAY)
        appeal = more_time(appeal, city.member)
        for person in (city.staff, city.chief, city.other_secretary, city.anchor):
            with pytest.raises(PermissionDenied):
                negotiation.decide_extension(appeal, actor=person, granted=True)
        assert negotiation.decide_extension(appeal, actor=city.officer, granted=True, at=TUESDAY)

    def test_where_the_branch_has_nobody_the_committee_decides(self, city):
        Post.objects.filter(branch=city.branch).delete()
        appeal = services.accept(submit_appeal(city, at=MONDAY), actor=city.member, at=TUESDAY)
        appeal = more_time(appeal, city.member)
        assert Notice.objects.filter(recipient=city.staff, title="有延期申请等审核").exists()
        assert negotiation.decide_extension(appeal, actor=city.staff, granted=True, at=TUESDAY)

    def test_at_the_committee_its_secretary_decides(self, city):
        appeal = more_time(at_committee(city), city.staff)
        with pytest.raises(PermissionDenied):
            negotiation.decide_extension(appeal, actor=city.staff, granted=True, at=TUESDAY)
        assert negotiation.decide_extension(appeal, actor=city.chief, granted=True, at=TUESDAY)

    def test_undecided_in_its_time_it_is_refused(self, city):
        appeal = more_time(in_hand(city), city.other_secretary)
        due = Request.objects.get().due_at
        assert due == at("2026-11-25T17:30")
        assert (lapse(due), lapse(due + SECOND)) == (0, 1)
        assert fresh(appeal).current.due_at == DUE
        assert appeal.events.last().verb == Verb.LAPSE

    def test_whoever_asked_never_decides(self, city):
        Post.objects.create(user=city.member, role=Role.ORGANISATION, branch=city.branch, since="2025-01-01")
        appeal = services.accept(submit_appeal(city, at=MONDAY), actor=city.member, at=TUESDAY)
        appeal = more_time(appeal, city.member)
        with pytest.raises(Conflict, match="由别人审核"):
            negotiation.decide_extension(appeal, actor=city.member, granted=True, at=TUESDAY)

    def test_a_second_one_waits_for_nobody_while_one_waits(self, city):
        appeal = more_time(in_hand(city), city.other_secretary)
        with pytest.raises(Conflict):
            more_time(appeal, city.other_secretary)

    def test_the_branch_sees_an_appeal_of_a_contact_from_the_moment_it_is_asked(self, city):
        appeal = services.accept(submit_appeal(city, at=MONDAY), actor=city.member, at=TUESDAY)
        assert not Appeal.objects.visible_to(city.secretary).exists()
        more_time(appeal, city.member)
        assert Appeal.objects.visible_to(city.secretary).get() == appeal
        assert not Appeal.objects.visible_to(city.other_secretary).exists()


class TestLapse:
    """What was asked about a stage ends with it."""

    def leave(self, appeal, city, how):
        if how == "escalate":
            sweeps.escalate(DUE + SECOND)
        elif how == "withdraw":
            services.withdraw(appeal, actor=city.other_anchor)
        elif how == "reply":
            services.reply(appeal, actor=city.other_secretary, text="办好了。")
        else:
            transfer(appeal, city.other_secretary, city.branch, TUESDAY)

    @pytest.mark.parametrize("how", ["escalate", "withdraw", "reply", "transfer"])
    def test_a_request_lapses_when_the_stage_is_left(self, city, how):
        appeal = asked_back(in_hand(city), city.other_secretary, TUESDAY)
        appeal = more_time(appeal, city.other_secretary)
        self.leave(appeal, city, how)
        assert list(Request.objects.values_list("granted", "decided_by")) == [(False, None)] * 2
        with pytest.raises(Conflict):
            negotiation.decide_return(fresh(appeal), actor=city.staff, granted=True)


class TestDoors:
    """The page and the API judge alike; the page's forms say what waits."""

    def test_the_form_of_a_transfer_leaves_out_the_branch_that_has_it(self, city, sign_in):
        appeal = at_branch(city)
        page = sign_in(city.other_secretary).get(f"/appeals/{appeal.pk}/", {"act": "transfer"})
        offered = page.context["forms"]["transfer"].fields["branch"].queryset
        assert list(offered) == [city.branch]

    def test_who_decides_finds_the_form_unfolded_with_what_was_asked(self, city, sign_in):
        appeal = more_time(in_hand(city), city.other_secretary, days=3)
        page = sign_in(city.staff).get(f"/appeals/{appeal.pk}/")
        assert "decide_extension" in page.context["forms"]
        assert "江一舟申请延 3 个工作日" in page.content.decode()
        assert "11月25日" in page.content.decode()

    def test_who_asked_reads_that_it_waits(self, city, sign_in):
        appeal = more_time(in_hand(city), city.other_secretary)
        page = sign_in(city.other_secretary).get(f"/appeals/{appeal.pk}/").content.decode()
        assert "江一舟申请延 2 个工作日" in page and "按不同意办" in page

    def test_the_anchor_reads_nothing_of_requests(self, city, sign_in):
        appeal = asked_back(at_branch(city), city.other_secretary, TUESDAY)
        assert "退单" not in sign_in(city.other_anchor).get(f"/appeals/{appeal.pk}/").content.decode()

    def test_a_clerk_of_no_branch_is_not_answered_by_either_door(self, city, sign_in):
        appeal = at_branch(city)
        client = sign_in(city.clerk)
        assert client.post(f"/appeals/{appeal.pk}/transfer/").status_code == 404
        assert client.get(f"/appeals/{appeal.pk}/transfer/").status_code == 405
