from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import Branch, Enterprise
from branches.organisation.terms import months_later
from members.groups import services as groups
from members.models import Activist, Member
from members.roster import lasting, services
from notices.models import Notice
from xinyu_portal.errors import Conflict


def names(client, **query):
    return {person.user.name for person in client.get("/members/", query).context["page"]}


def test_officers_see_their_own_branch_and_the_committee_all(city, sign_in):
    assert names(sign_in(city.secretary)) == {"程远山", "陆南枝", "周映红"}
    assert names(sign_in(city.other_secretary)) == {"江一舟"}
    assert names(sign_in(city.staff)) == {"程远山", "陆南枝", "周映红", "江一舟"}
    assert names(sign_in(city.staff), branch=city.other_branch.pk) == {"江一舟"}
    assert names(sign_in(city.secretary), branch=city.other_branch.pk) == set()


@pytest.mark.parametrize("who", ["anchor", "member", "clerk", "auditor", "admin", "stranger"])
def test_nobody_else_opens_the_roster(city, sign_in, who):
    assert sign_in(getattr(city, who)).get("/members/").status_code == 403


def test_activists_are_another_list(city, sign_in):
    Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2026, 3, 1))
    Activist.objects.create(user=city.stranger, branch=city.branch, since=date(2025, 3, 1), until=date(2026, 3, 1))
    assert names(sign_in(city.secretary), show="activist") == {"林小禾"}
    assert "现在没有入党积极分子" in sign_in(city.other_secretary).get("/members/?show=activist").content.decode()


def test_who_has_left_is_not_listed(city, sign_in):
    Member.objects.filter(user=city.member).update(left_on=date(2026, 1, 1))
    assert names(sign_in(city.secretary)) == {"程远山", "陆南枝"}


@pytest.mark.parametrize("branch", ["x", "²", "9" * 40, "-1"])
def test_nonsense_in_the_address_is_no_error(city, sign_in, branch):
    assert sign_in(city.staff).get("/members/", {"branch": branch, "show": "?"}).status_code == 200


def test_roster_is_read_only(city, sign_in):
    assert sign_in(city.staff).post("/members/").status_code == 405


@pytest.mark.parametrize("count", [0, 200])
def test_list_costs_at_most_eight_statements(city, sign_in, django_assert_max_num_queries, count):
    people = User.objects.bulk_create(User(username=f"p{n}", name=f"党员{n}", password="!") for n in range(count))
    Member.objects.bulk_create(Member(user=u, branch=city.branch, joined_on=date(2020, 7, 1)) for u in people)
    client = sign_in(city.staff)
    with django_assert_max_num_queries(8):
        client.get("/members/", {"branch": city.branch.pk})


class TestSearch:
    @pytest.mark.parametrize("q", ["周映红", "映红", "zyh", "ZYH"])
    def test_finds_by_a_part_of_the_name_or_its_initials(self, city, sign_in, q):
        assert names(sign_in(city.secretary), q=q) == {"周映红"}

    @pytest.mark.parametrize("q", ["没有这样的", "江一舟", "jyz", "%", "\\"])
    def test_finds_nobody_of_another_branch_and_nothing_in_signs(self, city, sign_in, q):
        assert names(sign_in(city.secretary), q=q) == set()

    def test_narrows_by_standing(self, city, sign_in):
        Member.objects.filter(user=city.member).update(standing="PROBATIONARY")
        assert names(sign_in(city.secretary), standing="PROBATIONARY") == {"周映红"}


