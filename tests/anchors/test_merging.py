"""Two entries of one person become one and two again; appeals and trails stay as they were filed."""

from datetime import date
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import tokens
from accounts.models import User
from anchors.activation import services as activation
from anchors.census import services as census_services
from anchors.census.models import Import
from anchors.census.rounds import missing
from anchors.contacts import services as contacts
from anchors.contacts import spreading
from anchors.contacts.models import ContactChange, ServiceLog
from anchors.merging import services
from anchors.merging.models import Merge
from anchors.merging.suggestions import suggestions
from anchors.moves.policy import within_reach
from anchors.newcomers import policy as newcomer_policy
from anchors.newcomers import services as newcomers
from anchors.registry import own
from anchors.registry import services as registry
from anchors.registry.figures import linked
from anchors.registry.models import Anchor, PlatformAccount
from anchors.registry.policy import links, voices_of
from anchors.registry.services import refresh_words
from appeals import invariants
from appeals import services as appeals
from appeals.models import Appeal
from branches.organisation.models import Post, Role
from members.models import Member
from notices.models import Notice
from tests.appeals.test_races import at_once
from tests.census_files import census, row
from tests.factories import many_like, poster_appeal, submit_appeal
from tests.statements import statements
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
LIST, NEW = "/anchors/merging/", "/anchors/merging/new/"


def entry(city, username="twice", name="林小禾", *, phone=None, password=None, branch=None, **columns):
    """A second entry of a person, by default of the cast's anchor and branch."""
    user = User.objects.create_user(username, password, name=name, phone=phone)
    anchor = Anchor.objects.create(
        user=user, stage_name=f"{name}{username}", enrolled_on=date(2025, 1, 1), branch=branch or city.branch, **columns
    )
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    return anchor


def account(anchor, nickname, platform="DOUYIN"):
    PlatformAccount.objects.create(
        anchor=anchor, platform=platform, nickname=nickname, followers_band="UNDER_1K", as_of=date(2026, 1, 1)
    )
    refresh_words(Anchor.objects.filter(pk=anchor.pk))


@pytest.fixture
def twice(city):
    """`city.twice`: the same person registered again, with an account and an open appeal."""
    city.twice = entry(city, phone="13907900002", contact=city.member)
    account(city.twice, "小禾二号")
    city.second = submit_appeal(city, city.twice, title="第二条登记下的诉求")
    return city


def merged(city, **overrides):
    return services.merge(city.anchor.anchor, city.twice, **{"actor": city.staff, **overrides})


def seen_by(user):
    fresh = User.objects.get(pk=user.pk)  # what a person speaks for is read once a loaded row
    return set(Appeal.objects.visible_to(fresh).values_list("title", flat=True))


def contact_of(anchor):
    return Anchor.objects.get(pk=anchor.pk).contact


