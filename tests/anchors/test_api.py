from datetime import date

import pytest

from accounts.models import User
from anchors.registry.models import Anchor, PlatformAccount
from tests.api_client import Caller

pytestmark = pytest.mark.django_db


def names(answer):
    return {row["name"] for row in answer.json()["results"]}


def test_who_sees_whom(city):
    seen = {
        "chief": {"林小禾", "宋阿果", "何晚晴"}, "staff": {"林小禾", "宋阿果", "何晚晴"}, "secretary": {"林小禾"},
        "other_secretary": {"宋阿果"}, "member": {"林小禾"}, "anchor": {"林小禾"}, "clerk": set(), "auditor": set(),
        "admin": set(), "stranger": set(),
    }
    for who, expected in seen.items():
        assert names(Caller(getattr(city, who)).fetch("anchors/")) == expected, who


def test_the_card_masks_the_phone(city):
    anchor = city.anchor.anchor
    PlatformAccount.objects.create(
        anchor=anchor, platform="DOUYIN", nickname="小禾说鞋", followers_band="UNDER_10K", as_of=date(2026, 9, 1)
    )
    answer = Caller(city.member).fetch(f"anchors/{anchor.pk}/")
    card = answer.json()
    assert card["phone"] == "138****0002" and "13807900002" not in answer.content.decode()
    assert card["contact"] == {"id": city.member.pk, "name": "周映红"}
    assert card["branch"] == {"id": city.branch.pk, "name": city.branch.name}
    assert [account["nickname"] for account in card["accounts"]] == ["小禾说鞋"]


@pytest.mark.parametrize("pk", [0, 999_999, 2**63, 2**64])
def test_a_strangers_card_is_not_there(city, pk):
    assert Caller(city.other_anchor).fetch(f"anchors/{city.anchor.anchor.pk}/").status_code == 404
    assert Caller(city.chief).fetch(f"anchors/{pk}/").status_code == 404


def test_filters(city):
    caller = Caller(city.chief)
    assert names(caller.fetch("anchors/", q="阿果")) == {"宋阿果"}
    assert names(caller.fetch("anchors/", branch=city.branch.pk)) == {"林小禾"}
    assert names(caller.fetch("anchors/", kind="VILLAGE")) == set()
    for wrong in ("x", "-1", "1.5", "9" * 30, "NaN", "1e40"):
        assert caller.fetch("anchors/", branch=wrong).status_code == 400, wrong


@pytest.mark.parametrize("rows", [1, 200])
def test_few_statements(city, rows, django_assert_num_queries):
    people = [User.objects.create_user(f"a{n}") for n in range(rows)]
    Anchor.objects.bulk_create(
        Anchor(user=user, stage_name="某", branch=city.branch, contact=city.member, enrolled_on=date(2026, 1, 1))
        for user in people
    )
    caller = Caller(city.chief)
    with django_assert_num_queries(5):  # the links of whoever has a record of their own decide what is in hand
        assert caller.fetch("anchors/").status_code == 200