class TestPartyStanding:
    """Counted from the day probation ended (domain.md §2.1 step 24), never from joining."""

    @pytest.mark.parametrize(
        ("regularised", "years"),
        [
            (date(2016, 7, 1), 10), (date(2016, 11, 16), 9), (date(2016, 11, 15), 10), (date(2026, 1, 1), 0),
            (None, None), (date(2026, 11, 16), None),
        ],
    )
    def test_is_whole_years_since(self, regularised, years):
        member = Member(standing="FULL", joined_on=date(2000, 1, 1), regularised_on=regularised)
        assert member.party_years(date(2026, 11, 15)) == years

    def test_a_leap_day_is_reached_on_the_first_of_march(self):
        member = Member(standing="FULL", joined_on=date(2000, 1, 1), regularised_on=date(2020, 2, 29))
        assert (member.party_years(date(2025, 2, 28)), member.party_years(date(2025, 3, 1))) == (4, 5)

    def test_who_is_on_probation_has_none_yet(self, city, sign_in):
        services.correct(city.member.member, actor=city.secretary, standing="PROBATIONARY")
        page = sign_in(city.secretary).get(reverse("members:detail", args=[city.member.member.pk])).content.decode()
        assert "预备期满转正以后起算" in page

    def test_no_day_of_regularisation_for_who_is_on_probation(self, city):
        with pytest.raises(ValidationError) as refused:
            services.correct(
                city.member.member, actor=city.secretary, standing="PROBATIONARY", regularised_on=date(2020, 7, 1)
            )
        assert "regularised_on" in refused.value.message_dict


class TestForms:
    """Which branches hold formal relations (domain.md §4)."""

    @pytest.mark.parametrize("form", Branch.Form)
    def test_floating_functional_and_dual_branches_hold_none(self, city, form):
        Branch.objects.filter(pk=city.other_branch.pk).update(form=form)
        branch = Branch.objects.get(pk=city.other_branch.pk)
        words = {"actor": city.staff, "branch": branch, "name": "方小满", "joined_on": date(2020, 7, 1)}
        if form in ("FLOATING", "FUNCTIONAL", "DUAL"):
            with pytest.raises(ValidationError, match="不接收组织关系"):
                services.add(**words)
        else:
            assert services.add(**words).branch == branch

    @pytest.mark.parametrize("form", ["FLOATING", "FUNCTIONAL", "DUAL"])
    def test_members_take_part_in_them_all_the_same(self, city, form):
        Branch.objects.filter(pk=city.other_branch.pk).update(form=form)
        row = lasting.participate(
            city.member.member, actor=city.secretary, branch=city.other_branch, since=date(2026, 1, 1)
        )
        assert row.until is None


class TestParticipation:
    def test_is_once_at_a_time_and_counts_nowhere(self, city, sign_in):
        words = {"actor": city.secretary, "branch": city.other_branch, "since": date(2026, 1, 1)}
        row = lasting.participate(city.member.member, **words)
        with pytest.raises(ValidationError):
            lasting.participate(city.member.member, **words)
        assert names(sign_in(city.other_secretary)) == {"江一舟"}
        page = sign_in(city.other_secretary).get("/members/?show=guest").context["page"]
        assert [guest.member.user.name for guest in page] == ["周映红"]
        lasting.end_participation(row, actor=city.other_secretary, until=date(2026, 6, 1))
        assert lasting.participate(city.member.member, **words).pk != row.pk

    def test_the_host_sees_the_name_and_not_the_card(self, city, sign_in):
        lasting.participate(
            city.member.member, actor=city.secretary, branch=city.other_branch, since=date(2026, 1, 1)
        )
        card = reverse("members:detail", args=[city.member.member.pk])
        assert sign_in(city.other_secretary).get(card).status_code == 404

    def test_is_not_with_the_own_branch(self, city):
        with pytest.raises(ValidationError):
            lasting.participate(city.member.member, actor=city.secretary, branch=city.branch, since=date(2026, 1, 1))