class TestTheMerge:
    def test_takes_the_accounts_over_and_the_entry_off_every_list(self, twice, sign_in):
        merged(twice)
        assert [row.nickname for row in twice.anchor.anchor.accounts.all()] == ["小禾二号"]
        for user in (twice.staff, twice.secretary, twice.member):
            assert twice.twice not in Anchor.objects.visible_to(user)
            assert sign_in(user).get(f"/anchors/{twice.twice.pk}/").status_code == 404
        assert twice.anchor.anchor in Anchor.objects.visible_to(twice.staff).search("小禾二号")

    def test_the_kept_person_reads_and_judges_what_was_filed_under_the_other(self, twice, sign_in):
        merged(twice)
        assert "第二条登记下的诉求" in seen_by(twice.anchor)
        appeals.reply(twice.second, actor=twice.member, text="赔了。")
        client = sign_in(twice.anchor)
        assert "第二条登记下的诉求" in client.get("/appeals/", {"tab": "judge"}).content.decode()
        page = client.get(f"/appeals/{twice.second.pk}/").content.decode()
        assert "赔了。" in page and "您" in page
        done = appeals.confirm(twice.second, actor=twice.anchor, outcome="RESOLVED", rating=5, contacted=True)
        assert done.status == "CLOSED"

    def test_rewrites_no_line_of_the_trail(self, twice):
        before = list(twice.second.events.values())
        merged(twice)
        assert list(twice.second.events.values()) == before
        assert Appeal.objects.get(pk=twice.second.pk).anchor == twice.twice
        appeals.reply(twice.second, actor=twice.member, text="赔了。")
        assert invariants.broken() == {}

    def test_notices_go_to_the_person_who_is_kept(self, twice):
        merged(twice)
        appeals.accept(twice.second, actor=twice.member)
        assert Notice.objects.filter(recipient=twice.anchor, title="您的诉求已接单").exists()

    def test_nobody_handles_an_own_appeal_of_the_other_entry(self, twice):
        up = appeals.hand_up(twice.second, actor=twice.member)
        Post.objects.create(user=twice.anchor, role=Role.DEPUTY, branch=twice.branch, since=date(2025, 1, 1))
        merged(twice)
        assert not Appeal.objects.with_me(twice.anchor).exists()
        with pytest.raises(PermissionDenied):
            appeals.accept(up, actor=User.objects.get(pk=twice.anchor.pk))

    def test_the_other_login_is_closed(self, twice, sign_in):
        user = twice.twice.user
        client, (_, token) = sign_in(user), tokens.issue(user)
        merged(twice)
        assert client.get("/appeals/").status_code == 302
        answer = client.get("/api/v1/me/", headers={"Authorization": f"Token {token}"})
        assert answer.status_code == 401

    def test_an_account_that_both_name_stays_where_it_is(self, twice):
        account(twice.anchor.anchor, "小禾二号")
        assert merged(twice).moved["accounts"] == []
        assert twice.twice.accounts.count() == 1

    def test_tells_the_person_and_the_contact_not_the_actor(self, twice):
        merged(twice)
        assert Notice.objects.filter(recipient=twice.anchor, title="您的两条登记合并成了一条").exists()
        assert Notice.objects.filter(recipient=twice.member, title__contains="两条登记合并成了一条").exists()
        assert not Notice.objects.filter(recipient=twice.staff).exists()


class TestTheContact:
    def test_goes_over_to_who_has_none(self, twice):
        Anchor.objects.filter(user=twice.anchor).update(contact=None)
        merged(twice)
        assert (contact_of(twice.anchor.anchor), contact_of(twice.twice)) == (twice.member, None)
        twice.second.refresh_from_db()
        assert twice.second.current.holder == twice.member  # the appeal stays with whom it was
        changes = ContactChange.objects.of(twice.anchor.anchor).order_by("pk")
        assert [(change.before, change.after, change.why) for change in changes] == [
            (None, twice.member, "MERGED"), (twice.member, None, "MERGED"),
        ]

    def test_of_the_one_that_is_kept_takes_the_appeals_of_the_other(self, twice):
        Anchor.objects.filter(pk=twice.twice.pk).update(contact=twice.officer)
        third = submit_appeal(twice, Anchor.objects.get(pk=twice.twice.pk), title="第三件")
        merged(twice)
        third.refresh_from_db()
        assert third.current.holder == twice.member and invariants.broken() == {}

    def test_who_is_no_member_there_ends_and_the_branch_has_the_appeal(self, twice):
        Anchor.objects.filter(user=twice.anchor).update(contact=None, branch=twice.other_branch)
        merged(twice)
        twice.second.refresh_from_db()
        assert contact_of(twice.anchor.anchor) is None
        assert (twice.second.current.level, twice.second.current.branch) == ("BRANCH", twice.other_branch)

    def test_that_ends_later_lets_go_of_both(self, twice):
        merged(twice)
        contacts.decline_contact(twice.anchor.anchor, actor=twice.anchor)
        twice.second.refresh_from_db()
        assert twice.second.current.level == "BRANCH" and invariants.broken() == {}

    def test_has_one_log_of_what_was_done_for_both(self, twice):
        for anchor, topic in ((twice.anchor.anchor, "A"), (twice.twice, "A"), (twice.twice, "B")):
            contacts.log_service(anchor, actor=twice.member, channel="PHONE", topic=topic)
        made = merged(twice)
        assert sorted(twice.anchor.anchor.service_logs.values_list("topic", flat=True)) == ["A", "B"]
        assert len(made.moved["logs"]) == 1 and twice.twice.service_logs.count() == 1


