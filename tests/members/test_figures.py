"""What the reports count of a branch's people: by formal relation, as of the end of the period (domain.md §7.2)."""

from datetime import date, datetime

import pytest

from branches.calendar.workcalendar import SHANGHAI
from branches.reports.figures import figure_kinds
from members import figures
from members.models import Activist, Dues, Floating, Member, Participation, Transfer

pytestmark = pytest.mark.django_db
START, END = datetime(2026, 10, 1, tzinfo=SHANGHAI), datetime(2026, 11, 1, tzinfo=SHANGHAI)


def count(city, kind, branch=None, *, start=START, end=END):
    """(value, denominator) for a branch, that of 周映红 by default."""
    found = kind.count([city.branch.pk, city.other_branch.pk], start, end).get((branch or city.branch).pk)
    return found[:2] if found else (0, None)


def change(user, **columns):
    Member.objects.filter(user=user).update(**columns)


def test_full_and_probationary_are_counted_by_formal_relation(city):
    change(city.member, standing="PROBATIONARY", joined_on=date(2026, 6, 20))
    Participation.objects.create(member=city.member.member, branch=city.other_branch, since=date(2026, 7, 1))
    assert count(city, figures.full_members) == (2, None)
    assert count(city, figures.probationary_members) == (1, None)
    assert count(city, figures.full_members, city.other_branch) == (1, None)
    assert count(city, figures.probationary_members, city.other_branch) == (0, None)


def test_who_was_regularised_afterwards_was_still_on_probation(city):
    change(city.member, joined_on=date(2025, 11, 1), regularised_on=date(2026, 11, 1))
    assert count(city, figures.probationary_members) == (1, None)
    change(city.member, regularised_on=date(2026, 10, 31))
    assert count(city, figures.probationary_members) == (0, None)


@pytest.mark.parametrize(
    ("columns", "there"),
    [
        ({"left_on": date(2026, 11, 1)}, True), ({"left_on": date(2026, 10, 31)}, False),
        ({"relation_on": date(2026, 10, 31)}, True), ({"relation_on": date(2026, 11, 1)}, False),
        ({"joined_on": date(2026, 11, 1)}, False),
    ],
)
def test_the_last_day_of_the_period_decides_who_is_there(city, columns, there):
    change(city.member, **columns)
    assert count(city, figures.full_members) == (2 + there, None)


def test_activists_and_floating_members_of_the_last_day_count(city):
    Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2026, 3, 1), until=date(2026, 10, 31))
    Activist.objects.create(user=city.stranger, branch=city.branch, since=date(2026, 3, 1), until=date(2026, 10, 30))
    words = {"branch": city.branch, "home": "某地", "place": "深圳", "reason": "务工"}
    Floating.objects.create(user=city.member, direction="OUT", since=date(2026, 10, 31), **words)
    Floating.objects.create(user=city.officer, direction="OUT", since=date(2026, 11, 1), **words)
    assert count(city, figures.activists) == (1, None)
    assert count(city, figures.floating) == (1, None)


@pytest.mark.parametrize(
    ("day", "counted"), [("2026-09-30", 0), ("2026-10-01", 1), ("2026-10-31", 1), ("2026-11-01", 0)]
)
def test_transfers_count_on_the_day_they_are_done(city, day, counted):
    Transfer.objects.create(
        member=city.member.member, from_branch=city.branch, to_branch=city.other_branch, letter_on=date(2026, 9, 1),
        state="DONE", ended_on=date.fromisoformat(day), started_by=city.secretary,
    )
    assert count(city, figures.transferred_out) == (counted, None)
    assert count(city, figures.transferred_in, city.other_branch) == (counted, None)


def test_a_transfer_that_is_still_open_is_not_counted(city):
    Transfer.objects.create(
        member=city.member.member, from_branch=city.branch, to_branch=city.other_branch, letter_on=date(2026, 10, 5),
        started_by=city.secretary,
    )
    assert count(city, figures.transferred_out) == (0, None)


def test_dues_are_owed_for_the_months_that_had_ended_on_the_last_day(city):
    for user, through in ((city.member, date(2026, 9, 1)), (city.officer, date(2026, 8, 1))):
        Dues.objects.create(member=user.member, paid_through=through)
    assert count(city, figures.dues_recorded) == (1, 3)
    assert count(city, figures.dues_recorded, end=START) == (2, 3)


def test_who_owes_no_month_yet_is_up_to_date_once_something_is_known(city):
    for user in (city.member, city.officer):
        change(user, joined_on=date(2026, 10, 9))
    Dues.objects.create(member=city.member.member, amount=10, approved_for_year=2026)
    Dues.objects.create(member=city.officer.member)
    assert count(city, figures.dues_recorded) == (1, 3)
    said = {dues.member.user: dues.behind(date(2026, 10, 31)) for dues in Dues.objects.select_related("member__user")}
    assert said == {city.member: 0, city.officer: None}


def test_every_figure_shows_its_records_to_the_branch_and_hides_them_from_another(city):
    change(city.member, standing="PROBATIONARY")
    for kind in (one for one in figure_kinds() if one.group == "队伍"):
        found = kind.count([city.branch.pk], START, END).get(city.branch.pk)
        if found:
            assert {kind.line(row).title for row in kind.rows(city.secretary, found.ids)}
            assert not kind.rows(city.other_secretary, found.ids).exists()