class TestPeople:
    def test_somebody_known_by_phone_and_name_is_not_made_twice(self, city):
        before = User.objects.count()
        member = services.add(
            actor=city.secretary, branch=city.branch, name="林小禾", phone="13807900002", joined_on=date(2020, 7, 1)
        )
        assert member.user == city.anchor and User.objects.count() == before

    def test_a_number_of_another_name_is_refused(self, city):
        with pytest.raises(ValidationError) as refused:
            services.add(
                actor=city.secretary, branch=city.branch, name="别人", phone="13807900002", joined_on=date(2020, 7, 1)
            )
        assert "phone" in refused.value.message_dict

    def test_who_is_on_a_roster_is_not_entered_again(self, city):
        with pytest.raises(ValidationError) as refused:
            services.add(
                actor=city.staff, branch=city.other_branch, name="周映红", phone="13807900001",
                joined_on=date(2015, 7, 1),
            )
        assert "name" in refused.value.message_dict

    def test_who_comes_from_outside_has_a_letter_on_record(self, city):
        member = services.add(
            actor=city.secretary, branch=city.branch, name="方小满", joined_on=date(2020, 7, 1),
            relation_on=date(2026, 5, 1), from_name="某县某党支部",
        )
        [transfer] = member.transfers.all()
        assert (transfer.source, transfer.to_branch, transfer.state) == ("某县某党支部", city.branch, "DONE")

    def test_what_changed_is_on_record_and_never_the_value(self, city):
        services.correct(city.member.member, actor=city.secretary, job="云仓", remark="")
        event = AuditEvent.objects.get(kind="CHANGE", subject_type="members.member")
        assert event.facts == {"fields": ["job"]} and "云仓" not in str(event.facts)

    @pytest.mark.parametrize("who", ["member", "other_secretary", "auditor", "admin", "stranger"])
    def test_nobody_else_writes(self, city, who):
        with pytest.raises(PermissionDenied):
            services.correct(city.member.member, actor=getattr(city, who), remark="x")
        with pytest.raises(PermissionDenied):
            services.add(actor=getattr(city, who), branch=city.branch, name="方小满", joined_on=date(2020, 7, 1))


class TestFloating:
    def test_six_months_are_a_hint_and_change_nothing(self, city, sign_in):
        today = timezone.localdate()
        for user, months in ((city.member, 6), (city.officer, 5)):
            lasting.float_out(
                user.member, actor=city.secretary, place="深圳", reason="务工", since=months_later(today, -months)
            )
        page = sign_in(city.secretary).get("/members/?show=floating").content.decode()
        assert page.count("满 6 个月，可以研究") == 1
        assert set(Member.objects.in_branch().filter(branch=city.branch).values_list("user__name", flat=True)) == {
            "程远山", "陆南枝", "周映红",
        }

    def test_who_floats_in_is_no_member(self, city, sign_in):
        row = lasting.float_in(
            actor=city.secretary, branch=city.branch, name="方小满", home="某县某党支部", place="万商红", reason="务工",
            since=date(2026, 1, 1),
        )
        assert not Member.objects.filter(user=row.user).exists()
        assert names(sign_in(city.secretary), show="floating") == {"方小满"}
        assert names(sign_in(city.other_secretary), show="floating") == set()

    def test_is_registered_once_at_a_time(self, city):
        words = {"actor": city.secretary, "place": "深圳", "reason": "务工", "since": date(2026, 1, 1)}
        row = lasting.float_out(city.member.member, **words)
        with pytest.raises(ValidationError):
            lasting.float_out(city.member.member, **words)
        lasting.end_floating(row, actor=city.secretary, until=date(2026, 6, 1))
        with pytest.raises(Conflict):
            lasting.end_floating(row, actor=city.secretary, until=date(2026, 6, 1))
        assert lasting.float_out(city.member.member, **words).until is None


