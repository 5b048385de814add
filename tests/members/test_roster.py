from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import Branch
from branches.organisation.terms import months_later
from members.models import Activist, Member
from members.roster import services
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
        row = services.participate(
            city.member.member, actor=city.secretary, branch=city.other_branch, since=date(2026, 1, 1)
        )
        assert row.until is None


class TestParticipation:
    def test_is_once_at_a_time_and_counts_nowhere(self, city, sign_in):
        words = {"actor": city.secretary, "branch": city.other_branch, "since": date(2026, 1, 1)}
        row = services.participate(city.member.member, **words)
        with pytest.raises(ValidationError):
            services.participate(city.member.member, **words)
        assert names(sign_in(city.other_secretary)) == {"江一舟"}
        page = sign_in(city.other_secretary).get("/members/?show=guest").context["page"]
        assert [guest.member.user.name for guest in page] == ["周映红"]
        services.end_participation(row, actor=city.other_secretary, until=date(2026, 6, 1))
        assert services.participate(city.member.member, **words).pk != row.pk

    def test_the_host_sees_the_name_and_not_the_card(self, city, sign_in):
        services.participate(
            city.member.member, actor=city.secretary, branch=city.other_branch, since=date(2026, 1, 1)
        )
        card = reverse("members:detail", args=[city.member.member.pk])
        assert sign_in(city.other_secretary).get(card).status_code == 404

    def test_is_not_with_the_own_branch(self, city):
        with pytest.raises(ValidationError):
            services.participate(city.member.member, actor=city.secretary, branch=city.branch, since=date(2026, 1, 1))


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
            services.float_out(
                user.member, actor=city.secretary, place="深圳", reason="务工", since=months_later(today, -months)
            )
        page = sign_in(city.secretary).get("/members/?show=floating").content.decode()
        assert page.count("满 6 个月，可以研究") == 1
        assert set(Member.objects.in_branch().filter(branch=city.branch).values_list("user__name", flat=True)) == {
            "程远山", "陆南枝", "周映红",
        }

    def test_who_floats_in_is_no_member(self, city, sign_in):
        row = services.float_in(
            actor=city.secretary, branch=city.branch, name="方小满", home="某县某党支部", place="万商红", reason="务工",
            since=date(2026, 1, 1),
        )
        assert not Member.objects.filter(user=row.user).exists()
        assert names(sign_in(city.secretary), show="floating") == {"方小满"}
        assert names(sign_in(city.other_secretary), show="floating") == set()

    def test_is_registered_once_at_a_time(self, city):
        words = {"actor": city.secretary, "place": "深圳", "reason": "务工", "since": date(2026, 1, 1)}
        row = services.float_out(city.member.member, **words)
        with pytest.raises(ValidationError):
            services.float_out(city.member.member, **words)
        services.end_floating(row, actor=city.secretary, until=date(2026, 6, 1))
        with pytest.raises(Conflict):
            services.end_floating(row, actor=city.secretary, until=date(2026, 6, 1))
        assert services.float_out(city.member.member, **words).until is None