class TestEverybodyElse:
    def test_cannot_change_an_entry_that_is_merged(self, twice):
        merged(twice)
        with pytest.raises(Conflict):
            registry.correct(twice.twice, actor=twice.staff, stage_name="改名")
        with pytest.raises(Conflict):
            contacts.assign_contact(twice.twice, member=twice.officer, actor=twice.secretary)
        with pytest.raises(Conflict):
            activation.issue(twice.twice, actor=twice.secretary)

    def test_tells_the_person_what_is_still_held_of_the_other_entry(self, twice):
        merged(twice)
        said = own.as_text(own.everything(User.objects.get(pk=twice.anchor.pk)))
        assert "13907900002" in said and twice.twice.stage_name in said and "第二条登记下的诉求" in said

    def test_moves_nobody_who_is_merged(self, twice):
        merged(twice)
        assert twice.twice not in within_reach(twice.staff, twice.other_branch)

    def test_counts_the_person_once(self, twice):
        merged(twice)
        figure = linked.count([twice.branch.pk], None, None)[twice.branch.pk]
        assert (figure.value, figure.denominator) == (1, 1)
        assert spreading.load_of([twice.member.pk]) == {twice.member.pk: 1}
        assert links(User.objects.get(pk=twice.member.pk)).linked == 1

    def test_finds_the_one_that_is_kept_by_the_phone_of_the_other(self, twice):
        merged(twice)
        newcomer = poster_appeal(twice, name="林小禾", phone="13907900002").anchor.newcomer
        found = newcomer_policy.candidates(newcomer, twice.secretary)
        assert list(found) == [twice.anchor.anchor]

    def test_who_was_joined_before_comes_along(self, twice):
        appeal = poster_appeal(twice, name="林小禾", phone="13907900002")
        newcomers.join(appeal.anchor.newcomer, actor=twice.secretary, anchor=twice.twice)
        merged(twice)
        assert appeal.title in seen_by(twice.anchor)
        assert voices_of(appeal.anchor) == {appeal.anchor.user_id, twice.twice.user_id, twice.anchor.pk}


class TestTheCensus:
    def test_updates_the_one_that_is_kept_by_either_phone(self, twice):
        merged(twice)
        phones = ("13807900002", "13907900002")
        said = {"姓名": "林小禾", "网名": "禾禾"}
        uploaded = census_services.upload(
            census(*(row(手机号码=phone, 账号名称=f"禾禾{no}", **said) for no, phone in enumerate(phones))),
            file_name="摸底.xlsx", actor=twice.staff,
        )
        census_services.work()
        census_services.confirm(uploaded, actor=twice.staff)
        census_services.work()
        done = Import.objects.get(pk=uploaded.pk)
        assert (done.state, done.counts["new"], done.counts["changed"]) == ("DONE", 0, 2)
        assert missing(done.round).count() == 0
        kept = Anchor.objects.get(user=twice.anchor)
        assert kept.stage_name == "禾禾"
        assert {"禾禾0", "禾禾1"} <= set(kept.accounts.values_list("nickname", flat=True))
        assert Anchor.objects.get(pk=twice.twice.pk).stage_name == twice.twice.stage_name
        assert kept in Anchor.objects.search("禾禾1")


