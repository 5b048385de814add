"""Who looks after whom: one by one, a whole list, the anchor's own word, and contacts who leave."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from anchors.contacts import services
from anchors.contacts.models import ContactChange, ContactSpread, ContactWish
from anchors.contacts.spreading import SOFT_LIMIT, LeftOut
from anchors.contacts.sweeps import return_anchors
from anchors.registry.models import Anchor
from members.models import Member
from notices.models import Notice
from xinyu_portal.errors import Conflict

DAY = date(2025, 1, 1)


@pytest.fixture
def anchor(city):
    return city.anchor.anchor


def fresh(anchor):
    return Anchor.objects.get(pk=anchor.pk)


def many(city, n, **links):
    """`n` anchors of the branch without a contact, unless `links` say otherwise."""
    first = User.objects.count()
    people = User.objects.bulk_create(
        User(username=f"a{no}", name=f"主播{no}", password="!") for no in range(first, first + n)
    )
    Anchor.objects.bulk_create(
        Anchor(**{"user": user, "stage_name": user.name, "branch": city.branch, "enrolled_on": DAY, **links})
        for user in people
    )
    return Anchor.objects.filter(user__in=people)


def titles(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


class TestAssigning:
    def test_the_new_contact_is_on_the_row_in_the_history_and_told(self, city, anchor):
        services.assign_contact(anchor, member=city.officer, actor=city.secretary)
        assert fresh(anchor).contact == city.officer
        change = ContactChange.objects.get()
        assert (change.before, change.after, change.by, change.why) == (
            city.member, city.officer, city.secretary, "ASSIGNED",
        )
        assert titles(city.officer) == ["请您联系一位主播"]
        assert titles(city.member) == ["有一位主播不再由您联系"]
        assert titles(city.anchor) == ["您的联系党员换了"]

    @pytest.mark.parametrize("who", ["secretary", "officer", "staff", "chief"])
    def test_the_branchs_handlers_and_the_committee_may(self, city, anchor, who):
        services.assign_contact(anchor, member=city.officer, actor=getattr(city, who))
        assert fresh(anchor).contact == city.officer

    @pytest.mark.parametrize("who", ["member", "anchor", "other_secretary", "auditor", "clerk", "admin", "stranger"])
    def test_nobody_else_may(self, city, anchor, who):
        with pytest.raises(PermissionDenied):
            services.assign_contact(anchor, member=city.officer, actor=getattr(city, who))
        assert fresh(anchor).contact == city.member and not ContactChange.objects.exists()

    @pytest.mark.parametrize("who", ["stranger", "other_secretary", "staff"])
    def test_only_members_of_the_branch(self, city, anchor, who):
        with pytest.raises(ValidationError) as refused:
            services.assign_contact(anchor, member=getattr(city, who), actor=city.secretary)
        assert "支部的党员" in refused.value.message_dict["member"][0]

    def test_not_one_who_left_or_may_not_log_in(self, city, anchor):
        Member.objects.filter(user=city.officer).update(left_on=timezone.localdate())
        User.objects.filter(pk=city.secretary.pk).update(is_active=False)
        for member in (city.officer, city.secretary):
            with pytest.raises(ValidationError):
                services.assign_contact(anchor, member=member, actor=city.staff)

    def test_who_leaves_tomorrow_is_still_one_today(self, city, anchor):
        Member.objects.filter(user=city.officer).update(left_on=timezone.localdate() + timedelta(days=1))
        assert services.assign_contact(anchor, member=city.officer, actor=city.staff).contact == city.officer

    def test_not_the_anchor_themself(self, city, anchor):
        Member.objects.create(user=city.anchor, branch=city.branch, joined_on=DAY)
        with pytest.raises(ValidationError):
            services.assign_contact(anchor, member=city.anchor, actor=city.secretary)

    def test_not_one_who_said_no_and_not_without_a_branch(self, city, anchor):
        Anchor.objects.filter(pk=anchor.pk).update(accepts_contact=False)
        for row in (anchor, city.free_anchor.anchor):
            with pytest.raises(Conflict):
                services.assign_contact(row, member=city.officer, actor=city.staff)

    def test_who_was_overtaken_is_told(self, city, anchor):
        services.assign_contact(fresh(anchor), member=city.officer, actor=city.secretary)
        with pytest.raises(Conflict):
            services.assign_contact(anchor, member=city.secretary, actor=city.staff)
        with pytest.raises(Conflict):
            services.assign_contact(fresh(anchor), member=city.secretary, actor=city.staff, seen=city.member.pk)
        assert fresh(anchor).contact == city.officer

    def test_the_same_once_more_changes_nothing(self, city, anchor):
        for _ in range(2):
            services.assign_contact(anchor, member=city.officer, actor=city.secretary)
        assert ContactChange.objects.count() == 1

    def test_more_than_ten_is_a_warning_and_no_refusal(self, city, anchor):
        many(city, SOFT_LIMIT - 1, contact=city.officer)
        [one, another] = many(city, 2)
        services.assign_contact(one, member=city.officer, actor=city.secretary)
        assert services.over_limit(city.officer) == ""
        services.assign_contact(another, member=city.officer, actor=city.secretary)
        assert services.over_limit(city.officer) == "陆南枝现在联系 11 名主播，建议不超过 10 名。"


class TestSpreading:
    @pytest.fixture
    def members(self, city):
        return [city.member, city.officer, city.secretary]

    def counts(self, members):
        return [Anchor.objects.filter(contact=member).count() for member in members]

    def test_those_with_the_fewest_come_first(self, city, members):
        many(city, 4, contact=city.officer)
        services.spread(many(city, 10), members=members, actor=city.secretary)
        assert self.counts(members) == [5, 5, 5]

    def test_who_is_left_out_and_why(self, city, members):
        many(city, 2)
        many(city, 1, accepts_contact=False)
        plan = services.preview(Anchor.objects.all(), members=members)
        assert plan.left_out == {
            LeftOut.NO_BRANCH: 1, LeftOut.HAS_ONE: 1, LeftOut.SAID_NO: 1, LeftOut.NOBODY: 1,
        }
        assert sorted(share.gets for share in plan.shares) == [0, 1, 1]

    def test_nobody_gets_themself(self, city):
        Member.objects.create(user=city.free_anchor, branch=city.branch, joined_on=DAY)
        Anchor.objects.filter(user=city.free_anchor).update(branch=city.branch)
        mine = Anchor.objects.filter(user=city.free_anchor)
        with pytest.raises(ValidationError):
            services.spread(mine, members=[city.free_anchor], actor=city.secretary)
        services.spread(mine, members=[city.free_anchor, city.member], actor=city.secretary)
        assert mine.get().contact == city.member

    def test_another_list_than_was_looked_at_is_refused(self, city, members):
        rows = many(city, 3)
        mark = services.preview(rows, members=members).mark
        rows.filter(pk=rows.first().pk).update(accepts_contact=False)
        with pytest.raises(Conflict):
            services.spread(rows, members=members, actor=city.secretary, mark=mark)
        assert self.counts(members) == [1, 0, 0]

    def test_the_same_list_twice_is_one_run(self, city, members):
        rows = many(city, 3)
        mark = services.preview(rows, members=members).mark
        runs = {services.spread(rows, members=members, actor=city.secretary, mark=mark).pk for _ in range(2)}
        assert len(runs) == 1 and ContactChange.objects.count() == 3

    def test_not_beyond_the_own_branch(self, city, members):
        with pytest.raises(PermissionDenied):
            services.spread(Anchor.objects.all(), members=members, actor=city.secretary)
        assert not ContactSpread.objects.exists()

    def test_a_thousand_in_few_statements(self, city, members):
        rows = many(city, 1000)
        with CaptureQueriesContext(connection) as said:
            services.spread(rows, members=members, actor=city.secretary)
        assert len(said) <= 40, len(said)  # SQLite cuts long inserts into many
        assert sum(self.counts(members)) == 1001

    def test_each_contact_hears_once_and_who_did_it_never(self, city, members):
        services.spread(many(city, 5), members=members, actor=city.secretary)
        assert titles(city.officer) == ["请您联系 2 名主播"] and titles(city.secretary) == []

    def test_undo_restores_only_what_is_as_the_spread_left_it(self, city, members):
        rows = list(many(city, 6))
        run = services.spread(Anchor.objects.filter(pk__in=[r.pk for r in rows]), members=members, actor=city.secretary)
        moved, declined = fresh(rows[0]), fresh(rows[1])
        other = next(member for member in members if member.pk != moved.contact_id)
        services.assign_contact(moved, member=other, actor=city.secretary)
        services.decline_contact(declined, actor=declined.user)
        assert services.undo_spread(run, actor=city.staff) == (4, 2)
        assert fresh(moved).contact == other and Anchor.objects.filter(contact=None, branch=city.branch).count() == 5
        with pytest.raises(Conflict):
            services.undo_spread(run, actor=city.staff)

    def test_whose_office_ended_undoes_nothing(self, city, members):
        run = services.spread(many(city, 2), members=members, actor=city.secretary)
        city.secretary.posts.update(until=DAY)
        with pytest.raises(PermissionDenied):
            services.undo_spread(run, actor=User.objects.get(pk=city.secretary.pk))


class TestTheAnchorsOwnWord:
    def test_a_wish_changes_nothing_but_the_work_list(self, city, anchor):
        services.wish_for_another(anchor, actor=city.anchor, reason="TIME")
        services.wish_for_another(anchor, actor=city.anchor, reason="FAR")
        assert fresh(anchor).contact == city.member and ContactWish.objects.get().reason == "FAR"
        assert titles(city.secretary) == ["有 1 名主播想换联系党员"] and titles(city.member) == []

    def test_a_wish_is_taken_back_or_ends_with_the_change(self, city, anchor):
        services.wish_for_another(anchor, actor=city.anchor)
        services.withdraw_wish(anchor, actor=city.anchor)
        assert not ContactWish.objects.exists()
        services.wish_for_another(anchor, actor=city.anchor)
        services.assign_contact(anchor, member=city.officer, actor=city.secretary)
        assert not ContactWish.objects.exists()

    def test_no_free_words_about_people(self, city, anchor):
        with pytest.raises(ValidationError):
            services.wish_for_another(anchor, actor=city.anchor, reason="他说话难听")

    def test_no_is_no_at_once_and_may_be_taken_back(self, city, anchor):
        services.decline_contact(anchor, actor=city.anchor)
        assert fresh(anchor).contact is None and fresh(anchor).accepts_contact is False
        assert ContactChange.objects.get().why == "DECLINED"
        services.accept_contact(anchor, actor=city.anchor)
        assert fresh(anchor).accepts_contact is True and "有 1 名主播等安排联系党员" in titles(city.secretary)

    @pytest.mark.parametrize("verb", ["wish_for_another", "withdraw_wish", "decline_contact", "accept_contact"])
    def test_nobody_speaks_for_the_anchor(self, city, anchor, verb):
        for who in (city.secretary, city.staff, city.member):
            with pytest.raises(PermissionDenied):
                getattr(services, verb)(anchor, actor=who)

    def test_without_a_contact_there_is_nothing_to_change(self, city):
        with pytest.raises(Conflict):
            services.wish_for_another(city.free_anchor.anchor, actor=city.free_anchor)


class TestContactsWhoLeave:
    def test_nothing_to_return_where_all_is_well(self, city):
        assert return_anchors(timezone.now()) == 0 and not ContactChange.objects.exists()

    @pytest.mark.parametrize("how", ["left", "disabled", "moved", "branchless", "said no"])
    def test_the_anchor_comes_back_to_the_list(self, city, anchor, how):
        rows = Anchor.objects.filter(pk=anchor.pk)
        {
            "left": lambda: Member.objects.filter(user=city.member).update(left_on=timezone.localdate()),
            "disabled": lambda: User.objects.filter(pk=city.member.pk).update(is_active=False),
            "moved": lambda: rows.update(branch=city.other_branch),
            "branchless": lambda: rows.update(branch=None),
            "said no": lambda: rows.update(accepts_contact=False),
        }[how]()
        assert return_anchors(timezone.now()) == 1
        change = ContactChange.objects.get()
        assert (change.before, change.after, change.by, change.why) == (city.member, None, None, "LEFT")
        assert fresh(anchor).contact is None and titles(city.anchor) == ["您的联系党员不再联系您"]
        assert return_anchors(timezone.now()) == 0

    def test_the_branch_hears_once_for_all_of_them(self, city):
        many(city, 30, contact=city.member)
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        assert return_anchors(timezone.now()) == 31
        assert titles(city.secretary) == ["有 31 名主播要重新安排联系党员"]

    def test_one_that_cannot_be_done_holds_up_no_other(self, city, monkeypatch, settings):
        settings.CONTACT_ENDED = ["tests.anchors.test_contacts.refuse"]
        many(city, 4, contact=city.member)
        monkeypatch.setattr("tests.anchors.test_contacts.REFUSED", {city.anchor.anchor.pk})
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        assert return_anchors(timezone.now()) == 4
        assert fresh(city.anchor.anchor).contact == city.member


REFUSED = set()


def refuse(anchor_ids, *, at):
    if REFUSED & set(anchor_ids):
        raise RuntimeError
