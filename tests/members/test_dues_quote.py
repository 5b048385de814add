"""The calculator of dues: every boundary of domain.md §3.3, and nothing kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(client, city, sign_in):
    return sign_in(city.member)


def ask(api, **query):
    return api.get(reverse("api:dues-quote"), query)


@pytest.mark.parametrize(
    ("base", "rate", "amount"),
    [
        ("0", "0.5", "0.00"), ("3000", "0.5", "15.00"), ("3000.01", "1", "30.00"), ("3001", "1", "30.01"),
        ("5000", "1", "50.00"), ("5000.01", "1.5", "75.00"), ("5001", "1.5", "75.02"), ("10000", "1.5", "150.00"),
        ("10000.01", "2", "200.00"), ("10001", "2", "200.02"),
    ],
)
def test_the_rate_of_a_wage_holds_for_the_whole_base(api, base, rate, amount):
    assert ask(api, base=base).json() == {"rate": rate, "amount": amount}


@pytest.mark.parametrize(
    ("base", "rate", "amount"), [("5000", "0.5", "25.00"), ("5000.01", "1", "50.00"), ("5001", "1", "50.01")]
)
def test_a_pension_has_rates_of_its_own(api, base, rate, amount):
    assert ask(api, base=base, kind="PENSION").json() == {"rate": rate, "amount": amount}


@pytest.mark.parametrize("base", ["", "很多", "-1", "NaN", "1e99", "12.345", "99999999", "\0"])
def test_what_is_no_amount_is_refused_with_a_sentence(api, base):
    answer = ask(api, base=base)
    assert answer.status_code == 400 and any("一" <= letter <= "鿿" for letter in answer.json()["base"][0])


def test_the_page_reckons_and_keeps_nothing(city, sign_in):
    client = sign_in(city.member)
    with CaptureQueriesContext(connection) as asked:
        page = client.post(reverse("dues:quote"), {"base": "5001", "kind": "WAGE"}).content.decode()
    assert "75.02" in page and "基数 5001 元 × 1.5%" in page
    assert not [one["sql"] for one in asked if one["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]


def test_the_page_says_what_is_paid_whatever_the_income(city, sign_in):
    page = sign_in(city.member).get(reverse("dues:quote")).content.decode()
    assert "农民党员每月党费不超过" in page and "0.2 元" in page and "补交党费一般不超过 6 个月" in page


def test_a_wrong_amount_stays_in_its_field(city, sign_in):
    answer = sign_in(city.member).post(reverse("dues:quote"), {"base": "五千"})
    assert answer.status_code == 400 and 'value="五千"' in answer.content.decode()
