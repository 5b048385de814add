from datetime import date, timedelta

import pytest
from django.utils import timezone

from branches.organisation.models import Branch, Post


def test_list_names_the_officers_and_marks_demo_branches(city, sign_in):
    page = sign_in(city.staff).get("/branches/").content.decode()
    assert "程远山" in page and "陆南枝" in page and "江一舟" in page
    assert page.count(">演示<") == 1
    assert ">3 名<" in page


@pytest.mark.parametrize(("who", "everywhere", "at_home"), [
    ("staff", True, True), ("auditor", True, True), ("secretary", False, True), ("officer", False, True),
    ("member", False, False), ("anchor", False, False),
])
def test_how_many_there_are_is_said_of_the_own_branch_alone(city, sign_in, who, everywhere, at_home):
    client = sign_in(getattr(city, who))
    pages = {"/branches/": everywhere} | {
        f"/branches/{branch.pk}/": said for branch, said in ((city.branch, at_home), (city.other_branch, everywhere))
    }
    for page, said in pages.items():
        assert ("登记的主播" in client.get(page).content.decode()) == said, page


def test_what_is_not_registered_is_the_branchs_own_concern(city, sign_in):
    city.branch.__class__.objects.update(elected_on=None)
    said = "没有登记选举日期"
    assert said in sign_in(city.secretary).get(f"/branches/{city.branch.pk}/").content.decode()
    assert said not in sign_in(city.anchor).get(f"/branches/{city.branch.pk}/").content.decode()


@pytest.mark.parametrize("who", ["staff", "secretary", "officer", "auditor", "anchor", "member", "clerk", "admin"])
def test_the_list_leads_to_the_tree_for_whoever_may_open_it(city, sign_in, who):
    client = sign_in(getattr(city, who))
    linked = 'href="/members/tree/"' in client.get("/branches/").content.decode()
    assert linked == (client.get("/members/tree/").status_code == 200)


def test_a_vacancy_is_shown_and_says_what_happens(city, sign_in):
    Post.objects.filter(branch=city.branch).update(until=timezone.localdate() - timedelta(days=1))
    assert "空缺" in sign_in(city.staff).get("/branches/").content.decode()
    page = sign_in(city.staff).get(f"/branches/{city.branch.pk}/").content.decode()
    assert "现在没有人能接单" in page and "程远山" not in page


def test_card_links_the_roster_for_its_own_officers(city, sign_in):
    card = f"/branches/{city.branch.pk}/"
    roster = f"/members/?branch={city.branch.pk}"
    assert roster in sign_in(city.secretary).get(card).content.decode()
    assert roster not in sign_in(city.other_secretary).get(card).content.decode()


def test_unknown_branch_and_wrong_method(city, sign_in):
    client = sign_in(city.staff)
    assert client.get("/branches/999999/").status_code == 404
    assert client.post("/branches/").status_code == client.post(f"/branches/{city.branch.pk}/").status_code == 405


@pytest.mark.parametrize("count", [0, 200])
def test_list_costs_at_most_eight_statements(city, sign_in, django_assert_max_num_queries, count):
    Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{n}支部", short_name=f"第{n}", established_on=date(2025, 1, 1))
        for n in range(count)
    )
    client = sign_in(city.staff)
    with django_assert_max_num_queries(8):
        assert client.get("/branches/").status_code == 200
