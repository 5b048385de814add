"""The confirmed write in bulk: what was made ready before the lock, and what changed in between."""

from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from anchors.census.models import Entry, Round
from anchors.census.staging import Person
from anchors.census.writing import RegistryChanged, Writing
from anchors.registry.models import Anchor, Declaration, PlatformAccount

pytestmark = pytest.mark.django_db
DAY, LATER = date(2026, 11, 20), date(2026, 11, 23)


@pytest.fixture
def census(city):
    return Round.objects.create(name="秋季摸底", opened_on=DAY)


def somebody(n=1, accounts=("小禾",), **said):
    """The n-th person of a workbook, with an account of 1千以下 for each of these names."""
    values = {"name": "林小禾", "division": "360502", **said}
    return Person(f"1990001{n:04}", values, [
        {"platform": "DOUYIN", "nickname": nickname, "followers_band": "UNDER_1K"} for nickname in accounts
    ])


def write(census, *, day=DAY, new=(), changed=(), same=()):
    writing = Writing(census, day, new=[(User().uuid, one) for one in new], changed=list(changed), same=list(same))
    with transaction.atomic():
        writing.run()


def of(person):
    return Anchor.objects.select_related("user", "enterprise").get(user__phone_index=person.phone_index)


def test_people_keep_their_own_accounts_and_declarations(census):
    people = [somebody(n, [f"账号{n}{letter}" for letter in "ab"[:n % 3]]) for n in range(150)]
    write(census, new=people)
    for n, person in enumerate(people):
        names = of(person).accounts.values_list("nickname", flat=True)
        assert sorted(names) == [f"账号{n}{letter}" for letter in "ab"[:n % 3]]
    assert Declaration.objects.count() == PlatformAccount.objects.count() == 150
    assert Entry.objects.filter(round=census).count() == 150


def test_who_is_written_is_found_by_name_and_cannot_log_in(census):
    write(census, new=[somebody(stage_name="河下阿禾")])
    [anchor] = Anchor.objects.search("河下").search("lxh")
    assert not anchor.user.has_usable_password() and anchor.user.reveal_phone() == "19900010001"


def test_empty_columns_stay_empty_where_others_are_filled(census):
    """A column that is null in every changed row is one of PostgreSQL's own types all the same."""
    write(census, new=[somebody(1), somebody(2)])
    write(census, changed=[somebody(1, note="要场地"), somebody(2, note="要货源")])
    for n, note in ((1, "要场地"), (2, "要货源")):
        anchor = of(somebody(n))
        assert (anchor.note, anchor.since, anchor.branch, anchor.accepts_contact) == (note, None, None, None)


def test_every_kind_of_column_is_changed(census, city):
    write(census, new=[somebody()])
    write(census, changed=[somebody(
        accounts=("小禾", "小禾直播"), since="2025-02-01", accepts_contact=True, branch=city.branch.pk, kind="OTHER",
        enterprise="天坤", sex="2", division="360521", stage_name="阿禾",
    )])
    anchor = of(somebody())
    assert (anchor.since, anchor.accepts_contact, anchor.branch, anchor.kind) == (
        date(2025, 2, 1), True, city.branch, "OTHER"
    )
    assert (anchor.enterprise.name, anchor.user.sex, anchor.division_id) == ("天坤", "2", "360521")
    assert list(Anchor.objects.search("禾直")) == [anchor] and anchor.accounts.count() == 2


def test_an_account_of_which_nothing_new_is_said_keeps_its_day(census):
    write(census, new=[somebody(accounts=("小禾", "阿禾"))])
    said = somebody(accounts=("小禾", "阿禾"))
    said.accounts[0]["followers_band"] = "UNDER_10K"
    write(census, day=LATER, changed=[said])
    assert dict(PlatformAccount.objects.values_list("nickname", "as_of")) == {"小禾": LATER, "阿禾": DAY}


def test_what_was_corrected_while_the_rows_were_made_ready_is_kept(census):
    write(census, new=[somebody(stage_name="阿禾")])
    writing = Writing(census, LATER, new=[], changed=[somebody(note="要场地")], same=[])
    Anchor.objects.filter(pk=of(somebody()).pk).update(stage_name="小满")
    with transaction.atomic():
        writing.run()
    anchor = of(somebody())
    assert (anchor.note, anchor.stage_name) == ("要场地", "小满")
    assert list(Anchor.objects.search("小满")) == [anchor]


def test_who_was_registered_meanwhile_is_looked_at_again(census):
    late = Writing(census, DAY, new=[(User().uuid, somebody())], changed=[], same=[])
    write(census, new=[somebody()])
    with pytest.raises(RegistryChanged), transaction.atomic():
        late.run()


def test_a_party_member_becomes_an_anchor_beside_people_who_are_new(census, city):
    known = Person("13807900001", {"name": city.member.name}, [])
    write(census, new=[somebody(1), known, somebody(2)])
    assert of(known).user == city.member and Anchor.objects.filter(user__phone_index=known.phone_index).count() == 1
    assert of(somebody(2)).accounts.get().nickname == "小禾"


def test_the_lock_is_held_for_a_few_statements_and_none_for_each_person(census):
    """As many for two people as for twenty."""
    counted = []
    for numbers in (range(2), range(100, 120)):
        people = [somebody(n) for n in numbers]
        write(census, new=people)
        writing = Writing(census, LATER, new=[], same=[], changed=[somebody(n, note="要场地") for n in numbers])
        with CaptureQueriesContext(connection) as captured, transaction.atomic():
            writing.run()
        counted.append(len(captured))
    assert counted[0] == counted[1] <= 16
