"""Who must not see an appeal, and who must not know whose it is: each sentence of design §4 “Entry” and §7."""

import re
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from anchors.registry.models import Anchor
from appeals import invariants, services, sweeps
from appeals.merging import services as merging
from appeals.models import Appeal, Recusal
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.pausing.sweeps import resume as resume_by_clock
from appeals.policy import WITHHELD
from appeals.proof.verify import faults
from appeals.recusal.services import TAKEN_BACK, recuse
from appeals.succession import contact_ended
from branches.organisation.models import Enterprise, Post, Role
from branches.reports.figures import figure_kinds
from members.models import Member
from notices.models import Notice
from tests import scene as scenes
from tests import test_access
from tests.api_client import Caller
from tests.factories import let_lapse, submit_appeal
from tests.visitor import Visitor, readable

pytestmark = pytest.mark.django_db
NAMES = ("林小禾", "小禾说鞋", "禾苗传媒", "138****0002")  # whatever tells who city.anchor is
SINCE = timezone.localdate() - timedelta(days=100)


@pytest.fixture
def firm(city):
    """禾苗传媒: 林小禾 is signed with it, the committee's staff member and the other branch's anchor work there."""
    firm = Enterprise.objects.create(name="禾苗传媒", kind="MCN", branch=city.branch)
    Anchor.objects.filter(user__in=[city.anchor, city.other_anchor]).update(enterprise=firm)
    Member.objects.create(user=city.staff, branch=city.other_branch, joined_on=SINCE, enterprise=firm)
    city.anchor.anchor.refresh_from_db()
    return firm


def sees(person, appeal):
    person.__dict__.pop("_hats", None)
    return Appeal.objects.visible_to(person).filter(pk=appeal.pk).exists()


def heard(appeal):
    return set(Notice.objects.filter(text__contains=appeal.number).values_list("recipient", flat=True))


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


class TestConfidential:
    @pytest.fixture
    def appeal(self, city):
        return submit_appeal(city, confidentiality="confidential")

    def test_it_begins_at_the_branch_and_the_contact_is_skipped(self, city, appeal):
        assert (appeal.current.level, appeal.current.branch) == ("BRANCH", city.branch)
        assert not sees(city.member, appeal) and city.member.pk not in heard(appeal)

    def test_the_committee_and_the_anchor_know_who_it_is(self, city, appeal):
        for person, address in ((city.staff, "api:appeal"), (city.anchor, "api:appeal")):
            answer = Visitor(city, person.username).get(reverse(address, args=[appeal.pk])).json()
            assert (answer["anchor"], answer["confidentiality"]) == ("林小禾", "confidential")
        page = Visitor(city, "staff").get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "林小禾" in page and "主播要求保密" in page

    def test_below_it_the_anchor_has_no_name(self, city, appeal):
        page = Visitor(city, "secretary").get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert WITHHELD in page
        assert not [word for word in ("林小禾", "小禾说鞋", "周映红", "138****0002") if word in page]
        answer = Visitor(city, "secretary").get(reverse("api:appeal", args=[appeal.pk])).json()
        assert answer["anchor"] is None

    def test_nobody_finds_it_there_by_the_name(self, city, appeal):
        own_name = Visitor(city, "secretary").get(reverse("api:appeals"), q="林小禾").json()["results"]
        assert own_name == []
        services.hand_up(appeal, actor=city.secretary)
        assert len(Visitor(city, "staff").get(reverse("api:appeals"), q="林小禾").json()["results"]) == 1

    def test_the_trail_says_what_it_withholds_and_stays_provable_above(self, city, appeal):
        """Without the salted digest nobody can try the few numbers that an actor may have against the hash."""
        services.withdraw(appeal, actor=city.anchor)
        trail = reverse("api:trail", args=[appeal.pk])
        for line in Visitor(city, "secretary").get(trail).json()["results"]:
            assert line["withheld"] and line["hash"]
            assert line["actor"] is line["actor_id"] is line["internal_digest"] is None
        for who in ("anchor", "chief"):
            for line in Visitor(city, who).get(trail).json()["results"]:
                assert not line["withheld"] and line["actor_id"] == city.anchor.pk and line["internal_digest"]

    def test_a_stale_click_does_not_name_the_anchor_either(self, city, appeal):
        services.withdraw(appeal, actor=city.anchor)
        sent = Visitor(city, "secretary").ask(
            "POST", reverse("appeals:accept", args=[appeal.pk]), {"version": appeal.version - 1}
        )
        assert sent.status_code == 409 and "林小禾" not in sent.content.decode()

    def test_a_rating_is_never_shown_to_the_handler_with_the_name(self, city, appeal):
        services.reply(appeal, actor=city.secretary, text="退了。")
        services.confirm(appeal, actor=city.anchor, outcome="UNSOLVED", rating=1, contacted=False, reason="没退。")
        page = Visitor(city, "secretary").get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "非常不满意" in page and "林小禾" not in page

    def test_having_it_in_hand_opens_no_card_and_no_phone(self, city, appeal):
        """Where it came to another branch, whose officers see no anchor of this one."""
        services.accept(appeal, actor=city.secretary)
        negotiation.transfer(appeal, actor=city.secretary, branch=city.other_branch, text="归那边。")
        visitor, anchor = Visitor(city, "other_secretary"), city.anchor.anchor.pk
        assert visitor.ask("GET", reverse("appeals:detail", args=[appeal.pk])).status_code == 200
        assert visitor.ask("GET", reverse("anchors:detail", args=[anchor])).status_code == 404
        assert visitor.ask("GET", reverse("phones:anchor", args=[anchor])).status_code == 404

    def test_a_branch_without_anybody_is_passed_over_as_always(self, city):
        Post.objects.filter(branch=city.branch).delete()
        assert submit_appeal(city, confidentiality="confidential").current.level == "COMMITTEE"