class TestCorrecting:
    """What two officers write at once, what a form does not offer, what cannot have been."""

    def test_a_stale_page_changes_nothing(self, city, sign_in):
        member, client = city.member.member, sign_in(city.secretary)
        address = reverse("members:edit", args=[member.pk])
        sent = {**client.get(address).context["form"].initial, "remark": "外出学习", "enterprise": ""}
        sent = {name: value for name, value in sent.items() if value is not None}
        services.correct(member, actor=city.staff, job="云仓主管")
        answer = client.post(address, sent)
        said = answer.content.decode()
        assert answer.status_code == 409 and "刚刚有变化" in said
        assert "外出学习" in said and "备注" in said and "想说的话" not in said
        member.refresh_from_db()
        assert (member.remark, member.user.profile.job) == ("", "云仓主管")

    def test_a_sex_that_is_not_filled_in_reads_as_any_other_gap(self, city, sign_in):
        client, member = sign_in(city.secretary), city.member.member
        for name in ("members:detail", "members:edit"):
            page = client.get(reverse(name, args=[member.pk])).content.decode()
            assert "未知" not in page and "没有填" in page
        sent = {**client.get(reverse("members:edit", args=[member.pk])).context["form"].initial, "remark": "外出学习"}
        sent = {name: value for name, value in sent.items() if value is not None}
        assert client.post(reverse("members:edit", args=[member.pk]), sent).status_code == 302
        assert User.objects.get(pk=city.member.pk).sex == "0"

    def test_a_wrong_name_is_the_committees_to_correct(self, city, sign_in):
        member, form = city.member.member, reverse("members:edit", args=[city.member.member.pk])
        assert "name" not in sign_in(city.secretary).get(form).context["form"].fields
        with pytest.raises(PermissionDenied):
            services.correct(member, actor=city.secretary, name="周映虹")
        client, address = sign_in(city.staff), reverse("members:edit", args=[member.pk])
        sent = {name: value for name, value in client.get(address).context["form"].initial.items() if value is not None}
        assert client.post(address, {**sent, "name": "周映虹"}).status_code == 302
        assert names(client, q="zyh") == {"周映虹"}

    def test_an_enterprise_of_no_branch_stays(self, city, sign_in):
        park = Enterprise.objects.create(name="云创园", kind="PARK")
        member, client = city.member.member, sign_in(city.secretary)
        services.correct(member, actor=city.staff, enterprise=park)
        member.refresh_from_db()
        address = reverse("members:edit", args=[member.pk])
        sent = {name: value for name, value in client.get(address).context["form"].initial.items() if value is not None}
        assert client.post(address, {**sent, "remark": "外出学习"}).status_code == 302
        member.refresh_from_db()
        assert (member.remark, member.enterprise) == ("外出学习", park)

    @pytest.mark.parametrize(
        ("field", "day"),
        [
            ("birth_month", date(2100, 1, 1)), ("work_since", date(2100, 1, 1)), ("joined_on", date(26, 7, 1)),
            ("birth_month", date(1066, 1, 1)),
        ],
    )
    def test_a_day_that_cannot_have_been_is_refused_where_it_stands(self, city, field, day):
        with pytest.raises(ValidationError) as refused:
            services.correct(city.member.member, actor=city.secretary, **{field: day})
        assert field in refused.value.message_dict

    def test_nobody_joined_before_birth(self, city):
        with pytest.raises(ValidationError, match="不能早于出生"):
            services.correct(
                city.member.member, actor=city.secretary, birth_month=date(2000, 1, 1), joined_on=date(1999, 7, 1),
                regularised_on=None, relation_on=None,
            )

    @pytest.mark.parametrize(("joined_on", "of_age"), [(date(2017, 12, 31), False), (date(2018, 1, 1), True)])
    def test_nobody_joined_before_being_18(self, city, joined_on, of_age):
        words = {"actor": city.secretary, "birth_month": date(2000, 1, 1), "joined_on": joined_on}
        if of_age:
            assert services.correct(city.member.member, **words).joined_on == joined_on
            return
        with pytest.raises(ValidationError, match="年满 18 岁") as refused:
            services.correct(city.member.member, **words)
        assert set(refused.value.message_dict) == {"joined_on"}

    def test_nobody_worked_before_birth_whichever_of_the_two_is_written(self, city):
        actor, born, worked = city.secretary, date(1980, 1, 1), date(1998, 1, 1)
        services.correct(city.member.member, actor=actor, birth_month=born, work_since=worked)
        late_birth = {"birth_month": date(1998, 2, 1), "joined_on": date(2020, 7, 1)}
        for words in (late_birth, {"work_since": date(1979, 12, 1)}):
            with pytest.raises(ValidationError, match="参加工作不能早于出生") as refused:
                services.correct(city.member.member, actor=actor, **words)
            assert set(refused.value.message_dict) == {"work_since"}

    def test_nobody_floated_out_before_joining(self, city):
        words = {"actor": city.secretary, "place": "深圳", "reason": "务工"}
        with pytest.raises(ValidationError, match="2015年7月1日入党") as refused:
            lasting.float_out(city.member.member, since=date(2015, 6, 30), **words)
        assert set(refused.value.message_dict) == {"since"}
        assert lasting.float_out(city.member.member, since=date(2015, 7, 1), **words).until is None

    def test_opening_a_card_is_on_record_once_a_day(self, city, sign_in):
        client, card = sign_in(city.staff), reverse("members:detail", args=[city.member.member.pk])
        client.get(card)
        client.get(card)
        [event] = AuditEvent.objects.filter(kind="VIEW", subject_type="members.member")
        assert (event.actor, event.subject_id) == (city.staff, str(city.member.member.pk))


