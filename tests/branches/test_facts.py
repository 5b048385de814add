import pytest

from branches.facts.models import Fact


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


def test_facts_are_read_only(city, sign_in):
    assert sign_in(city.staff).post("/facts/").status_code == 405
