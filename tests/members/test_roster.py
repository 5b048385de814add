from datetime import date

import pytest

from accounts.models import User
from members.models import Activist, Member


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