class TestWhoMay:
    @pytest.mark.parametrize("who", ["staff", "chief", "secretary", "officer"])
    def test_the_committee_and_the_branch_of_both(self, twice, who):
        assert merged(twice, actor=getattr(twice, who)).pk

    @pytest.mark.parametrize("who", ["member", "anchor", "other_secretary", "auditor", "clerk", "stranger"])
    def test_nobody_else(self, twice, who):
        with pytest.raises(PermissionDenied):
            merged(twice, actor=getattr(twice, who))
        assert not Merge.objects.exists()

    def test_a_branch_does_not_reach_into_another(self, twice):
        Anchor.objects.filter(pk=twice.twice.pk).update(branch=twice.other_branch)
        for who in (twice.secretary, twice.other_secretary):
            with pytest.raises(PermissionDenied):
                merged(twice, actor=who)
        assert merged(twice).pk

    def test_two_who_both_log_in_only_by_the_committee_and_with_a_reason(self, twice):
        for user in (twice.anchor, twice.twice.user):
            user.set_password("correct horse battery staple")
            user.save()
        with pytest.raises(Conflict):
            merged(twice, actor=twice.secretary, reason="本人说的。")
        with pytest.raises(Exception, match="请写一句") as refused:
            merged(twice)
        assert "reason" in refused.value.message_dict
        assert merged(twice, reason=" 本人到办公室\n说的。 ").reason == "本人到办公室 说的。"


    def test_two_names_need_a_reason(self, twice):
        User.objects.filter(pk=twice.twice.user_id).update(name="林晓禾")
        with pytest.raises(ValidationError, match="姓名不一样") as refused:
            merged(twice)
        assert "reason" in refused.value.message_dict and not Merge.objects.exists()
        assert merged(twice, reason="录错了字，本人说的。").pk


class TestRefusals:
    def refused(self, kept, gone, actor):
        with pytest.raises(Conflict) as conflict:
            services.merge(kept, gone, actor=actor)
        assert not Merge.objects.exists()
        return conflict.value.message

    def test_with_itself(self, twice):
        assert "不同" in self.refused(twice.twice, twice.twice, twice.staff)

    def test_a_demo_entry_into_a_real_one(self, twice):
        Anchor.objects.filter(pk=twice.twice.pk).update(is_demo=True)
        assert "演示" in self.refused(twice.anchor.anchor, twice.twice, twice.staff)

    @pytest.mark.parametrize("hat", ["post", "member", "contact", "superuser"])
    def test_of_whom_somebody_else_needs_the_login(self, twice, hat):
        user = twice.twice.user
        if hat == "post":
            Post.objects.create(user=user, role=Role.PUBLICITY, branch=twice.branch, since=date(2025, 1, 1))
        elif hat == "member":
            Member.objects.create(user=user, branch=twice.branch, joined_on=date(2015, 7, 1))
        elif hat == "contact":
            Anchor.objects.filter(user=twice.free_anchor).update(contact=user)
        else:
            User.objects.filter(pk=user.pk).update(is_superuser=True)
        assert "不能停用登录" in self.refused(twice.anchor.anchor, twice.twice, twice.staff)

    def test_twice_and_in_chains(self, twice):
        third = entry(twice, "third")
        merged(twice)
        for kept, gone in (
            (twice.anchor.anchor, twice.twice), (twice.twice, third), (third, twice.twice),
            (third, twice.anchor.anchor),
        ):
            with pytest.raises(Conflict):
                services.merge(kept, gone, actor=twice.staff)
        assert services.merge(twice.anchor.anchor, third, actor=twice.staff).pk  # a third one beside the second


