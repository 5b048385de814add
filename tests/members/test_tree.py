"""The organisation as a tree: who sees which branch, what is vacant, what its size asks for (domain.md §3.1)."""

from datetime import date, timedelta
from itertools import count

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from branches.organisation.models import Branch, Enterprise, Post, Role
from branches.rules.services import rules_on
from members.models import Member
from members.tree import reading
from members.tree.thresholds import Size, advice, vacant_seats

pytestmark = pytest.mark.django_db
WHOLE = (Role.SECRETARY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE)
DAY = date(2025, 7, 1)
NUMBERS = count()


@pytest.fixture
def book(city):
    return rules_on()


def said(book, size, held=WHOLE, form=Branch.Form.INDUSTRY):
    return "；".join(advice(form, size, held, book))


def people(n, **of):
    users = User.objects.bulk_create(User(username=f"w{next(NUMBERS)}", name="某人") for _ in range(n))
    return Member.objects.bulk_create(Member(user=user, joined_on=DAY, **of) for user in users)


class TestSize:
    @pytest.mark.parametrize(("full", "short"), [(2, True), (3, False)])
    def test_fewer_than_three_full_members_may_join_with_others(self, book, full, short):
        assert ("正式党员不足 3 名" in said(book, Size(full, 9))) == short

    @pytest.mark.parametrize(("full", "needed"), [(6, False), (7, True)])
    def test_from_seven_full_members_there_is_a_committee(self, book, full, needed):
        assert ("应设支部委员会" in said(book, Size(full), held=(Role.SECRETARY, Role.DEPUTY))) == needed
        assert "应设支部委员会" not in said(book, Size(full), held=WHOLE[:3])

    @pytest.mark.parametrize(("probationary", "large"), [(10, False), (11, True)])
    def test_more_than_fifty_members_may_be_divided(self, book, probationary, large):
        assert ("党员超过 50 名" in said(book, Size(40, probationary))) == large

    @pytest.mark.parametrize(("full", "what"), [(49, None), (50, "党总支"), (99, "党总支"), (100, "基层党委")])
    def test_fifty_ask_for_a_general_branch_and_a_hundred_for_a_committee(self, book, full, what):
        text = said(book, Size(full))
        assert ("报批" in text) == bool(what) and (what or "") in text

    def test_a_functional_branch_is_asked_nothing(self, book):
        assert said(book, Size(0), held=(), form=Branch.Form.FUNCTIONAL) == ""

    @pytest.mark.parametrize(("full", "vacant"), [(6, [Role.SECRETARY]), (7, [Role.SECRETARY, *WHOLE[1:]])])
    def test_the_seats_of_a_committee_count_as_vacant_only_where_there_should_be_one(self, book, full, vacant):
        assert vacant_seats(Size(full), (), book) == vacant


class TestVacancy:
    @pytest.mark.parametrize(("days", "told"), [(30, None), (31, 31)])
    def test_a_secretary_gone_for_more_than_thirty_days(self, city, days, told):
        today = timezone.localdate()
        Post.objects.filter(user=city.secretary).update(until=today - timedelta(days=days))
        [twig] = [twig for twig in reading.tree_of(city.staff).twigs if twig.branch == city.branch]
        assert (twig.vacant, twig.vacant_days) == (["书记"], told)


class TestCoverage:
    @pytest.mark.parametrize(("full", "listed"), [(2, False), (3, True)])
    def test_three_full_members_without_an_organisation_should_have_one(self, city, full, listed):
        firm = Enterprise.objects.create(name="仙鹤供应链", kind="SUPPLY")
        people(full, branch=city.branch, enterprise=firm)
        people(1, branch=city.other_branch, enterprise=firm, standing="PROBATIONARY")
        assert (firm in reading.tree_of(city.staff).uncovered) == listed

    def test_the_list_of_enterprises_names_the_same(self, city, sign_in):
        counted = Enterprise.objects.create(name="仙鹤供应链", kind="SUPPLY")
        people(3, branch=city.branch, enterprise=counted)
        looked_at = Enterprise.objects.create(name="青禾云播", kind="MCN", should_build=True)
        page = sign_in(city.staff).get("/branches/enterprises/?show=unbuilt").context["page"]
        assert set(page) == {counted, looked_at} == set(reading.tree_of(city.staff).uncovered)

    def test_not_where_there_is_one_nor_of_who_has_left(self, city):
        covered = Enterprise.objects.create(name="有支部的", kind="SUPPLY", party_form="INDEPENDENT")
        left = Enterprise.objects.create(name="走了的", kind="SUPPLY")
        people(3, branch=city.branch, enterprise=covered)
        people(3, branch=city.other_branch, enterprise=left, left_on=DAY)
        assert reading.tree_of(city.staff).uncovered == []


class TestPage:
    def page(self, sign_in, user):
        return sign_in(user).get(reverse("members:tree")).content.decode()

    def test_the_committee_sees_all_from_its_posts_to_the_members(self, city, sign_in):
        page = self.page(sign_in, city.staff)
        for words in ("顾明溪", city.branch.name, city.other_branch.name, "周映红", "应建未建"):
            assert words in page

    def test_a_secretary_sees_nothing_of_another_branch(self, city, sign_in):
        page = self.page(sign_in, city.secretary)
        assert city.branch.name in page and "周映红" in page
        for words in (city.other_branch.name, "江一舟", "应建未建"):
            assert words not in page
