"""The numbers of Party rules: effective-dated, with their source; what staff changed is kept (domain.md §3)."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from branches.rules.models import Rule
from branches.rules.services import rules_on
from xinyu_portal import reference

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]


@pytest.mark.parametrize(
    ("code", "number"),
    [
        ("BRANCH_FULL_MEMBERS", 3), ("BRANCH_COMMITTEE_FROM", 7), ("GENERAL_BRANCH_MEMBERS", 50),
        ("COMMITTEE_MEMBERS", 100), ("BRANCH_MEMBERS_MOST", 50), ("JOINT_UNITS_MOST", 5), ("TERM_BRANCH", 3),
        ("TERM_REMINDER", 6), ("TERM_MOVE_MOST", 1), ("GROUP_FULL_MEMBERS", 3), ("SECRETARY_VACANT", 30),
    ],
)
def test_a_number_of_domain_3_1(code, number):
    assert rules_on().number(code) == number


def test_a_later_table_replaces_the_whole_earlier_one_from_its_day():
    for above, value in ((0, 1), (8000, 3)):
        Rule.objects.create(
            code="DUES_WAGE", above=above, value=value, unit="PERCENT", since=date(2027, 1, 1), title="新比例",
            source="演示",
        )
    before, after = rules_on(date(2026, 12, 31)), rules_on(date(2027, 1, 1))
    assert [row.above for row in before.rows("DUES_WAGE")] == [0, 3000, 5000, 10000]
    assert [row.above for row in after.rows("DUES_WAGE")] == [0, 8000]


def test_before_its_first_day_a_rule_has_no_number():
    with pytest.raises(LookupError):
        rules_on(date(2008, 3, 31)).rows("DUES_WAGE")


def test_what_staff_confirmed_stays_when_the_lists_are_loaded_again():
    rule = Rule.objects.get(code="GROUP_FULL_MEMBERS")
    Rule.objects.filter(pk=rule.pk).update(confirmed=True, value=Decimal(4))
    reference.load()
    rule.refresh_from_db()
    assert (rule.confirmed, rule.value) == (True, 4)


def test_the_page_says_source_day_and_what_is_unconfirmed(city, sign_in):
    page = sign_in(city.staff).get(reverse("rules:list")).content.decode()
    assert "党费比例（按月工资收入），超过 5000 元" in page
    assert "1.5%" in page and "2008年4月1日" in page
    assert f"{Rule.objects.filter(confirmed=False).count()} 个还待确认" in page
