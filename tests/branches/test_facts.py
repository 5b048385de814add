"""Figures with qualifier, day and source; what is quoted, counted and derived is never one number."""

import csv
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from anchors.registry.models import Anchor, PlatformAccount
from branches.facts.counting import countings
from branches.facts.derived import derived
from branches.facts.models import SOURCE, Fact
from branches.organisation.models import Post, Role
from branches.stations.models import Station
from members.models import Activist

PAGE = "/facts/"


def both(client):
    """`{code: what the portal counts}` of the page."""
    return {fact.code: fact.counted for fact in client.get(PAGE).context["both"]}


def a_station(n, **fields):
    return Station.objects.create(
        code=f"XY-01-{n:03}", name=f"第{n}驿站", kind="OWN", host="电商园", division_id="360502", address="1 号",
        **fields,
    )


@pytest.mark.parametrize(
    ("code", "spoken", "unit"),
    [
        ("anchors", "3000 余", "人"), ("accounts_10k", "上百个", ""), ("parcels_per_day", "超过 40 万", "件/天"),
        ("farm_sales", "约 2260 万", "元"), ("saving_logistics", "预计 1200 万", "元/年"),
        ("online_retail", "113.3 亿", "元"), ("fx_close_rate", "91.8", "%"), ("farmers_benefited", "1315", "名"),
    ],
)
def test_a_quoted_figure_keeps_its_qualifier(city, code, spoken, unit):
    fact = Fact.objects.get(code=code)
    assert (fact.spoken, fact.spoken_unit) == (spoken, unit)


def test_other_places_stand_apart(city, sign_in):
    context = sign_in(city.staff).get("/facts/").context
    assert {fact.scope for fact in context["own"]} == {"own"}
    assert {fact.scope for fact in context["reference"]} == {"reference"}
    assert "2024年10月21日" in sign_in(city.staff).get("/facts/").content.decode()


def test_the_given_figures_stand_there_unchanged(city):
    with open(settings.BASE_DIR / "branches/data/facts.csv", encoding="utf-8") as lines:
        given = {row["code"]: row for row in csv.DictReader(lines)}
    assert len(given) == 37 == Fact.objects.count()
    for fact in Fact.objects.all():
        row = given[fact.code]
        words = ("title", "qualifier", "unit", "as_of", "place", "scope", "note")
        said = {name: getattr(fact, name) for name in words}
        assert fact.value == Decimal(row["value"]) and said.items() <= row.items()


def test_every_quoted_figure_says_where_it_stands_and_how_it_came_about(city, sign_in):
    assert not Fact.objects.filter(source="").exists() and not Fact.objects.filter(method="").exists()
    page = sign_in(city.anchor).get(PAGE).content.decode()
    assert page.count(f"出处：{SOURCE}；照报道原文引用，本系统没有核实。") == 2


def test_what_was_announced_is_no_measurement(city, sign_in):
    page = sign_in(city.staff).get(PAGE).content.decode()
    assert page.count("预计，不是实测") == 1 and "预计 1200 万" in page


def test_counted_and_quoted_stand_side_by_side(city, sign_in):
    a_station(1)
    a_station(2, in_anchor_area=True, status="REPAIR", note="修空调")
    client = sign_in(city.stranger)
    found, page = both(client), client.get(PAGE).content.decode()
    assert (found["stations"].value, found["stations_anchor_area"].value) == (2, 1)
    assert "<b>2</b> 个" in page and "<b>40</b> 个" in page and "（2024年10月）" in page


def test_the_number_leads_to_as_many_records(city, sign_in):
    a_station(1)
    a_station(2, in_anchor_area=True)
    client = sign_in(city.staff)
    Activist.objects.create(user=city.stranger, branch=city.branch, since=date(2026, 1, 1))
    for code in ("stations", "stations_anchor_area", "activists", "anchors", "branches"):
        counted = both(client)[code]
        assert len(list(client.get(counted.url).context["page"])) == counted.value, code


def test_people_are_counted_for_the_committee_and_the_auditor_alone(city, sign_in):
    Activist.objects.create(user=city.stranger, branch=city.other_branch, since=date(2026, 1, 1))
    Activist.objects.create(
        user=city.free_anchor, branch=city.branch, since=date(2025, 1, 1), until=date(2025, 12, 31)
    )
    counted = {who: both(sign_in(getattr(city, who))) for who in ("staff", "auditor", "secretary", "anchor")}
    assert [counted[who]["activists"].value for who in ("staff", "auditor")] == [1, 1]
    assert [counted[who]["anchors"].value for who in ("staff", "auditor")] == [3, 3]
    assert counted["auditor"]["anchors"].url == "" != counted["staff"]["anchors"].url
    for who in ("secretary", "anchor"):
        assert set(counted[who]) == {"branches", "departments", "measures", "stations", "stations_anchor_area"}


def test_a_deputy_of_a_branch_who_audits_counts_as_auditor(city, sign_in):
    Post.objects.create(user=city.stranger, role=Role.AUDITOR, committee=city.committee, since=date(2025, 1, 1))
    assert "anchors" in both(sign_in(city.stranger))


@pytest.mark.parametrize(
    ("band", "counts"), [("", 0), ("UNDER_10K", 0), ("UNDER_100K", 1), ("UNDER_1M", 1), ("OVER_10M", 1)]
)
def test_accounts_of_ten_thousand_followers_and_more_are_counted(city, sign_in, band, counts):
    PlatformAccount.objects.create(
        anchor=city.anchor.anchor, platform="DOUYIN", nickname="小禾", followers_band=band, as_of=date(2026, 1, 1)
    )
    assert both(sign_in(city.staff))["accounts_10k"].value == counts


def test_whoever_was_merged_is_not_counted_twice(city, sign_in):
    Anchor.objects.filter(user=city.free_anchor).update(merged_into=city.anchor.anchor)
    assert both(sign_in(city.staff))["anchors"].value == 2


def test_every_counting_belongs_to_a_quoted_fact(city):
    codes = [counting.code for counting in countings()]
    assert len(codes) == len(set(codes)) == Fact.objects.filter(code__in=codes, scope="own").count()


def test_what_is_derived_shows_its_formula_and_stands_apart(city, sign_in):
    found = {one.title: (one.spoken, one.unit, one.how, one.scope) for one in derived(list(Fact.objects.all()))}
    assert found == {
        "主播集中区的“暖新驿站”占全部": ("10", "%", "4 ÷ 40", "own"),
        "奉新县进入社区工作的县直部门减少": ("25", "个", "43 − 18", "reference"),
        "奉新县社区事务减少": ("89", "项", "137 − 48", "reference"),
    }
    page = sign_in(city.staff).get(PAGE).content.decode()
    assert page.index("外地参考") < page.index(">推算<")


def test_nothing_is_derived_from_what_is_only_about_right(city):
    Fact.objects.filter(code="stations").update(qualifier="约")
    assert "主播集中区的“暖新驿站”占全部" not in [one.title for one in derived(list(Fact.objects.all()))]


def test_facts_are_read_only(city, sign_in):
    assert sign_in(city.staff).post("/facts/").status_code == 405
