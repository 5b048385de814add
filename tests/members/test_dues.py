"""Dues: amount of the year, month paid through, and the ladder of reminders (domain.md §3.3). Today is 15 November."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Post, Role
from branches.organisation.terms import months_later
from branches.reports import periods
from members.dues import services, sweeps
from members.dues.months import behind
from members.figures import dues_recorded
from members.models import Dues, DuesEntry, Member
from notices.models import Notice
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 15, 9, tzinfo=SHANGHAI)
TODAY = NOW.date()
JOINED = date(2015, 7, 1)


def month(n):
    """The month `n` before November 2026."""
    return months_later(TODAY.replace(day=1), -n)


def paid(user, through, *, at=NOW):
    """As its secretary recorded it."""
    return services.record([user.member.pk], actor=_secretary_of(user), through=through, at=at)


def _secretary_of(user):
    return Post.objects.get(branch=user.member.branch, role=Role.SECRETARY).user


def told(user):
    return list(Notice.objects.filter(recipient=user, key__startswith="dues:").values_list("title", flat=True))


def names(client, **query):
    return [member.user.name for member in client.get(reverse("dues:list"), query).context["page"]]


class TestMonthsBehind:
    @pytest.mark.parametrize(
        ("through", "months"),
        [
            (date(2026, 10, 1), 0), (date(2026, 9, 1), 1), (date(2026, 8, 1), 2), (date(2026, 7, 1), 3),
            (date(2026, 5, 1), 5), (date(2026, 4, 1), 6), (date(2025, 11, 1), 11),
        ],
    )
    def test_are_the_ended_months_after_the_paid_one(self, through, months):
        assert behind(JOINED, None, through, TODAY) == months

    @pytest.mark.parametrize("through", [date(2026, 11, 1), date(2026, 12, 1), date(2027, 3, 1)])
    def test_are_none_for_who_paid_this_month_or_ahead(self, through):
        assert behind(JOINED, None, through, TODAY) == 0

    def test_turn_with_the_month(self):
        assert behind(JOINED, None, date(2026, 9, 1), date(2026, 10, 31)) == 0
        assert behind(JOINED, None, date(2026, 9, 1), date(2026, 11, 1)) == 1

    def test_begin_with_the_month_of_joining(self):
        assert behind(TODAY, None, None, TODAY) == 0
        assert behind(date(2026, 10, 31), None, None, TODAY) == 1
        assert behind(date(2026, 8, 20), None, None, TODAY) == 3

    @pytest.mark.parametrize(
        ("joined", "arrived", "through", "months"),
        [
            (JOINED, date(2026, 10, 31), None, 1), (JOINED, TODAY, None, 0), (date(2026, 8, 20), JOINED, None, 3),
            (JOINED, date(2026, 10, 31), date(2026, 7, 1), 3), (JOINED, date(2026, 8, 1), date(2026, 9, 1), 1),
        ],
    )
    def test_begin_where_the_relation_came_while_no_month_is_recorded(self, joined, arrived, through, months):
        assert behind(joined, arrived, through, TODAY) == months

    def test_are_unknown_for_who_was_never_recorded(self, city):
        assert Dues(member=city.member.member).behind(TODAY) is None

    @pytest.mark.parametrize("months", [1, 3, 5, 6])
    @pytest.mark.parametrize("through", [None, *(month(n) for n in range(-2, 9))])
    def test_are_counted_the_same_by_the_database(self, city, through, months):
        member = city.member.member
        Dues.objects.create(member=member, amount=15, approved_for_year=2026, paid_through=through)
        for joined, arrived in product((JOINED, date(2026, 9, 3), month(5), TODAY), (None, month(6), TODAY)):
            Member.objects.filter(pk=member.pk).update(joined_on=joined, relation_on=arrived)
            found = Dues.objects.behind_by(months, TODAY).exists()
            assert found == (behind(joined, arrived, through, TODAY) >= months)


class TestReminders:
    @pytest.mark.parametrize(
        ("months", "member", "secretary"),
        [
            (0, [], []),
            (1, ["您的党费有 1 个月没有登记"], ["有一名党员的党费有 1 个月没有登记"]),
            (2, ["您的党费有 1 个月没有登记"], ["有一名党员的党费有 1 个月没有登记"]),
            (3, ["您的党费有 3 个月没有登记"], ["有一名党员的党费有 3 个月没有登记"]),
            (4, ["您的党费有 3 个月没有登记"], ["有一名党员的党费有 3 个月没有登记"]),
            (5, ["您的党费有 5 个月没有登记"], ["有一名党员的党费有 5 个月没有登记"]),
            (6, [], ["有一名党员的党费满 6 个月没有登记，请支部研究"]),
        ],
    )
    def test_go_to_the_member_and_the_secretary_at_the_step_reached(self, city, months, member, secretary):
        paid(city.member, month(months + 1))
        sweeps.remind(NOW)
        assert (told(city.member), told(city.secretary)) == (member, secretary)
        assert told(city.officer) == told(city.other_secretary) == told(city.staff) == []

    def test_come_once_a_step(self, city):
        paid(city.member, date(2026, 10, 1))
        for n in range(8):
            at = datetime.combine(months_later(TODAY.replace(day=1), n), NOW.timetz())
            assert [sweeps.remind(at + timedelta(days=day)) for day in range(3)] == [int(n in (1, 3, 5, 6)), 0, 0]
        assert len(told(city.member)) == 3 and len(told(city.secretary)) == 4

    def test_come_again_in_a_new_spell_only(self, city):
        paid(city.member, month(4))
        sweeps.remind(NOW)
        paid(city.member, month(2))  # part of it: the same spell, and a lower step
        assert sweeps.remind(NOW) == 0
        paid(city.member, month(0))
        assert sweeps.remind(NOW) == 0
        assert sweeps.remind(NOW.replace(year=2027, month=1)) == 1

    def test_six_months_change_nobodys_standing(self, city):
        paid(city.member, month(9))
        before = Member.objects.filter(user=city.member).values().get()
        sweeps.remind(NOW)
        assert Member.objects.filter(user=city.member).values().get() == before

    def test_who_left_is_not_told(self, city):
        paid(city.member, month(4))
        Member.objects.filter(user=city.member).update(left_on=TODAY)
        assert sweeps.remind(NOW) == 0

    def test_who_joined_this_month_or_was_never_recorded_is_not_told(self, city):
        Member.objects.filter(user=city.member).update(joined_on=TODAY)
        services.approve(Member.objects.get(user=city.member), actor=city.secretary, amount=15, version=0, at=NOW)
        assert sweeps.remind(NOW) == 0

    def test_who_never_paid_is_told_from_joining(self, city):
        Member.objects.filter(user=city.member).update(joined_on=date(2026, 8, 20))
        services.approve(Member.objects.get(user=city.member), actor=city.secretary, amount=15, version=0, at=NOW)
        sweeps.remind(NOW)
        assert told(city.member) == ["您的党费有 3 个月没有登记"]

    def test_who_came_last_month_owes_nothing_of_the_years_before(self, city):
        Member.objects.filter(user=city.member).update(joined_on=date(2005, 7, 1), relation_on=date(2026, 10, 9))
        services.approve(Member.objects.get(user=city.member), actor=city.secretary, amount=15, version=0, at=NOW)
        sweeps.remind(NOW)
        assert told(city.member) == ["您的党费有 1 个月没有登记"]
        assert told(city.secretary) == ["有一名党员的党费有 1 个月没有登记"]

    def test_who_moves_is_told_anew(self, city):
        Member.objects.filter(user=city.member).update(joined_on=month(5))
        services.approve(Member.objects.get(user=city.member), actor=city.secretary, amount=15, version=0, at=NOW)
        assert sweeps.remind(NOW) == 1
        Member.objects.filter(user=city.member).update(relation_on=TODAY, branch=city.other_branch)
        assert [sweeps.remind(at) for at in (NOW, NOW.replace(year=2027, month=1))] == [0, 1]
        assert sweeps.remind(NOW.replace(year=2027, month=3)) == 1
        assert set(told(city.other_secretary)) == {f"有一名党员的党费有 {n} 个月没有登记" for n in (1, 3)}

    def test_cost_the_same_for_one_and_for_many(self, city, django_assert_max_num_queries):
        paid(city.member, month(4))
        paid(city.officer, month(2))
        paid(city.secretary, month(6))
        with django_assert_max_num_queries(30):
            assert sweeps.remind(NOW) == 3


class TestWhoHears:
    STUDY = "有一名党员的党费满 6 个月没有登记，请支部研究"

    def heard(self):
        return {notice.recipient.username for notice in Notice.objects.filter(key__startswith="dues:")}

    def end(self, *users):
        Post.objects.filter(user__in=users).update(until=date(2026, 10, 31))

    def deputise(self, user, branch):
        Post.objects.create(user=user, role=Role.DEPUTY, branch=branch, since=date(2026, 10, 1))

    @pytest.mark.parametrize(("months", "also"), [(3, {"member"}), (6, set())])
    def test_the_deputy_where_there_is_no_secretary(self, city, months, also):
        paid(city.member, month(months + 1))
        self.deputise(city.officer, city.branch)
        sweeps.remind(NOW.replace(hour=8))
        assert self.heard() == {"secretary", *also}
        Notice.objects.all().delete()
        Dues.objects.update(told=0)
        self.end(city.secretary)
        sweeps.remind(NOW)
        assert self.heard() == {"officer", *also}

    def test_the_member_alone_where_nobody_leads(self, city):
        paid(city.member, month(4))
        self.end(city.secretary)
        assert [sweeps.remind(NOW), sweeps.remind(NOW)] == [1, 0] and self.heard() == {"member"}

    def test_of_six_months_the_committee_where_nobody_leads(self, city, sign_in):
        paid(city.member, month(7))
        self.end(city.secretary)
        assert [sweeps.remind(NOW), sweeps.remind(NOW)] == [1, 0] and self.heard() == {"chief", "staff"}
        [notice] = Notice.objects.filter(recipient=city.staff)
        assert notice.title == self.STUDY and "周映红" not in notice.text and "请党委安排" in notice.text
        assert sign_in(city.staff).get(notice.url).status_code == 200

    def test_of_six_months_never_the_member_concerned(self, city):
        paid(city.secretary, month(7))
        sweeps.remind(NOW)
        assert self.heard() == {"chief", "staff"}
        Dues.objects.update(told=0)
        Notice.objects.all().delete()
        self.deputise(city.officer, city.branch)
        sweeps.remind(NOW)
        assert self.heard() == {"officer"}

    def test_what_nobody_could_hear_is_told_as_soon_as_somebody_can(self, city):
        paid(city.member, month(7))
        self.end(city.secretary, city.chief, city.staff)
        assert sweeps.remind(NOW) == 0 and not self.heard()
        Post.objects.create(user=city.officer, role=Role.SECRETARY, branch=city.branch, since=TODAY)
        assert [sweeps.remind(NOW), sweeps.remind(NOW)] == [1, 0]
        assert told(city.officer) == [self.STUDY] and self.heard() == {"officer"}

    def test_who_cannot_log_in_does_not_hear(self, city):
        paid(city.member, month(4))
        self.end(city.secretary)
        User.objects.filter(pk=city.member.pk).update(is_active=False)
        assert sweeps.remind(NOW) == 0 and not self.heard()

    def test_whom_nobody_can_be_told_of_holds_up_no_other(self, city, monkeypatch):
        for user in (city.secretary, city.member, city.other_secretary):
            paid(user, month(7))
        monkeypatch.setattr(sweeps, "BATCH", 1)
        self.end(city.secretary, city.chief, city.staff)
        self.deputise(city.officer, city.other_branch)
        assert sweeps.remind(NOW) == 1 and self.heard() == {"officer"}


class TestRecording:
    def test_several_at_once_each_with_a_line(self, city):
        ids = [city.member.member.pk, city.officer.member.pk]
        run = services.record(ids, actor=city.officer, through=date(2026, 10, 1), at=NOW)
        assert set(Dues.objects.values_list("member", "paid_through")) == {(pk, date(2026, 10, 1)) for pk in ids}
        entry = run.entries.get(dues__member=ids[0])
        assert (entry.by, entry.office, entry.paid_before) == (city.officer, "组织委员", None)
        assert services.record(ids, actor=city.officer, through=date(2026, 10, 1), at=NOW) is None

    def test_is_undone_as_a_whole(self, city):
        paid(city.member, month(3))
        run = services.record(
            [city.member.member.pk, city.officer.member.pk], actor=city.secretary, through=month(1), at=NOW
        )
        services.undo(run, actor=city.secretary, at=NOW)
        assert services.undo(run, actor=city.secretary, at=NOW).undone_at
        assert dict(Dues.objects.values_list("member", "paid_through")) == {
            city.member.member.pk: month(3), city.officer.member.pk: None,
        }
        assert DuesEntry.objects.filter(what="UNDONE").count() == 2
        assert Dues.objects.get(member__user=city.officer).behind(TODAY) is None

    def test_is_not_undone_over_what_came_later(self, city):
        run = paid(city.member, month(3))
        paid(city.member, month(2))
        with pytest.raises(Conflict, match="后来有人改过"):
            services.undo(run, actor=city.secretary, at=NOW)

    def test_is_not_undone_over_a_month_that_was_changed_and_came_back(self, city):
        run = paid(city.member, month(1))
        services.correct(city.member.member, actor=city.secretary, through=month(2), reason="登错", version=1, at=NOW)
        paid(city.member, month(1))
        with pytest.raises(Conflict, match="后来有人改过"):
            services.undo(run, actor=city.secretary, at=NOW)
        assert Dues.objects.get().paid_through == month(1)

    def test_is_undone_although_the_amount_was_approved_since(self, city):
        run = paid(city.member, month(1))
        services.approve(city.member.member, actor=city.secretary, amount=15, version=1, at=NOW)
        assert services.undo(run, actor=city.secretary, at=NOW).undone_at
        assert Dues.objects.get().paid_through is None

    def test_is_undone_on_its_own_day_alone(self, city):
        run = paid(city.member, month(1), at=NOW.replace(hour=0))
        midnight = NOW.replace(hour=0) + timedelta(days=1)
        with pytest.raises(Conflict, match="登记当天"):
            services.undo(run, actor=city.secretary, at=midnight)
        assert services.undo(run, actor=city.secretary, at=midnight - timedelta(seconds=1)).undone_at

    @pytest.mark.parametrize(
        ("through", "sentence"),
        [
            (date(2015, 6, 1), "2015年7月入党"), (date(2028, 1, 1), "最晚登记到 2027年12月"),
            (month(5), "已经登记到更晚"),
        ],
    )
    def test_refuses_a_month_that_cannot_be(self, city, through, sentence):
        paid(city.member, month(2))
        with pytest.raises(ValidationError, match=sentence):
            paid(city.member, through)

    def test_is_of_the_own_branch(self, city):
        pks = [city.member.member.pk, city.other_secretary.member.pk]
        for actor in (city.secretary, city.staff, city.member):
            with pytest.raises(PermissionDenied):
                services.record(pks, actor=actor, through=month(1), at=NOW)
        assert not Dues.objects.exists()

    def test_a_correction_goes_back_and_says_why(self, city):
        paid(city.member, month(1))
        with pytest.raises(ValidationError, match="为什么更正"):
            services.correct(city.member.member, actor=city.secretary, through=month(3), reason=" ", version=1, at=NOW)
        services.correct(city.member.member, actor=city.secretary, through=month(3), reason="登错", version=1, at=NOW)
        assert Dues.objects.get().paid_through == month(3)
        with pytest.raises(Conflict):
            services.correct(city.member.member, actor=city.secretary, through=None, reason="登错", version=1, at=NOW)


class TestAmount:
    def test_is_fixed_once_a_year_and_then_needs_a_reason(self, city):
        member = city.member.member
        approve = services.approve
        approve(member, actor=city.secretary, amount=Decimal("75.02"), version=0, at=NOW)
        with pytest.raises(ValidationError, match="2026 年已经核定过"):
            approve(member, actor=city.secretary, amount=Decimal(50), version=1, at=NOW)
        approve(member, actor=city.secretary, amount=Decimal(50), version=1, reason="支部研究减免", at=NOW)
        approve(member, actor=city.secretary, amount=Decimal(60), version=2, at=NOW + timedelta(days=60))
        assert list(DuesEntry.objects.order_by("pk").values_list("year", "amount", "reason")) == [
            (2026, Decimal("75.02"), ""), (2026, Decimal(50), "支部研究减免"), (2027, Decimal(60), ""),
        ]


class TestPages:
    def test_a_secretary_sees_nothing_of_another_branch(self, city, sign_in):
        paid(city.other_secretary, month(9))
        client = sign_in(city.secretary)
        assert names(client) == ["程远山", "陆南枝", "周映红"]
        assert names(client, show="study") == []
        assert "演示第一" not in client.get(reverse("dues:list")).content.decode()
        address = reverse("dues:detail", args=[city.other_secretary.member.pk])
        assert client.get(address).status_code == 404
        sent = {"members": city.other_secretary.member.pk, "through": "2026-10"}
        assert client.post(reverse("dues:list"), sent).status_code == 400

    def test_the_order_is_the_rosters_whoever_is_behind(self, city, sign_in):
        paid(city.member, month(9))
        assert names(sign_in(city.staff)) == ["程远山", "陆南枝", "周映红", "江一舟"]

    def test_whose_amount_is_nought_owes_nothing(self, city, sign_in):
        services.approve(city.member.member, actor=city.secretary, amount=0, version=0)
        paid(city.member, month(9))
        assert names(sign_in(city.secretary), show="behind") == [] == names(sign_in(city.secretary), show="study")
        assert Dues.objects.get(member=city.member.member).behind(timezone.localdate()) == 0
        counted = dues_recorded.counted([city.branch.pk], periods.parse("2026-10"))[city.branch.pk]
        assert (counted.value, counted.inner) == (1, (city.member.member.pk,))

    def test_six_months_stand_on_a_list_of_their_own(self, city, sign_in):
        today = timezone.localdate().replace(day=1)
        for user, n in ((city.member, 7), (city.officer, 6)):
            paid(user, months_later(today, -n), at=timezone.now())
        assert names(sign_in(city.secretary), show="study") == ["周映红"]
        assert "6 个月没有登记，请支部研究" in sign_in(city.secretary).get(reverse("dues:list")).content.decode()

    def test_ticked_recorded_and_undone(self, city, sign_in):
        client, today = sign_in(city.secretary), timezone.localdate()
        sent = {"members": [city.member.member.pk, city.officer.member.pk], "through": f"{today:%Y-%m}"}
        page = client.post(reverse("dues:list"), sent, follow=True).content.decode()
        assert f"登记了 2 名，党费缴至 {today:%Y年%-m月}" in page and "撤回这次登记" in page and "缴清" in page
        run = DuesEntry.objects.first().run
        page = client.post(reverse("dues:undo", args=[run.pk]), follow=True).content.decode()
        assert "撤回了" in page and "撤回这次登记" not in page

    def test_the_month_that_is_offered_is_the_last_that_can_be_owed(self, city, sign_in):
        form = sign_in(city.secretary).get(reverse("dues:list")).context["form"]
        offered = form["through"].initial
        assert behind(JOINED, None, offered, timezone.localdate()) == 0
        assert behind(JOINED, None, months_later(offered, -1), timezone.localdate()) == 1

    def test_whose_amount_is_not_approved_is_recorded_and_said(self, city, sign_in):
        client, today = sign_in(city.secretary), timezone.localdate()
        services.approve(city.officer.member, actor=city.secretary, amount=15, version=0)
        for pks, said in (
            ([city.officer.member.pk], False), ([city.officer.member.pk, city.member.member.pk], True),
        ):
            sent = {"members": pks, "through": f"{today:%Y-%m}"}
            page = client.post(reverse("dues:list"), sent, follow=True).content.decode()
            assert ("其中 1 名还没有核定每月金额，请点名字进去核定。" in page) == said
        assert Dues.objects.filter(paid_through=today.replace(day=1)).count() == 2

    def test_what_was_recorded_yesterday_is_not_undone(self, city, sign_in):
        run = paid(city.member, date(2026, 10, 1), at=timezone.now() - timedelta(days=1))
        answer = sign_in(city.secretary).post(reverse("dues:undo", args=[run.pk]))
        assert answer.status_code == 409 and "登记当天" in answer.content.decode()

    def test_what_was_ticked_stays_when_the_month_is_wrong(self, city, sign_in):
        answer = sign_in(city.secretary).post(
            reverse("dues:list"), {"members": city.member.member.pk, "through": "上月"}
        )
        assert answer.status_code == 400
        assert f'value="{city.member.member.pk}" aria-label="周映红" checked' in answer.content.decode()

    def test_a_month_without_a_log_is_not_said_to_be_unrecorded(self, city, sign_in):
        Dues.objects.create(member=city.member.member, paid_through=date(2026, 4, 1))
        page = sign_in(city.secretary).get(reverse("dues:detail", args=[city.member.member.pk])).content.decode()
        assert "2026年4月" in page and "这里还没有记过变动" in page and "还没有登记过" not in page

    def test_the_page_counts_from_where_the_relation_came(self, city, sign_in):
        client, today = sign_in(city.secretary), timezone.localdate()
        Member.objects.filter(user=city.member).update(joined_on=date(2005, 7, 1), relation_on=today)
        services.approve(Member.objects.get(user=city.member), actor=city.secretary, amount=15, version=0)
        page = client.get(reverse("dues:detail", args=[city.member.member.pk])).content.decode()
        assert "从组织关系转入的这个月起算" in page and "缴清" not in page and "个月没有登记" not in page

    @pytest.mark.parametrize("pk", ["x", 0, 2**63, 10**30])
    def test_who_is_nobody_is_refused_with_a_sentence(self, city, sign_in, pk):
        answer = sign_in(city.secretary).post(reverse("dues:list"), {"members": pk, "through": "2026-10"})
        assert answer.status_code == 400 and "有人不在这份名单里" in answer.content.decode()

    def test_a_member_sees_the_own_row_alone(self, city, sign_in):
        paid(city.member, date(2026, 3, 1))
        client = sign_in(city.member)
        assert reverse("dues:mine") in client.get(reverse("me")).content.decode()
        assert "2026年3月" in client.get(reverse("dues:mine")).content.decode()
        assert client.get(reverse("dues:list")).status_code == 403
        assert client.get(reverse("dues:detail", args=[city.member.member.pk])).status_code == 404
        assert sign_in(city.anchor).get(reverse("dues:mine")).status_code == 404
