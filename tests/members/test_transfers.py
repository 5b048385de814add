"""Letters that move the formal relation (domain.md §3.4): in between the old organisation stays responsible."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Event

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Post, Role
from members.dues import services as dues
from members.groups import services as groups
from members.models import Floating, Member, Participation, Transfer
from members.roster import lasting
from members.roster import services as roster
from members.transfers import services, sweeps
from notices.models import Notice
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 1, 15), date(2026, 1, 22)


@pytest.fixture
def member(city):
    """Somebody of the branch without an office."""
    return roster.add(actor=city.secretary, branch=city.branch, name="施小南", joined_on=date(2015, 7, 1))


def start(city, member, **words):
    words = words or {"to_branch": city.other_branch}
    return services.start(member, actor=city.secretary, letter_on=DAY, **words)


class TestLetter:
    @pytest.mark.parametrize(
        ("words", "days"),
        [({}, 10), ({"to_name": "某县某党委"}, 30), ({"to_name": "某县某党委", "valid_days": 90}, 90)],
    )
    def test_holds_10_days_in_the_city_30_elsewhere_90_at_most(self, city, member, words, days):
        assert start(city, member, **words).valid_until == DAY + timedelta(days=days)

    @pytest.mark.parametrize("days", [91, -1])
    def test_holds_no_longer(self, city, member, days):
        with pytest.raises(ValidationError) as refused:
            start(city, member, to_name="某县某党委", valid_days=days)
        assert "valid_days" in refused.value.message_dict

    def test_is_one_at_a_time(self, city, member):
        start(city, member)
        with pytest.raises(Conflict):
            start(city, member, to_name="某县某党委")
        with pytest.raises(IntegrityError), transaction.atomic():
            Transfer.objects.create(
                member=member, from_branch=city.branch, to_name="某县某党委", letter_on=DAY, started_by=city.secretary
            )

    @pytest.mark.parametrize("words", [{"to_name": ""}, {"to_name": "某县", "to_branch": ...}])
    def test_goes_to_one_place(self, city, member, words):
        words = {key: city.other_branch if value is ... else value for key, value in words.items()}
        with pytest.raises(ValidationError):
            start(city, member, **words)

    @pytest.mark.parametrize("form", ["FLOATING", "FUNCTIONAL", "DUAL"])
    def test_goes_to_no_branch_that_holds_no_relations(self, city, member, form):
        Branch.objects.filter(pk=city.other_branch.pk).update(form=form)
        city.other_branch.refresh_from_db()
        with pytest.raises(ValidationError, match="不接收组织关系"):
            start(city, member)

    def test_is_not_written_for_who_is_in_office(self, city):
        with pytest.raises(ValidationError, match="现任组织委员"):
            start(city, city.officer.member)

    def test_is_not_written_for_who_will_be_in_office(self, city, member):
        Post.objects.create(user=member.user, role="DEPUTY", branch=city.branch, since=date(2062, 1, 1))
        with pytest.raises(ValidationError, match="将任支部副书记"):
            start(city, member)

    def test_is_no_older_than_the_relation(self, city, member):
        Member.objects.filter(pk=member.pk).update(relation_on=DAY + timedelta(days=1))
        with pytest.raises(ValidationError) as refused:
            start(city, member)
        assert refused.value.message_dict == {"letter_on": ["组织关系 2026年1月16日才转入，介绍信不早于这一天。"]}
        Member.objects.filter(pk=member.pk).update(relation_on=DAY)
        assert start(city, member).letter_on == DAY

    @pytest.mark.parametrize("who", ["member", "other_secretary", "auditor", "stranger"])
    def test_is_written_by_the_own_branch(self, city, member, who):
        with pytest.raises(PermissionDenied):
            services.start(member, actor=getattr(city, who), letter_on=DAY, to_name="某县某党委")


class TestInBetween:
    def test_the_member_stays_with_the_old_branch(self, city, member, sign_in):
        start(city, member)
        assert Member.objects.get(pk=member.pk).branch == city.branch
        page = sign_in(city.secretary).get(reverse("members:detail", args=[member.pk])).content.decode()
        assert "仍由万商红负责" in page

    def test_the_receiving_branch_sees_name_and_category_and_no_card(self, city, member, sign_in):
        roster.correct(member, actor=city.secretary, id_number="360502190001010019", job="云仓")
        transfer = start(city, member)
        client = sign_in(city.other_secretary)
        page = client.get(reverse("transfers:detail", args=[transfer.pk])).content.decode()
        assert "施小南" in page and "正式党员" in page and "仍由<b>万商红</b>负责" in page
        assert "云仓" not in page and "3605" not in page
        assert client.get(reverse("members:detail", args=[member.pk])).status_code == 404
        assert [row.member for row in client.get("/members/?show=moving").context["page"]] == [member]

    def test_each_side_reads_what_is_its_own_to_do(self, city, member, sign_in):
        page = reverse("transfers:detail", args=[start(city, member).pk])
        said = {who: sign_in(getattr(city, who)).get(page).content.decode() for who in (
            "secretary", "other_secretary", "staff",
        )}
        assert "对方接收以前" in said["secretary"] and "不得无故拒转。" in said["secretary"]
        assert "您这边接收以前" in said["other_secretary"] and "不得无故拒接。" in said["other_secretary"]
        assert "不得无故拒转拒接。" in said["staff"]

    def test_who_has_received_is_led_on_to_the_card(self, city, member, sign_in):
        transfer, client = start(city, member), sign_in(city.other_secretary)
        page = client.post(reverse("transfers:receive", args=[transfer.pk]), {"on": LATER}, follow=True)
        card = reverse("members:detail", args=[member.pk])
        assert f'href="{card}">接着看施小南的登记' in page.content.decode()
        own = sign_in(city.secretary).get(reverse("transfers:detail", args=[transfer.pk])).content.decode()
        assert card not in own

    def test_days_that_are_taken_are_named_with_today_among_them(self, city, member):
        tomorrow = timezone.localdate() + timedelta(days=1)
        with pytest.raises(ValidationError, match="从入党那天起，到今天为止"):
            services.start(member, actor=city.secretary, letter_on=tomorrow, to_branch=city.other_branch)
        with pytest.raises(ValidationError, match="从开具那天（2026年1月15日）起，到今天为止"):
            services.receive(start(city, member), actor=city.other_secretary, on=tomorrow)

    def test_the_letter_says_through_which_month_dues_are_paid_to_who_may_see_it(self, city, member, sign_in):
        transfer = start(city, member)
        page = reverse("transfers:detail", args=[transfer.pk])
        assert "党费缴至</dt><dd>没有登记" in sign_in(city.secretary).get(page).content.decode()
        dues.record([member.pk], actor=city.secretary, through=date(2026, 1, 1))
        for user in (city.secretary, city.staff):
            assert "党费缴至</dt><dd>2026年1月" in sign_in(user).get(page).content.decode()
        assert "党费" not in sign_in(city.other_secretary).get(page).content.decode().partition("<main")[2]
        services.receive(transfer, actor=city.other_secretary, on=LATER)
        assert "党费缴至</dt><dd>2026年1月" in sign_in(city.other_secretary).get(page).content.decode()

    def test_a_third_branch_sees_nothing(self, city, member, sign_in):
        transfer = start(city, member, to_name="某县某党委")
        client = sign_in(city.other_secretary)
        assert client.get(reverse("transfers:detail", args=[transfer.pk])).status_code == 404
        assert not client.get("/members/?show=moving").context["page"].rows

    def test_the_receiving_branch_hears_without_a_name(self, city, member):
        start(city, member)
        [notice] = Notice.objects.filter(key__startswith="transfer:")
        assert notice.recipient == city.other_secretary and "施小南" not in notice.title + notice.text


class TestReceive:
    def test_moves_relation_group_floating_and_participation(self, city, member):
        group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
        groups.arrange(group, actor=city.secretary, name=group.name, members=[member], leader=member)
        lasting.float_out(member, actor=city.secretary, place="深圳", reason="务工", since=DAY)
        lasting.participate(member, actor=city.secretary, branch=city.other_branch, since=DAY)
        services.receive(start(city, member), actor=city.other_secretary, on=LATER)
        member.refresh_from_db()
        group.refresh_from_db()
        assert (member.branch, member.relation_on, member.group, group.leader) == (city.other_branch, LATER, None, None)
        assert Floating.objects.get(user=member.user).until == LATER
        assert Participation.objects.get(member=member).until == LATER

    def test_is_the_receiving_branchs(self, city, member):
        transfer = start(city, member)
        with pytest.raises(PermissionDenied):
            services.receive(transfer, actor=city.secretary, on=LATER)
        services.receive(transfer, actor=city.staff, on=LATER)

    def test_is_once(self, city, member):
        transfer = start(city, member)
        services.receive(transfer, actor=city.other_secretary, on=LATER)
        for verb in (
            lambda: services.receive(transfer, actor=city.other_secretary, on=LATER),
            lambda: services.cancel(transfer, actor=city.secretary, reason="不转了。"),
        ):
            with pytest.raises(Conflict):
                verb()

    @pytest.mark.parametrize("on", [DAY - timedelta(days=1), date(2099, 1, 1)])
    def test_is_between_the_letter_and_today(self, city, member, on):
        with pytest.raises(ValidationError):
            services.receive(start(city, member), actor=city.other_secretary, on=on)

    def test_is_up_to_the_last_day_of_the_letter(self, city, member):
        transfer = start(city, member)
        with pytest.raises(ValidationError) as refused:
            services.receive(transfer, actor=city.other_secretary, on=DAY + timedelta(days=11))
        assert refused.value.message_dict == {
            "on": ["介绍信 2026年1月25日到期，过期的要重新开具：请万商红先取消这一封，再登记新开的。"]
        }
        services.receive(transfer, actor=city.other_secretary, on=DAY + timedelta(days=10))

    def test_is_not_before_the_relation_came(self, city, member):
        transfer = start(city, member)
        roster.correct(member, actor=city.secretary, relation_on=LATER)
        with pytest.raises(ValidationError, match="1月22日才转入"):
            services.receive(transfer, actor=city.other_secretary, on=LATER - timedelta(days=1))
        services.receive(transfer, actor=city.other_secretary, on=LATER)

    def test_makes_the_card_stale_that_somebody_has_open(self, city, member):
        services.receive(start(city, member), actor=city.other_secretary, on=LATER)
        with pytest.raises(Conflict):
            roster.correct(member, actor=city.staff, version=member.version, relation_on=None)

    def test_waits_for_the_end_of_an_office_given_meanwhile(self, city, member):
        letter = start(city, member)
        Post.objects.create(user=member.user, role="DEPUTY", branch=city.branch, since=DAY)
        with pytest.raises(ValidationError, match="现任支部副书记"):
            services.receive(letter, actor=city.other_secretary, on=DAY)

    def test_both_branches_keep_the_letter(self, city, member, sign_in):
        transfer = services.receive(start(city, member), actor=city.other_secretary, on=LATER)
        for user in (city.secretary, city.other_secretary):
            assert sign_in(user).get(reverse("transfers:detail", args=[transfer.pk])).status_code == 200
        card = reverse("members:detail", args=[member.pk])
        assert sign_in(city.secretary).get(card).status_code == 404
        assert sign_in(city.other_secretary).get(card).status_code == 200


class TestCancel:
    def test_keeps_the_reason_whole(self, city, member):
        transfer = start(city, member)
        with pytest.raises(ValidationError) as refused:
            services.cancel(transfer, actor=city.secretary, reason="长" * 101)
        assert refused.value.message_dict == {"reason": ["请不超过 100 个字，现在有 101 个字。"]}
        assert services.cancel(transfer, actor=city.secretary, reason="长" * 100).reason == "长" * 100

    @pytest.mark.parametrize(
        ("reason", "said"), [("", "2 到 100 字"), ("不", "2 到 100 字"), ("长" * 150, "最多 100 字，现在 150 字")]
    )
    def test_says_what_is_wrong_with_the_reason(self, city, member, sign_in, reason, said):
        address = reverse("transfers:cancel", args=[start(city, member).pk])
        answer = sign_in(city.secretary).post(address, {"reason": reason})
        assert answer.status_code == 400 and said in answer.content.decode() and reason in answer.content.decode()

    def test_offers_a_new_letter_to_the_old_branch(self, city, member, sign_in):
        transfer, new = start(city, member), reverse("transfers:new", args=[member.pk])
        page = reverse("transfers:detail", args=[transfer.pk])
        late = sign_in(city.secretary).get(page).content.decode()
        assert "取消，再重新开具" in late and new not in late
        services.cancel(transfer, actor=city.secretary, reason="过了有效期。")
        assert new in sign_in(city.secretary).get(page).content.decode()
        assert new not in sign_in(city.other_secretary).get(page).content.decode()
        again = start(city, member)
        assert new not in sign_in(city.secretary).get(page).content.decode()
        services.receive(again, actor=city.other_secretary, on=LATER)
        assert new not in sign_in(city.staff).get(page).content.decode()


class TestOutside:
    def test_the_slip_is_of_a_day_on_which_the_letter_held(self, city, member):
        transfer = start(city, member, to_name="某县某党委")
        with pytest.raises(ValidationError, match="2月14日到期"):
            services.close(transfer, actor=city.secretary, on=DAY + timedelta(days=31))
        assert services.close(transfer, actor=city.secretary, on=DAY + timedelta(days=30)).member.left_on

    def test_the_slip_takes_the_member_off_the_roster(self, city, member, sign_in):
        lasting.participate(member, actor=city.secretary, branch=city.other_branch, since=date(2026, 3, 1))
        services.close(start(city, member, to_name="某县某党委"), actor=city.secretary, on=LATER)
        assert not Member.objects.in_branch().filter(pk=member.pk).exists()
        assert Participation.objects.get(member=member).until == date(2026, 3, 1)  # begun after: its own first day
        left = sign_in(city.secretary).get("/members/?show=left").context["page"]
        assert [row.pk for row in left] == [member.pk]

    def test_who_left_may_come_back_as_the_same_person(self, city, member):
        roster.correct(member, actor=city.secretary, id_number="360502190001010019")
        services.close(start(city, member, to_name="某县某党委"), actor=city.secretary, on=LATER)
        back = roster.add(
            actor=city.other_secretary, branch=city.other_branch, name="施小南", id_number="360502190001010019",
            joined_on=date(2015, 7, 1), from_name="某县某党委",
        )
        assert back.pk == member.pk and back.left_on is None and back.branch == city.other_branch

    def test_nothing_is_written_about_who_has_left(self, city, member):
        services.close(start(city, member, to_name="某县某党委"), actor=city.secretary, on=LATER)
        with pytest.raises(Conflict):
            roster.correct(member, actor=city.secretary, remark="x")

    def test_an_answer_from_outside_is_not_the_verb_of_a_branch_here(self, city, member):
        with pytest.raises(PermissionDenied):
            services.close(start(city, member), actor=city.secretary, on=LATER)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_a_group_is_arranged_while_its_leader_is_received(self, city, member, monkeypatch):
        """Real connections. Neither waits for what the other holds."""
        group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
        groups.arrange(group, actor=city.secretary, name=group.name, members=[member], leader=member)
        transfer, inside, cleaned = start(city, member), Event(), groups._name

        def slow(name):
            inside.set()
            time.sleep(1)
            return cleaned(name)

        def arrange():
            try:
                return groups.arrange(group, actor=city.officer, name="一组", members=[member], leader=member)
            finally:
                connection.close()

        monkeypatch.setattr(groups, "_name", slow)
        with ThreadPoolExecutor(1) as pool:
            arranged = pool.submit(arrange)
            assert inside.wait(30)
            services.receive(transfer, actor=city.other_secretary, on=LATER)
            assert arranged.result().name == "一组"
        group.refresh_from_db()
        assert group.leader is None and Member.objects.get(pk=member.pk).group is None


class TestLateLetter:
    NOW = datetime(2026, 1, 26, 9, tzinfo=SHANGHAI)

    def test_is_told_once_to_both_sides_and_nothing_moves(self, city, member):
        start(city, member)  # to the 25th
        assert sweeps.remind(self.NOW - timedelta(days=1)) == 0
        assert [sweeps.remind(self.NOW), sweeps.remind(self.NOW)] == [1, 0]
        heard = set(Notice.objects.filter(key__startswith="transfer-late").values_list("recipient", flat=True))
        assert heard == {city.secretary.pk, city.officer.pk, city.other_secretary.pk}
        assert Transfer.objects.get().is_open and Member.objects.get(pk=member.pk).branch == city.branch

    def end(self, *users):
        Post.objects.filter(user__in=users).update(until=self.NOW.date() - timedelta(days=1))

    def heard(self):
        return {notice.recipient.username for notice in Notice.objects.filter(key__startswith="transfer-late")}

    def test_is_told_to_the_committee_for_a_branch_without_anybody(self, city, member):
        start(city, member)
        self.end(city.other_secretary)
        assert sweeps.remind(self.NOW) == 1
        assert self.heard() == {"secretary", "officer", "chief", "staff"}

    def test_is_told_to_the_committee_where_the_member_alone_leads(self, city, member):
        start(city, member, to_name="某县某党委")
        self.end(city.secretary, city.officer)
        Post.objects.create(user=member.user, role=Role.DEPUTY, branch=city.branch, since=DAY)
        assert sweeps.remind(self.NOW + timedelta(days=30)) == 1
        assert self.heard() == {"chief", "staff"}

    def test_is_told_as_soon_as_somebody_can_hear(self, city, member):
        start(city, member, to_name="某县某党委")
        self.end(city.secretary, city.officer, city.chief, city.staff)
        late = self.NOW + timedelta(days=30)
        assert sweeps.remind(late) == 0 and not Transfer.objects.get().told
        Post.objects.create(user=city.staff, role=Role.STAFF, committee=city.committee, since=DAY)
        assert [sweeps.remind(late), sweeps.remind(late)] == [1, 0] and self.heard() == {"staff"}

    def test_of_whom_nobody_hears_holds_up_no_other(self, city, member, monkeypatch):
        start(city, member, to_name="某县某党委")
        other = roster.add(actor=city.staff, branch=city.other_branch, name="白石", joined_on=date(2015, 7, 1))
        services.start(other, actor=city.staff, letter_on=DAY, to_name="某县某党委")
        monkeypatch.setattr(sweeps, "BATCH", 1)
        self.end(city.secretary, city.officer, city.chief, city.staff)
        assert sweeps.remind(self.NOW + timedelta(days=30)) == 1 and self.heard() == {"other_secretary"}

    def test_costs_the_same_for_many(self, city, member, django_assert_max_num_queries):
        start(city, member)
        with django_assert_max_num_queries(8):
            sweeps.remind(self.NOW)


class TestGroups:
    def test_a_member_is_in_one_at_most(self, city, member):
        one, two = (
            groups.found(actor=city.secretary, branch=city.branch, name=name) for name in ("第一党小组", "第二党小组")
        )
        groups.arrange(one, actor=city.secretary, name=one.name, members=[member])
        groups.arrange(two, actor=city.secretary, name=two.name, members=[member, city.officer.member], leader=member)
        assert not one.members.exists() and two.members.count() == 2
        with pytest.raises(ValidationError):
            groups.arrange(one, actor=city.secretary, name=one.name, members=[member])

    def test_is_of_one_branch(self, city, member):
        group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
        with pytest.raises(ValidationError):
            groups.arrange(group, actor=city.secretary, name="一组", members=[city.other_secretary.member])
        with pytest.raises(ValidationError):
            groups.arrange(group, actor=city.secretary, name="一组", members=[member], leader=city.officer.member)

    @pytest.mark.parametrize(("full", "said"), [(2, True), (3, False)])
    def test_three_full_members_are_advice(self, city, member, sign_in, full, said):
        group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
        people = [member, city.officer.member, city.member.member][:full]
        groups.arrange(group, actor=city.secretary, name=group.name, members=people)
        assert ("可以并组" in sign_in(city.secretary).get(reverse("groups:list")).content.decode()) == said

    def test_dissolved_its_members_stay_in_the_branch(self, city, member):
        group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
        groups.arrange(group, actor=city.secretary, name=group.name, members=[member], leader=member)
        group = groups.dissolve(group, actor=city.secretary)
        member.refresh_from_db()
        assert (group.dissolved_on, member.group, member.branch) == (timezone.localdate(), None, city.branch)
        assert groups.found(actor=city.secretary, branch=city.branch, name="第一党小组").pk != group.pk
