"""并单: appeals about one matter are handled together; each keeps its own answer, rating and trail (design §4)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from anchors.registry.models import Anchor
from appeals import invariants, services, sweeps
from appeals.dispatching import services as dispatching
from appeals.dispatching.sweeps import late
from appeals.merging import following
from appeals.merging import services as merging
from appeals.merging import sweeps as merging_sweeps
from appeals.merging.likely import likely
from appeals.merging.models import Merge
from appeals.models import Appeal
from appeals.negotiation import services as negotiation
from appeals.proof.verify import faults
from appeals.protection.models import Recusal
from appeals.recusal.services import recuse
from appeals.waiting import open_work
from appeals.workflow import Level, Outcome, Status, Verb
from branches.organisation.models import Post, Role
from notices.models import Notice
from tests.cast import SINCE
from tests.factories import let_lapse, submit_appeal
from tests.visitor import Visitor
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def verbs(appeal):
    return list(appeal.events.order_by("seq").values_list("verb", flat=True))


def tick(now=None):
    for sweep in (merging_sweeps.release, sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise):
        sweep(now or timezone.now())


def handed_up_twice(city):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    return services.hand_up(appeal, actor=city.officer)


@pytest.fixture
def lead(city):
    return submit_appeal(city, title="园区快递网点压坏样品", body="园区快递网点压坏样品，不肯赔。")


@pytest.fixture
def child(city, lead):
    """Another anchor's appeal about the same, at the other branch; it follows `lead`."""
    other = submit_appeal(city, city.other_anchor.anchor, title="快递压坏样品", body="快递网点压坏样品，说没保价。")
    return merging.merge(other, actor=city.staff, lead=lead)


def test_each_keeps_status_stage_and_due_times(city, lead):
    other = submit_appeal(city, city.other_anchor.anchor)
    before = fresh(other)
    merging.merge(other, actor=city.staff, lead=lead)
    after = fresh(other)
    assert (after.status, after.current, after.current.due_at) == (
        before.status, before.current, before.current.due_at
    )


def test_acting_on_a_child_is_a_conflict_with_the_leads_number(city, lead, child):
    with pytest.raises(Conflict, match=lead.number):
        services.accept(child, actor=city.other_secretary)
    with pytest.raises(Conflict, match=lead.number):
        services.reply(child, actor=city.other_secretary, text="赔了。")


def test_an_internal_note_and_a_withdrawal_are_the_childs_own(city, lead, child):
    services.note(child, actor=city.other_secretary, text="也是这家网点。", internal=True)
    services.withdraw(child, actor=city.other_anchor)
    tick()
    assert fresh(child).outcome == Outcome.WITHDRAWN
    assert not Merge.objects.filter(until=None).exists()
    services.reply(lead, actor=city.member, text="赔 300 元。")
    assert verbs(child)[-1] == Verb.WITHDRAW