class TestUndo:
    def test_restores_everything_as_it_was(self, twice):
        before = self.state(twice)
        services.undo(merged(twice), actor=twice.chief)
        assert self.state(twice) == before
        assert seen_by(twice.anchor) == set() and seen_by(twice.twice.user) == {"第二条登记下的诉求"}

    def state(self, city):
        return (
            list(Anchor.objects.order_by("pk").values()), list(PlatformAccount.objects.order_by("pk").values()),
            list(User.objects.order_by("pk").values("pk", "is_active", "password")),
            list(ServiceLog.objects.order_by("pk").values()),
        )

    def test_brings_logs_and_the_contact_back(self, twice):
        Anchor.objects.filter(user=twice.anchor).update(contact=None)
        contacts.log_service(twice.twice, actor=twice.member, channel="PHONE", topic="A")
        before = self.state(twice)
        services.undo(merged(twice), actor=twice.chief)
        assert self.state(twice) == before
        assert invariants.broken() == {}

    def test_brings_no_contact_back_who_cannot_be_one_any_more(self, twice):
        made = merged(twice)
        Member.objects.filter(user=twice.member).update(left_on=date(2026, 11, 1))
        services.undo(made, actor=twice.staff)
        assert contact_of(twice.twice) is None
        twice.second.refresh_from_db()
        assert twice.second.current.level == "BRANCH" and invariants.broken() == {}

    def test_leaves_a_login_closed_that_was_closed_before(self, twice):
        User.objects.filter(pk=twice.twice.user_id).update(is_active=False)
        services.undo(merged(twice), actor=twice.staff)
        assert not User.objects.get(pk=twice.twice.user_id).is_active

    def test_the_trail_stays_whole(self, twice):
        made = merged(twice)
        appeals.reply(twice.second, actor=twice.member, text="赔了。")
        appeals.confirm(twice.second, actor=twice.anchor, outcome="RESOLVED", rating=5, contacted=True)
        services.undo(made, actor=twice.staff)
        assert invariants.broken() == {}
        assert seen_by(twice.anchor) == set()

    @pytest.mark.parametrize("since", ["account deleted", "account again", "login opened", "kept merged away"])
    def test_is_refused_when_something_contradicts(self, twice, since):
        made = merged(twice)
        if since == "account deleted":
            PlatformAccount.objects.all().delete()
        elif since == "account again":
            account(twice.twice, "小禾二号")
        elif since == "login opened":
            User.objects.filter(pk=twice.twice.user_id).update(is_active=True)
        else:
            Anchor.objects.filter(user=twice.anchor).update(merged_into=entry(twice, "third"))
        with pytest.raises(Conflict) as refused:
            services.undo(made, actor=twice.staff)
        assert "不能原样撤销" in refused.value.message and Merge.objects.get().undone_at is None

    def test_again_changes_nothing(self, twice):
        made = services.undo(merged(twice), actor=twice.staff)
        assert services.undo(made, actor=twice.chief).undone_by == twice.staff

    def test_is_not_for_others(self, twice):
        with pytest.raises(PermissionDenied):
            services.undo(merged(twice), actor=twice.other_secretary)

    def test_and_merged_again_the_other_way(self, twice):
        services.undo(merged(twice), actor=twice.staff)
        again = services.merge(twice.twice, twice.anchor.anchor, actor=twice.staff)
        assert seen_by(twice.twice.user) == {"第二条登记下的诉求"} and again.kept == twice.twice


class TestSuggestions:
    def pairs(self, user):
        return {(pair.one.stage_name, pair.two.stage_name, pair.why) for pair in suggestions(user)}

    def test_ask_about_one_name_with_one_phone_tail_or_account(self, twice):
        other = entry(twice, "third", phone="13907901234")
        account(other, "小禾二号")
        entry(twice, "fourth", "宋阿果", phone="13907990002")
        names = {(one, two) for one, two, _ in self.pairs(twice.staff)}
        assert names == {("小禾说鞋", "林小禾twice"), ("林小禾twice", "林小禾third")}

    def test_are_of_those_whom_one_may_see(self, twice):
        assert len(self.pairs(twice.secretary)) == 1
        assert self.pairs(twice.other_secretary) == self.pairs(twice.stranger) == set()

    def test_end_with_the_merge(self, twice):
        merged(twice)
        assert self.pairs(twice.staff) == set()


