"""A whole mobile number is shown to who has to call, for a reason, and the person can read by whom."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts import reveals
from accounts.models import AuditEvent
from anchors.phones import services
from tests.factories import poster_appeal, submit_appeal
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
NUMBER = "13807900002"


def text(response):
    return response.content.decode()


def url_of(city):
    return f"/anchors/{city.anchor.anchor.pk}/phone/"


def test_the_contact_says_why_and_sees_the_number(city, sign_in):
    client = sign_in(city.member)
    card = text(client.get(f"/anchors/{city.anchor.anchor.pk}/"))
    assert url_of(city) in card and NUMBER not in card and NUMBER not in text(client.get(url_of(city)))
    unsaid = client.post(url_of(city))
    assert unsaid.status_code == 400 and NUMBER not in text(unsaid)
    shown = client.post(url_of(city), {"why": "APPEAL"})
    assert f"tel:{NUMBER}" in text(shown) and "no-store" in shown.headers["Cache-Control"]


def test_the_anchor_reads_which_office_looked_and_why_but_no_name(city, sign_in):
    services.reveal(city.anchor.anchor, actor=city.member, why="APPEAL")
    services.reveal(city.anchor.anchor, actor=city.secretary, why="SERVICE")
    page, data = (text(sign_in(city.anchor).get(f"/anchors/own/{end}")) for end in ("", "data/"))
    for said in ("联系党员", "办诉求要联系", "支部书记", "通知服务或活动"):
        assert said in page and said in data
    looks = data.partition("【谁看过手机号】")[2].partition("【")[0]
    assert city.member.name not in looks and city.secretary.name not in looks


def test_a_second_click_is_the_same_look(city):
    for _ in range(2):
        assert services.reveal(city.anchor.anchor, actor=city.member, why="APPEAL") == NUMBER
    assert AuditEvent.objects.filter(kind="REVEAL").count() == 1
    services.reveal(city.anchor.anchor, actor=city.member, why="SERVICE")
    services.reveal(city.anchor.anchor, actor=city.member, why="APPEAL", at=timezone.now() + timedelta(hours=2))
    assert AuditEvent.objects.filter(kind="REVEAL").count() == 3


def test_nobody_reads_numbers_by_the_hundred(city, sign_in, monkeypatch):
    monkeypatch.setattr(reveals, "LIMIT", 1)
    services.reveal(city.other_anchor.anchor, actor=city.staff, why="SERVICE")
    with pytest.raises(Conflict):
        services.reveal(city.anchor.anchor, actor=city.staff, why="SERVICE")
    refused = sign_in(city.staff).post(url_of(city), {"why": "SERVICE"})
    assert refused.status_code == 409 and NUMBER not in text(refused) and "过一会儿" in text(refused)


@pytest.mark.parametrize("who", ["anchor", "other_secretary", "other_anchor", "stranger", "auditor", "admin"])
def test_nobody_else(city, who):
    with pytest.raises(PermissionDenied):
        services.reveal(city.anchor.anchor, actor=getattr(city, who), why="APPEAL")
    assert not AuditEvent.objects.filter(kind="REVEAL").exists()


def test_who_has_the_appeal_in_hand_finds_the_number_from_its_page(city, sign_in):
    appeal = submit_appeal(city)
    assert url_of(city) in text(sign_in(city.member).get(f"/appeals/{appeal.pk}/"))
    assert url_of(city) not in text(sign_in(city.anchor).get(f"/appeals/{appeal.pk}/"))


def test_the_branch_may_ask_somebody_from_a_poster_while_they_wait(city, sign_in):
    newcomer = poster_appeal(city).anchor.newcomer
    url = f"/anchors/newcomers/{newcomer.pk}/phone/"
    assert url in text(sign_in(city.secretary).get(f"/anchors/newcomers/{newcomer.pk}/"))
    assert f"tel:{newcomer.reveal_phone()}" in text(sign_in(city.secretary).post(url, {"why": "CONFIRM"}))
    assert AuditEvent.objects.get(kind="REVEAL").office == "支部书记"
