"""The filters of the list: each alone, together, and as chips that take them off again."""

from datetime import date

import pytest
from django.http import QueryDict

from accounts.models import User
from anchors.registry import views
from anchors.registry.filters import Narrowing
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Enterprise
from tests.api_client import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry(city):
    """小禾 in 渝水's 城南 at a park with two accounts, 阿果 in 分宜's 双林, 晚晴 nowhere."""
    city.park = Enterprise.objects.create(name="万商红产业新城", kind="PARK")
    city.named = Enterprise.objects.create(name="表里写的公司")
    small, fruit, free = city.anchor.anchor, city.other_anchor.anchor, city.free_anchor.anchor
    Anchor.objects.filter(pk=small.pk).update(division="360502001", enterprise=city.park)
    Anchor.objects.filter(pk=fruit.pk).update(division="360521103", kind="VILLAGE", enterprise=city.named)
    for anchor, platform, genre, band in (
        (small, "DOUYIN", "COMMERCE", "UNDER_100K"), (small, "JD", "LIFE", "UNDER_1K"),
        (free, "DOUYIN", "FARM", "UNDER_1K"),
    ):
        PlatformAccount.objects.create(
            anchor=anchor, platform=platform, genre=genre, followers_band=band, nickname="某", as_of=date(2026, 1, 1)
        )
    return city


def narrowed(user, query):
    return Narrowing(user, QueryDict(query))


NARROWED = {
    "": "小阿晚", "division=360502": "小", "division=360521": "阿", "township=360521103": "阿",
    "division=360521&township=360521103": "阿", "division=360502&township=360521103": "小", "platform=DOUYIN": "小晚",
    "platform=JD&band=UNDER_100K": "", "platform=DOUYIN&band=UNDER_100K&genre=COMMERCE": "小", "genre=FARM": "晚",
    "band=UNDER_1K": "小晚", "kind=VILLAGE": "阿", "branch=none": "晚", "contact=none": "阿晚", "contact=has": "小",
    "q=%E5%B0%8F%E7%A6%BE": "小", "q=lxh&contact=has": "小", "q=lxh&contact=none": "",
}


@pytest.mark.parametrize(("query", "expected"), NARROWED.items())
def test_each_filter(registry, query, expected):
    assert {anchor.stage_name[0] for anchor in narrowed(registry.staff, query).rows} == set(expected)


def test_by_enterprise_also_one_that_nobody_has_looked_at(registry):
    assert narrowed(registry.staff, f"enterprise={registry.park.pk}").rows.get().user == registry.anchor
    assert narrowed(registry.staff, f"enterprise={registry.named.pk}").rows.get().user == registry.other_anchor
    offered = dict(narrowed(registry.staff, "").form.fields["enterprise"].choices)
    assert "万商红产业新城" in offered.values() and "表里写的公司" not in offered.values()


def test_it_never_widens_what_is_visible(registry):
    assert {row.user for row in narrowed(registry.secretary, "branch=none").rows} == set()
    assert {row.user for row in narrowed(registry.other_secretary, "").rows} == {registry.other_anchor}


def test_townships_follow_the_county(registry):
    everywhere, one = narrowed(registry.staff, ""), narrowed(registry.staff, "division=360521")
    assert [county for county, _ in everywhere.townships] == ["渝水区", "分宜县"]
    assert [county for county, _ in one.townships] == ["分宜县"]


def test_chips_say_what_is_asked_and_lead_to_the_list_without_it(registry, sign_in):
    narrowing = narrowed(registry.staff, "division=360502&platform=DOUYIN&cursor=x&nonsense=1&kind=STAR")
    assert [(chip.label, chip.text, chip.without) for chip in narrowing.chips] == [
        ("县区", "渝水区", "platform=DOUYIN"), ("平台", "抖音", "division=360502"),
    ]
    assert narrowing.words == "县区：渝水区；平台：抖音" and not narrowing.is_clear
    assert narrowed(registry.staff, "division=360502").is_clear
    page = sign_in(registry.staff).get("/anchors/?division=360502&platform=DOUYIN").content.decode()
    assert 'href="?platform=DOUYIN"' in page and "共 1 人" in page and 'class="more-filters" open' in page


def test_more_than_so_many_are_not_counted(city, sign_in, monkeypatch):
    monkeypatch.setattr(views, "COUNTED", 1000)
    people = User.objects.bulk_create(User(username=f"p{n}", name="某", password="!") for n in range(1000))
    Anchor.objects.bulk_create(Anchor(user=user, stage_name="某", enrolled_on=date(2025, 1, 1)) for user in people)
    assert "超过 1000 人" in sign_in(city.staff).get("/anchors/").content.decode()


def test_the_api_narrows_alike(registry):
    caller = Caller(registry.staff)
    for query, expected in (
        ({"division": "360521"}, "宋阿果"), ({"platform": "DOUYIN", "band": "UNDER_100K"}, "林小禾"),
        ({"genre": "FARM"}, "何晚晴"), ({"contact": "has"}, "林小禾"), ({"branch": "none"}, "何晚晴"),
        ({"enterprise": registry.park.pk}, "林小禾"),
    ):
        answer = caller.fetch("anchors/", **query).json()
        assert [row["name"] for row in answer["results"]] == [expected], query
    for wrong in ({"platform": "TV"}, {"division": "1"}, {"contact": "some"}, {"band": "9"}):
        assert caller.fetch("anchors/", **wrong).status_code == 400, wrong