class TestPages:
    def sent(self, city, **changes):
        return {"one": city.anchor.anchor.pk, "two": city.twice.pk, "keep": "one", "reason": "", **changes}

    def test_search_compare_merge_and_undo(self, twice, sign_in):
        client = sign_in(twice.secretary)
        assert "姓名和手机尾号一样" in client.get(LIST).content.decode()
        found = client.get(LIST, {"q": "lxh"}).content.decode()
        assert "139****0002" in found and "13907900002" not in found
        compared = client.get(NEW, {"anchor": [twice.anchor.anchor.pk, twice.twice.pk]}).content.decode()
        assert "小禾二号" in compared and "138****0002" in compared and "139****0002" in compared
        done = client.post(NEW, self.sent(twice), follow=True)
        assert "两条登记合并好了" in done.content.decode()
        made = Merge.objects.get()
        assert (made.kept, made.gone) == (twice.anchor.anchor, twice.twice)
        assert "又是两条登记" in client.post(f"{LIST}{made.pk}/undo/", follow=True).content.decode()

    def test_the_right_one_may_be_kept(self, twice, sign_in):
        sign_in(twice.staff).post(NEW, self.sent(twice, keep="two"))
        assert Merge.objects.get().kept == twice.twice

    @pytest.mark.parametrize("query", [{"anchor": 1}, {"one": "x", "two": "9" * 3000}, {"one": 10**30}, {"q": "x"}])
    def test_without_two_entries_it_asks_for_them(self, twice, sign_in, query):
        assert "先选两条登记" in sign_in(twice.staff).get(NEW, query).content.decode()

    def test_a_double_click_ends_at_the_same_merge(self, twice, sign_in):
        client = sign_in(twice.staff)
        first, second = (client.post(NEW, self.sent(twice)) for _ in range(2))
        assert first.url == second.url and Merge.objects.count() == 1

    def test_an_entry_that_is_not_mine_is_not_there(self, twice, sign_in):
        theirs = self.sent(twice, two=twice.other_anchor.anchor.pk)
        answer = sign_in(twice.secretary).post(NEW, theirs)
        assert answer.status_code == 400 and "阿果" not in answer.content.decode()

    def test_two_of_different_branches_that_one_sees_are_403(self, twice, sign_in):
        Post.objects.create(
            user=twice.secretary, role=Role.SECRETARY, branch=twice.other_branch, since=date(2025, 1, 1)
        )
        theirs = self.sent(twice, two=twice.other_anchor.anchor.pk)
        assert sign_in(twice.secretary).post(NEW, theirs).status_code == 403

    def test_a_refusal_is_409_with_what_was_typed(self, twice, sign_in):
        Member.objects.create(user=twice.twice.user, branch=twice.branch, joined_on=date(2015, 7, 1))
        answer = sign_in(twice.staff).post(NEW, self.sent(twice, reason="本人说的"))
        assert answer.status_code == 409
        assert "不能停用登录" in answer.content.decode() and "本人说的" in answer.content.decode()

    def compared(self, city, sign_in, who="staff"):
        return sign_in(getattr(city, who)).get(NEW, {"one": city.anchor.anchor.pk, "two": city.twice.pk})

    def test_two_names_are_said_before_and_need_a_reason(self, twice, sign_in):
        assert "姓名不一样：" not in self.compared(twice, sign_in).content.decode()
        User.objects.filter(pk=twice.twice.user_id).update(name="林晓禾")
        page = self.compared(twice, sign_in)
        assert "姓名不一样：林小禾、林晓禾" in page.content.decode() and page.context["must_say_why"]
        answer = sign_in(twice.staff).post(NEW, self.sent(twice))
        assert answer.status_code == 400 and "请写一句怎么确认" in answer.content.decode()
        assert sign_in(twice.staff).post(NEW, self.sent(twice, reason="录错了字。")).status_code == 302

    def test_what_would_be_refused_is_said_before(self, twice, sign_in):
        page = self.compared(twice, sign_in).content.decode()
        assert "确认是同一个人，合并" in page and "note-amber" not in page
        Anchor.objects.filter(pk=twice.twice.pk).update(is_demo=True)
        page = self.compared(twice, sign_in).content.decode()
        assert page.count("演示的登记和真实的登记不能合并") == 1 and "确认是同一个人，合并" not in page
        answer = sign_in(twice.staff).post(NEW, self.sent(twice, reason="本人说的"))
        page = answer.content.decode()
        assert answer.status_code == 409 and page.count("真实的登记不能合并") == 1 and "本人说的" in page

    def test_what_is_refused_one_way_leaves_the_other(self, twice, sign_in):
        Member.objects.create(user=twice.twice.user, branch=twice.branch, joined_on=date(2015, 7, 1))
        page = self.compared(twice, sign_in)
        assert "不能保留左边这条：并入的这一条有职务" in page.content.decode()
        assert "不能保留右边" not in page.content.decode() and page.context["form"]["keep"].value() == "two"

    def test_two_logins_are_said_to_the_branch_before(self, twice, sign_in):
        for user in (twice.anchor, twice.twice.user):
            user.set_password("correct horse battery staple")
            user.save()
        page = self.compared(twice, sign_in, "secretary").content.decode()
        assert "只有行业党委能合并" in page and "确认是同一个人，合并" not in page

    def test_pages_say_who_stays_by_all_names_and_phone(self, twice, sign_in):
        page = self.compared(twice, sign_in).content.decode()
        assert "左边：小禾说鞋（林小禾）<small>手机 138****0002" in page
        assert "右边：林小禾twice（林小禾）<small>手机 139****0002 · 还没登录过" in page
        client = sign_in(twice.staff)
        page = client.get(LIST).content.decode()
        assert "小禾说鞋（林小禾）" in page and "林小禾twice（林小禾）" in page and "139****0002" in page
        made = merged(twice)
        page = client.get(LIST).content.decode()
        assert "林小禾twice（林小禾） → 小禾说鞋（林小禾）" in page and "留下手机 138****0002" in page
        page = client.get(f"{LIST}{made.pk}/").content.decode()
        assert "林小禾twice（林小禾）并入小禾说鞋（林小禾）" in page and "以后用这条登录" in page

    def test_an_undo_that_contradicts_is_409_with_the_reason(self, twice, sign_in):
        made = merged(twice)
        PlatformAccount.objects.all().delete()
        answer = sign_in(twice.staff).post(f"{LIST}{made.pk}/undo/")
        assert answer.status_code == 409 and "已经删掉" in answer.content.decode()