class TestTwoOfOneName:
    """Of one name and one day it is one person sent twice, unless numbers of both say otherwise."""

    def test_sent_twice_it_is_one_person(self, city):
        words = {"actor": city.secretary, "branch": city.branch, "name": "方小满", "joined_on": date(2020, 7, 1)}
        services.add(**words)
        with pytest.raises(ValidationError, match="同名、同一天"):
            services.add(**words)
        with pytest.raises(ValidationError, match="同名、同一天"):
            services.add(**words, phone="13807900901")

    def test_two_phones_are_two_people(self, city):
        words = {"actor": city.secretary, "branch": city.branch, "name": "方小满", "joined_on": date(2020, 7, 1)}
        one, other = (services.add(**words, phone=phone) for phone in ("13807900901", "13807900902"))
        assert one.user != other.user

    def test_two_id_numbers_are_two_people(self, city):
        words = {"actor": city.secretary, "branch": city.branch, "name": "方小满", "joined_on": date(2020, 7, 1)}
        numbers = ("360502190001010019", "360521190012310032")
        one, other = (services.add(**words, id_number=number) for number in numbers)
        assert one.user != other.user


class TestBeforeMembership:
    def test_who_floated_in_and_moves_the_relation_here_floats_no_more(self, city, sign_in):
        row = lasting.float_in(
            actor=city.secretary, branch=city.branch, name="方小满", phone="13807900901", home="某县某党支部",
            place="万商红", reason="务工", since=date(2026, 1, 1),
        )
        services.add(
            actor=city.secretary, branch=city.branch, name="方小满", phone="13807900901", joined_on=date(2020, 7, 1),
            relation_on=date(2026, 5, 1), from_name="某县某党支部",
        )
        row.refresh_from_db()
        assert row.until == date(2026, 5, 1)
        page = sign_in(city.secretary).get("/members/").context["page"]
        assert not any(person.is_floating for person in page)

    def test_an_activist_of_another_branch_ends_and_that_branch_hears(self, city):
        activist = lasting.name_activist(
            actor=city.other_secretary, branch=city.other_branch, name="林小禾", phone="13807900002",
            since=date(2025, 3, 1),
        )
        services.add(
            actor=city.secretary, branch=city.branch, name="林小禾", phone="13807900002", joined_on=date(2026, 7, 1)
        )
        activist.refresh_from_db()
        assert activist.until == date(2026, 7, 1)
        assert Notice.objects.filter(recipient=city.other_secretary, title="林小禾已经登记为党员").count() == 1

    def test_who_is_named_again_elsewhere_leaves_the_first_time_as_it_was(self, city):
        words = {"name": "林小禾", "phone": "13807900002"}
        first = lasting.name_activist(
            actor=city.secretary, branch=city.branch, since=date(2025, 3, 1), **words
        )
        lasting.end_activist(first, actor=city.secretary, until=date(2025, 9, 1))
        lasting.name_activist(actor=city.other_secretary, branch=city.other_branch, since=date(2026, 3, 1), **words)
        first.refresh_from_db()
        assert (first.branch, first.until) == (city.branch, date(2025, 9, 1))

    def test_the_last_day_still_counts(self, city, sign_in):
        activist = lasting.name_activist(
            actor=city.secretary, branch=city.branch, name="林小禾", phone="13807900002", since=date(2025, 3, 1)
        )
        lasting.end_activist(activist, actor=city.secretary, until=timezone.localdate())
        page = sign_in(city.secretary).get("/members/?show=activist").content.decode()
        assert "林小禾" in page and "结束培养" not in page


def test_a_stale_party_group_is_not_overwritten(city):
    group = groups.found(actor=city.secretary, branch=city.branch, name="第一党小组")
    groups.arrange(group, actor=city.staff, name="第一党小组", members=[city.member.member], version=1)
    with pytest.raises(Conflict):
        groups.arrange(group, actor=city.secretary, name="东城组", members=[], version=1)
