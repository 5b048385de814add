"""What becomes of open appeals when the contact ends or changes: they enter anew (design §4 Entry)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from anchors.contacts import services as contacts
from anchors.contacts.sweeps import return_anchors
from anchors.registry.models import Anchor
from appeals import invariants, services
from appeals.models import Appeal
from branches.organisation.models import Post
from members.models import Member
from notices.models import Notice
from tests.factories import many_like, submit_appeal


@pytest.fixture
def appeal(city):
    return submit_appeal(city)


@pytest.fixture(autouse=True)
def the_chain_holds(city):
    yield
    assert invariants.broken() == {}


def now(appeal):
    return Appeal.objects.select_related("current", "anchor").get(pk=appeal.pk)


def leave(city):
    Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
    return return_anchors(timezone.now())


def titles(user):
    return list(Notice.objects.filter(recipient=user, key__startswith="appeal-event").values_list("title", flat=True))


class TestAnotherContact:
    def test_it_is_a_new_stage_at_the_new_contact(self, city, appeal):
        services.accept(appeal, actor=city.member)
        contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
        appeal = now(appeal)
        assert (appeal.status, appeal.current.level, appeal.current.seq) == ("SUBMITTED", "MEMBER", 2)
        assert appeal.current.holder == city.officer and appeal.current.accepted_at is None
        assert appeal.current.due_at > appeal.current.entered_at
        assert "有新的诉求等您接单" in titles(city.officer)
        assert "您的诉求转给了新的联系党员" in titles(city.anchor)

    def test_the_new_one_acts_and_the_old_one_only_reads(self, city, appeal):
        contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
        services.reply(now(appeal), actor=city.officer, text="赔 300 元。")
        assert Appeal.objects.visible_to(city.member).filter(pk=appeal.pk).exists()

    def test_the_timeline_reads_right_for_both(self, city, sign_in, appeal):
        contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
        for who in (city.anchor, city.staff, city.officer):
            page = sign_in(who).get(f"/appeals/{appeal.pk}/").content.decode()
            assert "联系党员换了，已转到新的联系党员。" in page, who
            assert "到点自动" not in page

    def test_what_is_not_at_the_contact_stays(self, city, appeal):
        above = services.hand_up(submit_appeal(city), actor=city.member)
        answered = services.reply(submit_appeal(city), actor=city.member, text="赔了。")
        contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
        assert now(above).current_id == above.current_id and now(answered).current_id == answered.current_id

    def test_the_committees_page_counts_no_climb(self, city, sign_in, appeal):
        contacts.assign_contact(appeal.anchor, member=city.officer, actor=city.secretary)
        nodes = sign_in(city.staff).get("/committee/").context["nodes"]
        assert [node.came for node in nodes] == [(), ("上交 0", "自动 0"), ("上交 0", "自动 0")]


class TestNoContact:
    def test_it_goes_to_the_branch(self, city, appeal):
        assert leave(city) == 1
        appeal = now(appeal)
        assert (appeal.current.level, appeal.current.branch, appeal.current.holder) == ("BRANCH", city.branch, None)
        assert "有新的诉求等您接单" in titles(city.secretary)
        assert "您的诉求已转到上一级" in titles(city.anchor)

    def test_a_branch_without_anybody_is_passed_over_and_named(self, city, sign_in, appeal):
        Post.objects.filter(branch=city.branch).update(until="2025-01-01")
        leave(city)
        assert now(appeal).current.level == "COMMITTEE"
        page = sign_in(city.anchor).get(f"/appeals/{appeal.pk}/").content.decode()
        assert "已转到市行业党委。 支部没有人可以接单" in page

    def test_an_anchor_who_moved_is_with_the_new_branch(self, city, appeal):
        Anchor.objects.filter(pk=appeal.anchor_id).update(branch=city.other_branch)
        return_anchors(timezone.now())
        assert now(appeal).current.branch == city.other_branch
        services.accept(now(appeal), actor=city.other_secretary)

    def test_who_does_not_want_a_contact_is_served_by_the_branch(self, city, appeal):
        contacts.decline_contact(appeal.anchor, actor=city.anchor)
        assert now(appeal).current.level == "BRANCH"
        assert "有新的诉求等您接单" in titles(city.officer)

    def test_a_new_appeal_enters_where_the_anchor_stands_now(self, city):
        stale = Anchor.objects.select_related("contact").get(user=city.anchor)
        contacts.decline_contact(stale, actor=city.anchor)
        stale.contact = city.member
        assert submit_appeal(city, anchor=stale).current.level == "BRANCH"

    def cost(self):
        with CaptureQueriesContext(connection) as said:
            return_anchors(timezone.now())
        return len(said)

    def test_fifty_appeals_cost_as_many_statements_as_one(self, city, appeal):
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        few = self.cost()
        Member.objects.filter(user=city.member).update(left_on=None)
        contacts.assign_contact(Anchor.objects.get(pk=appeal.anchor_id), member=city.member, actor=city.secretary)
        many_like(submit_appeal(city), 49)
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        assert self.cost() <= few + 4  # SQLite cuts long inserts
        assert not Appeal.objects.filter(current__level="MEMBER", status="SUBMITTED").exists()
