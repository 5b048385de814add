from datetime import date

import pytest

from accounts.models import User
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.models import Post, Role


def names(client, **query):
    return {anchor.stage_name for anchor in client.get("/anchors/", query).context["page"]}


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("staff", {"小禾说鞋", "阿果果园", "晚晴慢直播"}), ("secretary", {"小禾说鞋"}),
        ("other_secretary", {"阿果果园"}), ("member", {"小禾说鞋"}), ("anchor", {"小禾说鞋"}),
        ("clerk", set()), ("auditor", set()), ("admin", set()), ("stranger", set()),
    ],
)
def test_each_sees_their_own(city, sign_in, who, seen):
    assert names(sign_in(getattr(city, who))) == seen


def test_filters_narrow(city, sign_in):
    client = sign_in(city.staff)
    Anchor.objects.filter(stage_name="阿果果园").update(kind="VILLAGE", division_id="360521001")
    PlatformAccount.objects.create(
        anchor=city.anchor.anchor, platform="DOUYIN", nickname="小禾", followers_band="UNDER_10K",
        as_of=date(2026, 10, 1),
    )
    assert names(client, branch=city.branch.pk) == names(client, q="林小") == names(client, q="说鞋") == {"小禾说鞋"}
    assert names(client, platform="DOUYIN") == {"小禾说鞋"}
    assert names(client, branch="none") == {"晚晴慢直播"}
    assert names(client, contact="none") == {"阿果果园", "晚晴慢直播"}
    assert names(client, kind="VILLAGE") == names(client, division="360521") == {"阿果果园"}
    assert len(names(client, branch="abc", kind="x", q="\0")) == 3
    assert "没有找到这样的主播" in client.get("/anchors/", {"q": "没有这人"}).content.decode()


def test_card_masks_the_phone_and_holds_no_appeal(city, sign_in):
    page = sign_in(city.secretary).get(f"/anchors/{city.anchor.anchor.pk}/").content.decode()
    assert "138****0002" in page and "13807900002" not in page and "周映红" in page
    assert "SQ-" not in page


def test_who_never_logged_in_is_told_to_who_may_hand_out_a_code(city, sign_in):
    card, chip = f"/anchors/{city.anchor.anchor.pk}/", "还没登录过"
    city.anchor.set_unusable_password()
    city.anchor.save()
    pages = [(city.member, "/anchors/"), (city.member, card), (city.secretary, card), (city.staff, card)]
    assert all(chip in sign_in(who).get(url).content.decode() for who, url in pages)
    assert chip not in sign_in(city.auditor).get("/anchors/").content.decode()
    city.anchor.set_password("correct horse battery staple")
    city.anchor.save()
    assert not any(chip in sign_in(who).get(url).content.decode() for who, url in pages)


def test_the_chip_is_not_for_who_hands_out_no_code(city, sign_in):
    city.anchor.set_unusable_password()
    city.anchor.save()
    Post.objects.create(user=city.officer, role=Role.PUBLICITY, branch=city.branch, since=date(2025, 1, 1))
    Post.objects.filter(user=city.officer).exclude(role=Role.PUBLICITY).delete()
    answer = sign_in(city.officer).get(f"/anchors/{city.anchor.anchor.pk}/")
    assert "还没登录过" not in answer.content.decode()


def test_a_card_that_is_not_mine_does_not_exist(city, sign_in):
    card = f"/anchors/{city.anchor.anchor.pk}/"
    assert sign_in(city.member).get(card).status_code == 200
    assert sign_in(city.other_secretary).get(card).status_code == 404
    assert sign_in(city.other_anchor).get(card).status_code == 404


def test_pages_are_read_only(city, sign_in):
    client = sign_in(city.staff)
    assert client.post("/anchors/").status_code == 405
    assert client.post(f"/anchors/{city.anchor.anchor.pk}/").status_code == 405


@pytest.mark.parametrize("count", [0, 200])
def test_list_costs_at_most_eight_statements(city, sign_in, django_assert_max_num_queries, count):
    people = User.objects.bulk_create(User(username=f"p{n}", name=f"主播{n}", password="!") for n in range(count))
    Anchor.objects.bulk_create(
        Anchor(user=user, stage_name=user.name, branch=city.branch, enrolled_on=date(2025, 1, 1)) for user in people
    )
    for who in (city.staff, city.secretary, city.member):
        client = sign_in(who)
        with django_assert_max_num_queries(8):
            client.get("/anchors/", {"branch": city.branch.pk, "q": ""})


def test_an_officer_registers_one_by_hand_and_sees_the_card(city, sign_in):
    client = sign_in(city.officer)
    sent = {
        "name": "方小满", "phone": "１３９ 0790 0077", "branch": city.branch.pk, "stage_name": "小满爱吃", "sex": "2",
        "kind": "VILLAGE", "division": "360521103", "note": "要手语翻译",
    }
    twice = client.post("/anchors/new/", {**sent, "phone": "13807900002"})
    page = twice.content.decode()
    assert twice.status_code == 400 and "已经登记过了" in page and "小满爱吃" in page
    card = client.post("/anchors/new/", sent, follow=True).content.decode()
    assert "小满爱吃" in card and "139****0077" in card and "要手语翻译" in card
    assert Anchor.objects.get(stage_name="小满爱吃").branch == city.branch


def test_a_branch_offers_only_itself(city, sign_in):
    assert "演示第二" not in sign_in(city.secretary).get("/anchors/new/").content.decode()
    assert sign_in(city.secretary).post("/anchors/new/", {"branch": city.other_branch.pk}).status_code == 400
