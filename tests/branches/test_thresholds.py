"""Every number of domain.md §3 that the portal shows or reckons with stands in the rules, as a named test."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from branches.organisation.models import Branch, Role
from branches.rules.models import Rule
from branches.rules.services import rules_on
from members.tree.thresholds import Size, advice, vacant_seats

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
DAY = date(2026, 11, 29)
OFFICERS = {Role.SECRETARY, Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE}

# domain.md §3.1 to §3.4, line by line: the rule, its number, its unit, and whether its source was read.
THRESHOLDS = [
    ("BRANCH_FULL_MEMBERS", 3, "人", True), ("BRANCH_MEMBERS_MOST", 50, "人", True),
    ("JOINT_UNITS_MOST", 5, "家", True), ("PROJECT_MONTHS", 6, "个月", True),
    ("GENERAL_BRANCH_MEMBERS", 50, "人", False), ("COMMITTEE_MEMBERS", 100, "人", False),
    ("BRANCH_COMMITTEE_FROM", 7, "人", True), ("BRANCH_COMMITTEE_LEAST", 3, "人", True),
    ("BRANCH_COMMITTEE_USUAL", 5, "人", True), ("BRANCH_COMMITTEE_MOST", 7, "人", True),
    ("SMALL_BRANCH_SECRETARY", 1, "人", True), ("SECRETARY_STANDING", 1, "年", True),
    ("TERM_BRANCH", 3, "年", True), ("TERM_VILLAGE", 5, "年", True), ("TERM_COMMITTEE", 5, "年", True),
    ("TERM_REMINDER", 6, "个月", True), ("TERM_MOVE_MOST", 1, "年", True),
    ("CONGRESS_MEMBERS", 500, "人", True), ("ELECTION_VOTERS", 80, "%", True), ("ELECTION_SURPLUS", 20, "%", True),
    ("ELECTION_AYES", 50, "%", False), ("GROUP_FULL_MEMBERS", 3, "人", False), ("SECRETARY_VACANT", 30, "天", False),
    ("MEETING_MEMBERS", 3, "个月", True), ("MEETING_COMMITTEE", 1, "个月", True), ("MEETING_GROUP", 1, "个月", True),
    ("MEETING_PARTY_DAY", 1, "个月", True), ("MEETING_LECTURE", 3, "个月", False), ("MEETING_LIFE", 12, "个月", True),
    ("MEETING_APPRAISAL", 12, "个月", True), ("MEETING_COMMITTEE_THERE", 50, "%", True),
    ("APPRAISAL_EXCELLENT", 3, "人", False), ("TALK", 12, "个月", True), ("SECRETARY_REVIEW", 12, "个月", False),
    ("TRAINING_MEMBER", 32, "学时", False), ("TRAINING_SECRETARY", 56, "学时", False),
    ("DUES_FARMER_LEAST", Decimal("0.2"), "元", True), ("DUES_FARMER_MOST", 1, "元", True),
    ("DUES_NO_INCOME", Decimal("0.2"), "元", True), ("DUES_BACK_MOST", 6, "个月", True),
    ("DUES_PUBLISH", 12, "个月", True),
    ("DUES_REMIND_1", 1, "个月", False), ("DUES_REMIND_2", 3, "个月", False), ("DUES_REMIND_3", 5, "个月", False),
    ("DUES_STUDY", 6, "个月", False),
    ("TRANSFER_AFTER", 6, "个月", True), ("FLOATING_MONTHS", 6, "个月", True),
    ("TRANSFER_LETTER_CITY", 10, "天", False), ("TRANSFER_LETTER_AWAY", 30, "天", False),
    ("TRANSFER_LETTER_MOST", 90, "天", False),
    ("LOST_MONTHS", 6, "个月", True), ("LOST_YEARS", 2, "年", True),
    ("FORM_EXPIRY_REMINDER", 30, "天", False), ("FORM_UNUSED_PERIODS", 2, "期", False),
]


@pytest.mark.parametrize(("code", "number", "unit", "confirmed"), THRESHOLDS, ids=[row[0] for row in THRESHOLDS])
def test_threshold(code, number, unit, confirmed):
    [row] = rules_on(DAY).rows(code)
    assert (row.value, row.get_unit_display(), row.confirmed) == (number, unit, confirmed) and row.source


def test_every_rule_that_the_code_asks_for_is_there():
    asked = set()
    for room in ("branches", "members", "anchors", "appeals", "xinyu_portal"):
        for path in (settings.BASE_DIR / room).rglob("*.py"):
            text = path.read_text(encoding="utf-8")
            asked |= set(re.findall(r"\b(?:number|rows|step)\(\"([A-Z][A-Z_0-9]+)\"", text))
    assert asked and asked <= set(Rule.objects.values_list("code", flat=True))


def said(full, probationary=0, held=OFFICERS, form=Branch.Form.INDUSTRY):
    return advice(form, Size(full, probationary), held, rules_on(DAY))


@pytest.mark.parametrize(("full", "small"), [(2, True), (3, False)])
def test_three_full_members_make_a_branch(full, small):
    assert bool(said(full)) == small


def test_probationers_do_not_count_for_the_three():
    assert said(2, probationary=1)


@pytest.mark.parametrize(("full", "asked"), [(6, []), (7, [Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE])])
def test_seven_full_members_have_a_branch_committee(full, asked):
    assert vacant_seats(Size(full, 0), {Role.SECRETARY}, rules_on(DAY)) == asked


def test_below_seven_one_secretary_is_enough_and_is_needed():
    assert vacant_seats(Size(6, 0), set(), rules_on(DAY)) == [Role.SECRETARY]


@pytest.mark.parametrize(("held", "enough"), [(2, False), (3, True)])
def test_a_branch_committee_has_three_people(held, enough):
    found = said(7, held=set(list(OFFICERS)[:held]))
    assert any("不少于 3 人" in sentence for sentence in found) != enough


@pytest.mark.parametrize(("members", "large"), [((45, 5), False), ((45, 6), True)])
def test_more_than_fifty_members_may_be_parted(members, large):
    assert any("分设支部" in sentence for sentence in said(*members)) == large


@pytest.mark.parametrize(("full", "unit"), [(49, None), (50, "党总支"), (99, "党总支"), (100, "基层党委")])
def test_from_fifty_a_general_branch_and_from_a_hundred_a_committee(full, unit):
    found = [sentence for sentence in said(full) if "报批" in sentence]
    assert found == [] if unit is None else unit in found[0]


def test_a_functional_branch_is_asked_for_nothing():
    assert said(1, form=Branch.Form.FUNCTIONAL) == []


def test_the_page_marks_what_is_to_be_confirmed(city, sign_in):
    page = sign_in(city.staff).get("/rules/").content.decode()
    assert page.count(">待确认<") == Rule.objects.filter(confirmed=False, since__lte=DAY).count() > 0
    assert "党员代表大会" in page and "候选人差额" in page
