"""The chain: anchor → contact member → branch → committee, by hand and by the clock."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F
from django.utils import timezone

from appeals import services, sweeps
from appeals.models import Appeal, Event, Judgement, Stage
from appeals.pages import AppealPage
from appeals.workflow import Level, Outcome, Status, Verb
from branches.organisation.models import Post
from notices.models import Notice
from tests.factories import let_lapse, submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def verbs(appeal):
    return list(appeal.events.order_by("seq").values_list("verb", flat=True))


def heard(person, event):
    return Notice.objects.filter(recipient=person, key=f"appeal-event:{event.pk}").count()


def consequence_of(appeal, city):
    return AppealPage(city.chief, Appeal.objects.visible_to(city.chief).for_page().get(pk=appeal.pk)).consequence


def tick_all(now=None):
    now = now or timezone.now()
    for sweep in (sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise, sweeps.close_silent):
        sweep(now)


def test_an_appeal_begins_with_the_contact_member(city):
    appeal = submit_appeal(city)
    assert (appeal.current.level, appeal.current.holder) == (Level.MEMBER, city.member)
    assert Notice.objects.get(recipient=city.member).title == "有新的诉求等您接单"


def test_without_a_contact_it_begins_at_the_branch(city):
    assert submit_appeal(city, city.other_anchor.anchor).current.level == Level.BRANCH


def test_without_a_branch_it_begins_at_the_committee(city):
    assert submit_appeal(city, city.free_anchor.anchor).current.level == Level.COMMITTEE


def test_a_contact_who_cannot_log_in_is_passed_over(city):
    city.member.is_active = False
    city.member.save()
    assert submit_appeal(city).current.level == Level.BRANCH


def test_nobody_acting_carries_it_to_the_committee_and_a_yellow_card_one_step_each(city):
    appeal = submit_appeal(city)
    for level in (Level.BRANCH, Level.COMMITTEE):
        let_lapse(appeal)
        tick_all()
        tick_all()
        assert fresh(appeal).current.level == level
    let_lapse(appeal)
    tick_all()
    tick_all()
    assert verbs(appeal) == ["submit", "escalate", "escalate", "remind", "amber", "yellow_card"]
    assert Notice.objects.filter(recipient=city.chief, title__contains="黄牌").count() == 1
    assert consequence_of(appeal, city) == "已超过期限，已亮黄牌。"
    Stage.objects.filter(left_at=None).update(red_fired=F("clock"))
    assert consequence_of(appeal, city) == "已超过期限，已亮红牌。"


def test_who_lost_it_and_who_gets_it_and_the_anchor_hear_once_of_an_escalation(city):
    appeal = submit_appeal(city)
    let_lapse(appeal)
    tick_all()
    escalation = appeal.events.get(verb=Verb.ESCALATE)
    for person in (city.member, city.secretary, city.officer, city.anchor):
        assert heard(person, escalation) == 1
    for person in (city.other_secretary, city.chief, city.stranger):
        assert heard(person, escalation) == 0


def test_a_level_without_anybody_is_passed_over_and_named(city):
    Post.objects.filter(branch=city.branch).delete()
    appeal = submit_appeal(city)
    let_lapse(appeal)
    sweeps.escalate(timezone.now())
    assert fresh(appeal).current.level == Level.COMMITTEE
    assert appeal.events.get(verb=Verb.ESCALATE).facts["passed_over"] == ["BRANCH"]
    assert not Stage.objects.filter(appeal=appeal, level=Level.BRANCH).exists()


def test_an_empty_committee_keeps_it_and_the_administrator_hears(city):
    Post.objects.filter(committee=city.committee).delete()
    appeal = submit_appeal(city, city.free_anchor.anchor)
    assert appeal.current.level == Level.COMMITTEE
    assert Notice.objects.get(recipient=city.admin).title == "市行业党委没有人可以接单，请补任职"


def test_five_working_days_after_the_yellow_card_comes_the_red_one(city):
    appeal = submit_appeal(city, city.free_anchor.anchor)
    let_lapse(appeal, by=timedelta(days=1))
    tick_all()
    assert Verb.RED_CARD not in verbs(appeal)
    let_lapse(appeal, by=timedelta(days=30))
    tick_all()
    tick_all()
    assert verbs(appeal).count(Verb.RED_CARD) == 1
    red = appeal.events.get(verb=Verb.RED_CARD)
    assert heard(city.chief, red) == 1
    assert heard(city.staff, red) == 0


def test_a_reminder_fires_once_for_accepting_and_once_for_handling(city):
    appeal = submit_appeal(city)
    past = timezone.now() - timedelta(hours=1)
    for _ in range(2):
        Stage.objects.filter(appeal=appeal).update(remind_at=past)
        sweeps.remind(timezone.now())
    services.accept(appeal, actor=city.member)
    for _ in range(2):
        Stage.objects.filter(appeal=appeal).update(remind_at=past)
        sweeps.remind(timezone.now())
    assert verbs(appeal) == ["submit", "remind", "accept", "remind"]


def test_what_is_about_to_climb_is_not_reminded_by_a_tick_that_has_its_escalations_behind_it(city):
    appeal = submit_appeal(city)
    let_lapse(appeal)
    assert (sweeps.remind(timezone.now()), sweeps.amber(timezone.now())) == (0, 0)
    assert verbs(appeal) == ["submit"]


def test_amber_at_the_contact_tells_the_branch_leader_without_a_link(city):
    appeal = submit_appeal(city)
    Stage.objects.filter(appeal=appeal).update(amber_at=timezone.now() - timedelta(hours=1))
    sweeps.amber(timezone.now())
    told = Notice.objects.get(recipient=city.secretary)
    assert told.url == ""
    assert not Appeal.objects.visible_to(city.secretary).exists()


def test_accepting_puts_the_handling_deadline_in_force(city):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    stage = Stage.objects.get(appeal=appeal)
    assert stage.deadline_at == stage.due_at > stage.accept_due_at
    assert appeal.status == Status.HANDLING


def test_answering_what_nobody_accepted_accepts_it_first(city):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="已经和网点谈好，按八折赔。")
    assert verbs(appeal) == ["submit", "accept", "reply"]
    assert (appeal.status, appeal.current.is_open) == (Status.REPLIED, False)


def test_handing_up_makes_the_branch_take_it(city):
    appeal = services.hand_up(submit_appeal(city), actor=city.member, text="要和快递公司谈。")
    assert appeal.current.level == Level.BRANCH
    appeal = services.accept(appeal, actor=city.officer)
    assert appeal.current.holder == city.officer


def test_the_anchor_may_ask_for_the_next_level_only_while_the_contact_has_it(city):
    appeal = services.hand_up(submit_appeal(city), actor=city.anchor)
    assert appeal.current.level == Level.BRANCH
    with pytest.raises(Conflict):
        services.hand_up(appeal, actor=city.anchor)


def test_there_is_nothing_above_the_committee(city):
    with pytest.raises(Conflict, match="没有上一级"):
        services.hand_up(submit_appeal(city, city.free_anchor.anchor), actor=city.staff)


def answered(city):
    return services.reply(submit_appeal(city), actor=city.member, text="网点同意赔三双。")


def test_the_anchor_judges_and_it_is_closed(city):
    appeal = services.confirm(
        answered(city), actor=city.anchor, outcome=Outcome.PARTLY, rating=4, contacted=True, reason=""
    )
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.PARTLY)
    assert appeal.judgements.get().rating == 4


def test_an_unhappy_judgement_needs_a_reason(city):
    with pytest.raises(ValidationError) as refused:
        services.confirm(answered(city), actor=city.anchor, outcome=Outcome.UNSOLVED, rating=2, contacted=False)
    assert "reason" in refused.value.message_dict


def test_silence_closes_without_satisfaction_and_may_still_be_broken(city):
    appeal = answered(city)
    assert sweeps.close_silent(appeal.judge_by) == 0
    assert sweeps.close_silent(appeal.judge_by + timedelta(seconds=1)) == 1
    appeal = fresh(appeal)
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.UNCONFIRMED)
    assert not Judgement.objects.get(appeal=appeal).answered
    appeal = services.confirm(appeal, actor=city.anchor, outcome=Outcome.RESOLVED, rating=5, contacted=True)
    assert appeal.outcome == Outcome.RESOLVED
    assert Judgement.objects.get(appeal=appeal).answered
    with pytest.raises(Conflict):
        services.confirm(appeal, actor=city.anchor, outcome=Outcome.RESOLVED, rating=5, contacted=True)


def test_reopening_goes_one_level_up_and_only_once(city):
    appeal = services.reopen(answered(city), actor=city.anchor, text="只赔了一双。")
    assert (appeal.status, appeal.current.level) == (Status.SUBMITTED, Level.BRANCH)
    appeal = services.reply(appeal, actor=city.secretary, text="网点已补赔两双。")
    with pytest.raises(Conflict, match="再办过一次"):
        services.reopen(appeal, actor=city.anchor, text="还是不够。")


def test_reopening_at_the_committee_stays_there_as_a_new_stage(city):
    appeal = submit_appeal(city, city.free_anchor.anchor)
    appeal = services.reply(appeal, actor=city.staff, text="已联系。")
    appeal = services.reopen(appeal, actor=city.free_anchor, text="没有人联系我。")
    assert (appeal.current.level, appeal.current.seq) == (Level.COMMITTEE, 2)


def test_withdrawing_closes_it(city):
    appeal = services.withdraw(submit_appeal(city), actor=city.anchor, text="已经自己解决了。")
    assert (appeal.status, appeal.outcome) == (Status.CLOSED, Outcome.WITHDRAWN)


def test_a_stale_click_is_refused(city):
    appeal = submit_appeal(city)
    services.accept(appeal, actor=city.member, version=1)
    with pytest.raises(Conflict):
        services.accept(appeal, actor=city.member, version=1)


def test_who_lost_it_meanwhile_is_told_so_and_a_stranger_is_refused(city):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    with pytest.raises(Conflict):
        services.accept(appeal, actor=city.member, version=1)
    with pytest.raises(PermissionDenied):
        services.accept(appeal, actor=city.member, version=appeal.version)
    with pytest.raises(PermissionDenied):
        services.accept(appeal, actor=city.stranger, version=1)


def test_nobody_handles_an_own_appeal(city):
    Post.objects.create(user=city.anchor, role="SECRETARY", branch=city.branch, since="2024-08-01")
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    with pytest.raises(PermissionDenied):
        services.accept(appeal, actor=city.anchor)


def test_the_same_key_answers_with_the_first_appeal(city):
    appeal = submit_appeal(city)
    again, created = services.submit(
        appeal.anchor, actor=city.anchor, kind=appeal.kind, category=appeal.category, title=appeal.title,
        body=appeal.body, submit_key=appeal.submit_key,
    )
    assert (again, created) == (appeal, False)
    assert Appeal.objects.count() == 1


def test_the_same_key_with_other_words_or_by_another_person_is_refused(city):
    appeal = submit_appeal(city)
    with pytest.raises(Conflict):
        submit_appeal(city, submit_key=appeal.submit_key, body="别的事情。")
    with pytest.raises(Conflict) as refused:
        submit_appeal(city, city.other_anchor.anchor, submit_key=appeal.submit_key)
    assert refused.value.row is None


def test_an_internal_note_stays_inside_and_a_public_one_needs_it_in_hand(city):
    appeal = submit_appeal(city)
    with pytest.raises(Conflict):
        services.note(appeal, actor=city.member, text="已联系网点。")
    appeal = services.note(appeal, actor=city.member, text="他电话打不通。", internal=True)
    words = appeal.events.last().words
    assert (words.public, words.internal) == ("", "他电话打不通。")
    assert not Notice.objects.filter(recipient=city.anchor).exists()


def test_a_critical_appeal_is_seen_at_once_by_branch_and_committee(city):
    appeal = submit_appeal(city, category="L2", title="有人堵在楼下", body="有人堵在直播间楼下不走。")
    assert appeal.current.level == Level.MEMBER
    for person in (city.member, city.secretary, city.officer, city.staff, city.chief):
        assert Appeal.objects.visible_to(person).filter(pk=appeal.pk).exists()
        assert heard(person, appeal.events.get()) == 1
    assert not Appeal.objects.visible_to(city.other_secretary).exists()


def test_the_actor_never_hears_of_the_own_act(city):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    for event in Event.objects.filter(appeal=appeal).exclude(actor=None):
        assert heard(event.actor, event) == 0