class TestAbout:
    def test_the_contact_is_hidden_from_it_and_it_begins_at_the_committee(self, city):
        appeal = submit_appeal(city, about="contact")
        assert appeal.current.level == "COMMITTEE"
        assert list(appeal.recusals.values_list("user", "branch", "why")) == [(city.member.pk, None, "contact")]
        assert not sees(city.member, appeal) and sees(city.staff, appeal)

    def test_the_branch_is_hidden_from_with_its_present_and_future_posts(self, city):
        appeal = submit_appeal(city, about=["branch"], category="L2")  # CRITICAL, else shown to the branch at once
        assert not sees(city.secretary, appeal) and not sees(city.officer, appeal)
        assert heard(appeal) == {city.chief.pk, city.staff.pk}
        Post.objects.create(user=city.stranger, role=Role.SECRETARY, branch=city.branch, since=SINCE)
        assert not sees(city.stranger, appeal)

    def test_whoever_leaves_the_branch_and_serves_the_committee_may_see_it(self, city):
        appeal = submit_appeal(city, about="branch")
        Post.objects.filter(user=city.officer).update(until=SINCE)
        Post.objects.create(user=city.officer, role=Role.STAFF, committee=city.committee, since=SINCE)
        assert sees(city.officer, appeal)

    def test_a_firm_means_whom_it_employs_their_branches_and_its_own(self, city, firm):
        appeal = submit_appeal(city, about="enterprise")
        people = {row.user_id for row in appeal.recusals.filter(branch=None)}
        branches = {row.branch_id for row in appeal.recusals.filter(user=None)}
        assert people == {city.staff.pk, city.other_anchor.pk}  # and never the anchor
        assert branches == {city.branch.pk, city.other_branch.pk}
        assert not sees(city.staff, appeal) and not sees(city.secretary, appeal)
        assert sees(city.anchor, appeal) and sees(city.chief, appeal)

    def test_recusals_are_subtracted_from_committee_posts_too(self, city, firm):
        appeal = submit_appeal(city, about="enterprise")
        assert heard(appeal) == {city.chief.pk}
        with pytest.raises(PermissionDenied):
            services.accept(appeal, actor=city.staff)
        assert services.accept(appeal, actor=city.chief).current.holder == city.chief

    def test_what_the_anchor_has_not_cannot_be_named(self, city):
        for about in ("contact", "branch", "enterprise"):
            with pytest.raises(ValidationError) as refused:
                submit_appeal(city, city.free_anchor.anchor, about=about)
            assert "about" in refused.value.message_dict
        assert not Appeal.objects.exists() and not Recusal.objects.exists()

    def test_all_of_it_is_one_transaction_and_one_line(self, city, firm):
        appeal = submit_appeal(city, about={"enterprise", "contact", "branch"}, confidentiality="confidential")
        facts = appeal.events.get().facts
        assert (facts["about"], facts["confidentiality"]) == (["contact", "branch", "enterprise"], "confidential")
        assert not {row.at for row in appeal.recusals.all()} - {appeal.submitted_at}

    def test_it_never_goes_back_to_them(self, city):
        """Answered and opened again it stays at the committee; nobody can pass it to that branch."""
        appeal = submit_appeal(city, about="branch")
        services.accept(appeal, actor=city.staff)
        with pytest.raises(ValidationError, match="回避"):
            negotiation.transfer(appeal, actor=city.staff, branch=city.branch, text="归支部。")
        services.reply(appeal, actor=city.staff, text="查过了。")
        assert services.reopen(appeal, actor=city.anchor, text="不是这样。").current.level == "COMMITTEE"
        contact_ended([city.anchor.anchor.pk], at=timezone.now())
        let_lapse(appeal)
        sweeps.escalate(timezone.now())
        assert fresh(appeal).current.level == "COMMITTEE" and not sees(city.secretary, appeal)
        assert not heard(appeal) & {city.secretary.pk, city.officer.pk}

    def test_with_nobody_left_it_stays_and_the_page_says_whom_to_turn_to(self, city, firm):
        Post.objects.filter(user=city.chief).delete()
        appeal = submit_appeal(city, about="enterprise")
        assert appeal.current.level == "COMMITTEE" and heard(appeal) == {city.admin.pk}
        page = Visitor(city, "anchor").get(reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "12345" in page and "纪检" in page
        let_lapse(appeal)
        sweeps.supervise(timezone.now())
        assert city.staff.pk not in heard(appeal)

    def test_a_report_counts_it_as_a_number_and_lists_it_to_nobody_concerned(self, city):
        appeal = services.hand_up(submit_appeal(city), actor=city.member)
        recuse(appeal, actor=city.chief, person=city.officer, text="是当事人。")
        received = next(figure for figure in figure_kinds() if figure.code == "received")
        start = timezone.now() - timedelta(days=1)
        figure = received.count([city.branch.pk], start, start + timedelta(days=2))[city.branch.pk]
        assert figure.value == 1
        assert not received.rows(city.officer, figure.ids).exists()
        assert received.rows(city.secretary, figure.ids).exists()


class TestRecuse:
    @pytest.fixture
    def appeal(self, city):
        return services.hand_up(submit_appeal(city), actor=city.member)

    def test_who_is_named_loses_sight_at_once_and_the_rest_goes_on(self, city, appeal):
        recuse(appeal, actor=city.staff, person=city.officer, text="是当事人。")
        assert not sees(city.officer, appeal) and sees(city.secretary, appeal)
        assert fresh(appeal).current.level == "BRANCH"
        assert Visitor(city, "officer").ask("GET", reverse("appeals:detail", args=[appeal.pk])).status_code == 404

    def test_who_had_it_in_hand_loses_it_to_the_committee(self, city, appeal):
        services.accept(appeal, actor=city.officer)
        moved = recuse(appeal, actor=city.staff, person=city.officer, text="是当事人。")
        assert (moved.status, moved.current.level, moved.current.holder) == ("SUBMITTED", "COMMITTEE", None)
        line = moved.events.get(verb="recuse")
        assert (line.facts["user"], line.facts["to"]) == (city.officer.pk, "COMMITTEE")
        assert "当事人" in line.words.internal and "陆南枝" not in line.words.public
        assert {city.chief.pk, city.anchor.pk} <= set(
            Notice.objects.filter(key=f"appeal-event:{line.pk}").values_list("recipient", flat=True)
        )

    def test_a_branch_that_has_it_loses_it_too(self, city, appeal):
        assert recuse(appeal, actor=city.staff, branch=city.branch, text="是当事人。").current.level == "COMMITTEE"
        assert not sees(city.secretary, appeal)

    def test_a_contact_that_has_it_too(self, city):
        moved = recuse(submit_appeal(city), actor=city.staff, person=city.member, text="是亲戚。")
        assert moved.current.level == "COMMITTEE" and not sees(city.member, moved)

    def test_the_clock_passes_over_a_branch_that_must_not_have_it(self, city):
        appeal = submit_appeal(city)
        recuse(appeal, actor=city.staff, branch=city.branch, text="是当事人。")
        let_lapse(appeal)
        sweeps.escalate(timezone.now())
        assert fresh(appeal).current.level == "COMMITTEE"
        line = appeal.events.get(verb="escalate")
        assert line.facts["passed_over"] == []  # not vacant, and nobody needs to read of it

    def test_at_the_committee_the_deadline_goes_on(self, city):
        appeal = submit_appeal(city, city.free_anchor.anchor)
        due_at = services.accept(appeal, actor=city.staff).current.due_at
        moved = recuse(appeal, actor=city.chief, person=city.staff, text="是亲戚。")
        assert (moved.current.due_at, moved.current.holder) == (due_at, None)

    def test_what_was_put_aside_there_stays_so_in_other_hands(self, city):
        appeal = services.accept(submit_appeal(city, city.free_anchor.anchor), actor=city.staff)
        pausing.suspend(appeal, actor=city.staff, reason="WAITS_FOR_ANCHOR", text="请补一张回单。", days=3)
        before = fresh(appeal).current
        after = recuse(appeal, actor=city.staff, person=city.staff, text="是亲戚。").current
        kept = ("pk", "resume_at", "minutes_left", "due_at", "accepted_at")
        assert [getattr(after, name) for name in kept] == [getattr(before, name) for name in kept]
        assert (fresh(appeal).status, after.holder_id) == ("SUSPENDED", city.chief.pk)
        line = appeal.events.get(verb="recuse")
        assert Notice.objects.filter(key=f"appeal-event:{line.pk}", recipient=city.chief).exists()
        resume_by_clock(before.resume_at)
        assert fresh(appeal).status == "HANDLING"
        assert invariants.broken() == {} and list(faults(appeal.number)) == []

    def test_those_that_followed_it_go_on_alone(self, city, appeal):
        child = merging.merge(submit_appeal(city, city.other_anchor.anchor), actor=city.staff, lead=appeal)
        recuse(appeal, actor=city.staff, branch=city.branch, text="是当事人。")
        assert services.accept(child, actor=city.other_secretary).status == "HANDLING"
        assert child.events.filter(verb="unmerge").count() == 1
        assert invariants.broken() == {} and list(faults()) == []

    def test_what_they_were_told_of_it_leads_nowhere(self, city, appeal):
        recuse(appeal, actor=city.staff, person=city.officer, text="是当事人。")
        told = Notice.objects.filter(recipient=city.officer)
        assert list(told.values_list("url", "text")) == [("", TAKEN_BACK)]
        assert not Notice.objects.filter(recipient=city.secretary, url="").exists()

    def test_one_may_step_back_oneself(self, city, appeal):
        sent = Visitor(city, "staff").ask(
            "POST", reverse("appeals:recuse", args=[appeal.pk]),
            {"person": city.staff.pk, "text": "是我亲戚。", "version": appeal.version},
        )
        assert (sent.status_code, sent.url) == (302, reverse("appeals:list"))
        assert not sees(city.staff, appeal)
        assert Caller(city.chief).act("recuse", {"id": appeal.pk, "version": appeal.version + 1}, **{
            "person": city.chief.pk, "text": "我也是。"
        }).status_code == 204

    def test_only_the_committee_and_at_any_status(self, city, appeal):
        with pytest.raises(PermissionDenied):
            recuse(appeal, actor=city.secretary, person=city.officer, text="是当事人。")
        services.withdraw(appeal, actor=city.anchor)
        recuse(appeal, actor=city.staff, person=city.officer, text="是当事人。")
        assert not sees(city.officer, appeal)

    @pytest.mark.parametrize(
        "whom", [{}, {"person": "officer", "branch": "branch"}, {"person": "anchor"}, {"person": "recused"}]
    )
    def test_whom_it_cannot_be(self, city, appeal, whom):
        city.recused = city.secretary
        recuse(appeal, actor=city.staff, person=city.recused, text="是当事人。")
        named = {what: getattr(city, who) for what, who in whom.items()}
        with pytest.raises(ValidationError):
            recuse(appeal, actor=city.staff, text="是当事人。", **named)

    def test_the_last_one_to_step_back_leaves_a_word_to_the_administrator(self, city):
        appeal = submit_appeal(city, city.free_anchor.anchor)
        recuse(appeal, actor=city.chief, person=city.staff, text="是亲戚。")
        recuse(appeal, actor=city.chief, person=city.chief, text="我也是。")
        assert city.admin.pk in heard(appeal) and not sees(city.chief, appeal)

    def test_what_must_hold_holds(self, city, appeal):
        services.accept(appeal, actor=city.officer)
        recuse(appeal, actor=city.staff, person=city.officer, text="是当事人。")
        submit_appeal(city, confidentiality="confidential", about="contact")
        assert invariants.broken() == {}
        appeal.current.holder = city.officer
        Appeal.objects.get(pk=appeal.pk).stages.filter(left_at=None).update(holder=city.officer)
        assert "nobody_recused_has_it_afterwards" in invariants.broken()


class TestTheForm:
    def test_it_offers_whom_the_anchor_has(self, city, sign_in):
        page = sign_in(city.anchor).get(reverse("appeals:new")).content.decode()
        assert re.search("谁能看到、要避开谁", page) and "所在支部" in page and "所在企业" not in page
        assert "这件事与谁有关" not in sign_in(city.free_anchor).get(reverse("appeals:new")).content.decode()

    def test_what_is_ticked_is_what_is_filed(self, city, sign_in):
        words = {"category": "A", "body": "说话难听。", "agree": "on", "submit_key": str(uuid.uuid4())}
        client = sign_in(city.anchor)
        client.post(reverse("appeals:new"), {**words, "confidentiality": "confidential", "about": ["contact"]})
        appeal = Appeal.objects.get()
        assert (appeal.confidentiality, appeal.current.level) == ("confidential", "COMMITTEE")
        again = client.post(reverse("appeals:new"), {**words, "about": ["boss"]})
        assert again.status_code == 400 and "请从列出来的里选" in again.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("who", ["member", "secretary", "officer", "two_posts"])
def test_on_no_page_does_the_name_stand_near_a_confidential_appeal(city, who):
    """Every page and answer that can be read: where the appeal's title or number stands, its anchor does not."""
    scene = scenes.build(city)
    row = scene.rows["confidential"]
    Appeal.objects.exclude(pk=row.pk).exclude(anchor=None).update(anchor=city.other_anchor.anchor)
    visitor, wrong = Visitor(city, who), []
    own = [(reverse(name, args=[row.pk]), {}) for name in ("appeals:detail", "api:appeal", "api:trail")]
    for url, query in [*test_access.TestHidden().addresses(scene), *own]:
        text = readable(visitor.get(url, **query))
        if row.title in text or row.number in text or (url, query) in own:
            wrong += [f"{url} {query}: {word}" for word in NAMES if word in text]
    assert not wrong, "\n".join(wrong)