def test_lists_cost_as_many_statements_with_two_hundred_merged(twice, sign_in):
    merged(twice)
    client = sign_in(twice.anchor)
    ask = {url: partial(client.get, url) for url in ("/appeals/", f"/appeals/{twice.second.pk}/")}
    at_one = {url: len(statements(call)) for url, call in ask.items()}
    many_like(twice.second, 199)
    assert {url: len(statements(call)) for url, call in ask.items()} == at_one
    assert at_one["/appeals/"] <= 8


def test_the_search_costs_as_many_statements_with_two_hundred_pairs(city, sign_in):
    counted = []
    for n in (1, 100):
        for no in range(n):
            for twin in "ab":
                account(entry(city, f"{n}-{no}-{twin}", f"某{n}{no}"), f"号{n}-{no}")
        counted.append([len(statements(partial(sign_in(city.staff).get, LIST, {"q": q}))) for q in ("", "某")])
    assert counted[0] == counted[1] and max(counted[0]) <= 8


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_each_into_the_other_and_one_wins(self, city):
        one, two = city.anchor.anchor, entry(city)
        answers = at_once(
            partial(services.merge, one, two, actor=city.staff), partial(services.merge, two, one, actor=city.chief)
        )
        assert {type(answer) for answer in answers} == {Merge, Conflict}
        assert Merge.objects.count() == Anchor.objects.exclude(merged_into=None).count() == 1

    def test_an_appeal_that_is_filed_meanwhile_is_the_persons(self, city):
        one, two = city.anchor.anchor, entry(city)
        answers = at_once(
            partial(services.merge, one, two, actor=city.staff), partial(submit_appeal, city, two, title="同时提的")
        )
        assert [type(answer) for answer in answers] == [Merge, Appeal]
        assert seen_by(city.anchor) == {"同时提的"} and invariants.broken() == {}

    def test_two_undo_at_once(self, city):
        made = services.merge(city.anchor.anchor, entry(city), actor=city.staff)
        first, second = at_once(*[partial(services.undo, made, actor=person) for person in (city.staff, city.chief)])
        assert first.undone_by == second.undone_by