def test_a_reply_of_the_lead_answers_each_child_which_judges_for_itself(city, lead, child):
    services.reply(lead, actor=city.member, text="网点赔 300 元。")
    lead, child = fresh(lead), fresh(child)
    assert (lead.status, child.status) == (Status.REPLIED, Status.REPLIED)
    assert child.events.get(verb=Verb.REPLY).words.public == "网点赔 300 元。"
    services.confirm(child, actor=city.other_anchor, outcome="UNSOLVED", rating=1, contacted=False, reason="没赔。")
    services.confirm(lead, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    assert (fresh(lead).outcome, fresh(child).outcome) == (Outcome.RESOLVED, Outcome.UNSOLVED)


def test_a_childs_answer_may_be_worded_on_its_own(city, lead, child):
    services.reply(lead, actor=city.member, text="网点赔 300 元。", children={child.pk: "您那 3 双也赔。"})
    assert child.events.get(verb=Verb.REPLY).words.public == "您那 3 双也赔。"


def test_an_answer_for_several_that_names_one_of_them_is_refused(city, lead, child):
    with pytest.raises(ValidationError, match="林小禾"):
        services.reply(lead, actor=city.member, text="林小禾您好，赔 300 元。")
    services.reply(lead, actor=city.member, text="林小禾您好，赔 300 元。", children={child.pk: "赔 100 元。"})


def test_own_words_for_an_appeal_that_does_not_follow_are_refused(city, lead, child):
    stranger = submit_appeal(city)
    for pk in (stranger.pk, "x"):
        with pytest.raises(ValidationError, match="没并进来"):
            services.reply(lead, actor=city.member, text="赔了。", children={pk: "赔了。"})


def test_handing_up_takes_the_child_to_the_leads_level_unless_it_is_as_high(city, lead, child):
    stage = fresh(child).current
    services.hand_up(lead, actor=city.member)
    assert fresh(child).current == stage
    services.hand_up(lead, actor=city.secretary)
    assert (fresh(child).current.level, fresh(child).status) == (Level.COMMITTEE, Status.SUBMITTED)


def test_a_transfer_takes_the_child_along_and_keeps_its_own_deadline(city):
    lead, child = submit_appeal(city, city.other_anchor.anchor), submit_appeal(city)
    due_at = child.current.due_at
    merging.merge(child, actor=city.staff, lead=lead)
    negotiation.transfer(lead, actor=city.other_secretary, branch=city.branch, text="归万商红。")
    stage = fresh(child).current
    assert (stage.level, stage.branch, stage.due_at) == (Level.BRANCH, city.branch, due_at)


def test_the_clock_takes_leads_only_and_their_children_go_along(city, lead):
    child = merging.merge(submit_appeal(city), actor=city.staff, lead=lead)
    let_lapse(child)
    tick()
    assert fresh(child).current.level == Level.MEMBER
    let_lapse(lead)
    tick()
    assert [fresh(one).current.level for one in (lead, child)] == [Level.BRANCH, Level.BRANCH]
    assert (verbs(lead)[-1], verbs(child)[-1]) == (Verb.ESCALATE, Verb.ESCALATE)
    assert invariants.broken() == {}


def test_a_merge_can_be_undone(city, lead):
    """Else whoever was merged by mistake is lost in the other appeal."""
    child = submit_appeal(city)
    stage = child.current
    merging.merge(child, actor=city.staff, lead=lead)
    merging.unmerge(child, actor=city.staff)
    assert fresh(child).current == stage
    let_lapse(child)
    tick()
    assert fresh(child).current.level == Level.BRANCH
    services.reply(child, actor=city.secretary, text="单独赔。")
    assert fresh(lead).status == Status.SUBMITTED


def test_after_the_reply_it_is_not_undone(city, lead, child):
    services.reply(lead, actor=city.member, text="赔 300 元。")
    with pytest.raises(Conflict):
        merging.unmerge(child, actor=city.staff)


def test_whose_name_is_withheld_is_not_confirmed_by_a_refusal(city, lead):
    """Else whoever answers could try name after name."""
    hidden = submit_appeal(city, city.other_anchor.anchor, confidentiality="confidential")
    merging.merge(hidden, actor=city.staff, lead=lead)
    services.reply(lead, actor=city.member, text="宋阿果的也赔 300 元。")
    assert fresh(hidden).status == Status.REPLIED


def test_the_committee_which_knows_the_name_is_still_told(city, lead):
    hidden = submit_appeal(city, city.other_anchor.anchor, confidentiality="confidential")
    merging.merge(hidden, actor=city.staff, lead=lead)
    services.hand_up(services.hand_up(lead, actor=city.member), actor=city.officer)
    with pytest.raises(ValidationError, match="宋阿果"):
        services.reply(lead, actor=city.staff, text="宋阿果的也赔 300 元。")


def test_a_lead_that_ends_without_an_answer_lets_its_children_go_on(city, lead, child):
    services.withdraw(lead, actor=city.anchor)
    services.accept(child, actor=city.other_secretary)  # at once, whatever the clock has tidied
    tick()
    tick()
    assert verbs(child)[-1] == Verb.UNMERGE
    let_lapse(child)
    tick()
    assert fresh(child).current.level == Level.COMMITTEE
    assert invariants.broken() == {}


def test_a_lead_never_follows_and_a_child_never_leads(city, lead, child):
    other = submit_appeal(city)
    with pytest.raises(Conflict, match="主案"):
        merging.merge(lead, actor=city.staff, lead=other)
    with pytest.raises(ValidationError, match=lead.number):
        merging.merge(other, actor=city.staff, lead=child)
    with pytest.raises(ValidationError, match="自己"):
        merging.merge(other, actor=city.staff, lead=other)


def test_only_what_is_open_leads(city):
    done = services.reply(submit_appeal(city), actor=city.member, text="赔了。")
    with pytest.raises(ValidationError):
        merging.merge(submit_appeal(city), actor=city.staff, lead=done)


def test_the_committee_merges_and_nobody_else(city, lead):
    for person in (city.member, city.anchor, city.secretary):
        with pytest.raises(PermissionDenied):
            merging.merge(submit_appeal(city), actor=person, lead=lead)


def test_what_somebody_must_not_see_follows_nobody_below_the_committee(city, lead):
    child = submit_appeal(city)
    Recusal.objects.create(appeal=child, user=city.member, at=timezone.now(), why=Recusal.Why.CONTACT)
    with pytest.raises(Conflict, match="回避"):
        merging.merge(child, actor=city.staff, lead=lead)


def test_a_reopened_child_goes_its_own_way(city, lead, child):
    services.reply(lead, actor=city.member, text="赔 300 元。")
    services.reopen(child, actor=city.other_anchor, text="没赔到。")
    services.accept(child, actor=city.staff)
    assert fresh(child).status == Status.HANDLING


def test_the_childs_anchor_reads_nothing_of_the_lead(city, lead, child):
    page = Visitor(city, "other_anchor").ask("GET", reverse("appeals:detail", args=[child.pk])).content.decode()
    assert "并入同一件事一起办，您会单独收到答复" in page
    for told in (lead.number, lead.title, "林小禾"):
        assert told not in page
    notice = Notice.objects.filter(recipient=city.other_anchor).order_by("-pk")[0]
    assert notice.text == child.number


def test_handlers_read_on_each_which_others_go_with_it(city, lead, child):
    visitor = Visitor(city, "staff")
    for one, other in ((lead, child), (child, lead)):
        page = visitor.ask("GET", reverse("appeals:detail", args=[one.pk])).content.decode()
        assert other.number in page


def test_the_page_suggests_what_may_be_the_same_and_merges_on_a_click(city, lead):
    twin = submit_appeal(city, title="样品又被网点压坏", body="园区快递网点压坏样品。")
    far = submit_appeal(city, category="E2", title="货款没到账", body="货款三个月没到账。")
    old = submit_appeal(city, body=lead.body, at=timezone.now() - timedelta(days=31))
    assert [one.appeal for one in likely(lead)] == [twin]
    assert {far, old}.isdisjoint(one.appeal for one in likely(twin))
    visitor = Visitor(city, "staff")
    page = visitor.ask("GET", f"{reverse('appeals:detail', args=[twin.pk])}?act=merge").content.decode()
    assert lead.number in page
    sent = {"version": twin.version, "lead": lead.pk}
    assert visitor.ask("POST", reverse("appeals:merge", args=[twin.pk]), sent).status_code == 302
    assert Merge.objects.in_force().get().lead == lead


def test_a_number_may_be_typed_instead(city, lead):
    far = submit_appeal(city, category="E2")
    sent = {"version": far.version, "number": lead.number}
    assert Visitor(city, "staff").ask("POST", reverse("appeals:merge", args=[far.pk]), sent).status_code == 302


def test_what_the_page_offered_is_taken_though_it_would_offer_it_no_more(city, lead):
    other = submit_appeal(city, city.free_anchor.anchor, title="补贴没有到账", body="补贴三个月没有到账。")
    words = {"version": other.version, "lead": lead.pk}
    assert not likely(other)
    assert Visitor(city, "staff").ask("POST", reverse("appeals:merge", args=[other.pk]), words).status_code == 302


def test_the_api_merges_from_either_side(city, lead):
    visitor, first, second = Visitor(city, "staff"), submit_appeal(city), submit_appeal(city)
    sent = {"version": first.version, "lead": lead.pk}
    assert visitor.ask("POST", reverse("api:merge", args=[first.pk]), sent).status_code == 200
    sent = {"version": fresh(lead).version, "children": [second.pk]}
    assert visitor.ask("POST", reverse("api:merge", args=[lead.pk]), sent).status_code == 200
    assert Merge.objects.in_force().filter(lead=lead).count() == 2
    sent = {"version": fresh(lead).version, "text": "赔了。", "children": {str(first.pk): "您的也赔。"}}
    assert Visitor(city, "member").ask("POST", reverse("api:reply", args=[lead.pk]), sent).status_code == 200
    assert first.events.get(verb=Verb.REPLY).words.public == "您的也赔。"


def test_the_reply_form_of_a_lead_offers_each_child_its_own_words(city, lead, child):
    visitor, url = Visitor(city, "member"), reverse("appeals:detail", args=[lead.pk])
    assert f"单独答复 {child.number}" in visitor.ask("GET", url).content.decode()
    sent = {"version": fresh(lead).version, "text": "赔 300 元。", f"child_{child.pk}": "您的也赔。"}
    assert visitor.ask("POST", reverse("appeals:reply", args=[lead.pk]), sent).status_code == 302
    assert child.events.get(verb=Verb.REPLY).words.public == "您的也赔。"


def test_what_waited_about_the_child_waits_no_longer(city, lead):
    child = services.accept(submit_appeal(city), actor=city.member)
    negotiation.extend(child, actor=city.member, days=2, text="等。", plan="再问。")
    merging.merge(child, actor=city.staff, lead=lead)
    assert child.requests.get().granted is False
    assert following.children_of(lead) == [child]


def test_what_a_unit_was_asked_about_the_child_it_may_still_answer_and_be_late_with(city):
    """The stage is not left: the unit's work is not in vain, and of the lead it reads nothing."""
    lead, child = (handed_up_twice(city) for _ in range(2))
    child = services.accept(child, actor=city.staff)
    dispatching.dispatch(child, actor=city.staff, partner=city.partner, text="请问一位主播的样品。")
    merging.merge(child, actor=city.chief, lead=lead)
    assert late(timezone.now() + timedelta(days=30)) == 1
    dispatching.dispatch_reply(child, actor=city.clerk, text="网点同意赔。")
    assert verbs(child)[-2:] == [Verb.LATE, Verb.DISPATCH_REPLY]


def test_whoever_answers_a_child_is_who_had_it_in_hand(city, lead):
    """Until then its own contact keeps it; what the anchor says to the answer goes to whoever gave it."""
    Anchor.objects.filter(user=city.other_anchor).update(contact=city.stranger)
    child = submit_appeal(city, Anchor.objects.get(user=city.other_anchor))
    merging.merge(child, actor=city.staff, lead=lead)
    assert fresh(child).current.holder == city.stranger
    services.reply(lead, actor=city.member, text="网点赔 300 元。")
    assert fresh(child).current.holder == city.member
    assert not list(faults())
    services.confirm(child, actor=city.other_anchor, outcome="RESOLVED", rating=5, contacted=True)
    said = Notice.objects.filter(title="主播评价了您的答复", text=child.number)
    assert [notice.recipient for notice in said] == [city.member]


def test_who_hands_up_one_of_two_of_their_own_takes_the_other_along(city, lead):
    child = merging.merge(submit_appeal(city), actor=city.staff, lead=lead)
    services.hand_up(lead, actor=city.anchor)
    assert [fresh(one).current.level for one in (lead, child)] == [Level.BRANCH, Level.BRANCH]
    assert open_work(child).led_by == lead.pk


class TestRecusedAfterTheMerge:
    """Nobody has a child in hand, or answers it, who must not see it: it goes on alone, under its own clock."""

    def test_a_child_leaves_a_lead_that_is_below_the_committee(self, city, lead, child):
        recuse(child, actor=city.staff, branch=city.branch, text="说的是这个支部。")
        assert verbs(child)[-2:] == [Verb.RECUSE, Verb.UNMERGE]
        for one in (lead, child):
            let_lapse(one)
        tick()
        assert [fresh(one).current.level for one in (lead, child)] == [Level.BRANCH, Level.COMMITTEE]
        assert invariants.broken() == {}

    def test_check_chain_finds_a_child_that_stayed(self, city, lead, child):
        Recusal.objects.create(appeal=child, user=city.officer, at=timezone.now(), why=Recusal.Why.STAFF)
        assert set(invariants.broken()) == {"what_somebody_must_not_see_follows_nobody_below_the_committee"}

    def test_it_stays_at_the_committee_with_others_than_who_is_recused(self, city):
        lead, child = (handed_up_twice(city) for _ in range(2))
        merging.merge(child, actor=city.staff, lead=lead)
        services.accept(lead, actor=city.staff)
        recuse(child, actor=city.staff, person=city.officer, text="是亲戚。")
        assert open_work(child).led_by == lead.pk
        recuse(child, actor=city.chief, person=city.staff, text="是亲戚。")
        assert open_work(child).led_by is None

    def test_who_is_recused_answers_the_lead_alone(self, city, sign_in):
        lead, child = (handed_up_twice(city) for _ in range(2))
        merging.merge(child, actor=city.chief, lead=lead)
        recuse(child, actor=city.chief, person=city.staff, text="是亲戚。")
        page = sign_in(city.staff).get(reverse("appeals:detail", args=[lead.pk])).content.decode()
        assert child.number not in page
        services.reply(lead, actor=city.staff, text="网点赔 300 元。")
        assert (fresh(lead).status, fresh(child).status) == (Status.REPLIED, Status.SUBMITTED)
        assert verbs(child)[-1] == Verb.UNMERGE

    def test_nobody_answers_their_own_through_the_lead(self, city):
        own = submit_appeal(city, city.other_anchor.anchor)
        services.hand_up(own, actor=city.other_secretary)
        lead = handed_up_twice(city)
        merging.merge(own, actor=city.staff, lead=lead)
        Post.objects.create(user=city.other_anchor, committee=city.committee, role=Role.STAFF, since=SINCE)
        services.reply(lead, actor=city.other_anchor, text="网点赔 300 元。")
        assert fresh(own).status == Status.SUBMITTED

    def test_a_lead_that_nobody_has_taken_leads_what_a_branch_must_not_see(self, city):
        lead, child = (handed_up_twice(city) for _ in range(2))
        recuse(child, actor=city.staff, branch=city.other_branch, text="说的是那个支部。")
        merging.merge(child, actor=city.staff, lead=lead)
        assert open_work(child).led_by == lead.pk
