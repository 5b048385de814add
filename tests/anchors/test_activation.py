"""The contact, the branch or the committee hands an anchor the code to get in."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts.models import ActivationCode, AuditEvent, User
from anchors.activation import services
from branches.organisation.models import Post, Role
from notices.models import Notice
from tests.api_client import Caller

pytestmark = pytest.mark.django_db


def address(anchor):
    return reverse("activation:issue", args=[anchor.pk])


@pytest.fixture
def card(city):
    return city.anchor.anchor


def code_on(page):
    return re.search(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", page)[0]


class TestWho:
    @pytest.mark.parametrize(
        ("who", "office"),
        [
            ("member", "联系党员"), ("secretary", "支部书记"), ("officer", "组织委员"), ("staff", Role.STAFF.label),
            ("chief", "党委书记"),
        ],
    )
    def test_may_and_as_what_is_on_record(self, city, card, who, office):
        services.issue(card, actor=getattr(city, who))
        event = AuditEvent.objects.get()
        assert (event.kind, event.actor) == ("ISSUE", getattr(city, who))
        assert event.office == office

    @pytest.mark.parametrize(
        "who", ["anchor", "other_secretary", "other_anchor", "clerk", "auditor", "admin", "stranger"]
    )
    def test_nobody_else(self, city, card, who):
        with pytest.raises(PermissionDenied):
            services.issue(card, actor=getattr(city, who))
        assert not ActivationCode.objects.exists()

    def test_nobody_for_who_is_disabled(self, city, card, sign_in):
        User.objects.filter(pk=card.user_id).update(is_active=False)
        assert sign_in(city.member).post(address(card)).status_code == 403

    def test_nobody_for_oneself_whatever_the_office(self, city, card):
        Post.objects.create(user=city.anchor, role=Role.STAFF, committee=city.committee, since=timezone.localdate())
        with pytest.raises(PermissionDenied):
            services.issue(card, actor=User.objects.get(pk=city.anchor.pk))

    def test_who_holds_an_office_gets_theirs_from_the_committee_alone(self, city, card):
        Post.objects.create(user=city.anchor, role=Role.SECRETARY, branch=city.other_branch, since=timezone.localdate())
        for who in (city.member, city.secretary):
            with pytest.raises(PermissionDenied):
                services.issue(card, actor=who)
        assert services.issue(card, actor=city.staff)

    def test_a_contact_who_was_replaced_may_no_more(self, city, card):
        card.contact = city.stranger
        card.save()
        with pytest.raises(PermissionDenied):
            services.issue(card, actor=city.member)


class TestThePage:
    def test_the_card_offers_it_to_who_may(self, city, card, sign_in):
        for who, offered in (("member", True), ("secretary", True), ("anchor", False)):
            page = sign_in(getattr(city, who)).get(reverse("anchors:detail", args=[card.pk])).content.decode()
            assert (address(card) in page) is offered

    def test_shows_the_code_once_with_qr_who_and_until_when(self, city, card, sign_in):
        client = sign_in(city.member)
        answer = client.post(address(card))
        page, row = answer.content.decode(), ActivationCode.objects.get()
        code = code_on(page)
        assert 'class="qr"' in page and "周映红" in page and "no-store" in answer["Cache-Control"]
        assert row.issued_by == city.member
        assert f"{timezone.localdate(row.expires_at).day}日" in page
        again = client.get(address(card)).content.decode()
        assert code not in again and "周映红给出" in again

    def test_the_code_on_the_slip_lets_the_anchor_in(self, city, card, sign_in, client):
        code = code_on(sign_in(city.member).post(address(card)).content.decode())
        client.logout()
        typed = {"code": code, "phone": "13807900002", "password": "风从仙女湖上吹来", "agree": "on"}
        assert client.post(reverse("activate"), typed).url == reverse("appeals:new")

    def test_says_when_there_is_no_phone(self, city, sign_in):
        client = sign_in(city.staff)
        answer = client.post(address(city.other_anchor.anchor))
        assert answer.status_code == 409 and "没有登记手机号" in answer.content.decode()

    def test_a_link_gives_out_nothing(self, city, card, sign_in):
        assert sign_in(city.member).get(address(card)).status_code == 200
        assert not ActivationCode.objects.exists()

    def test_who_has_a_password_hears_of_it(self, city, card):
        services.issue(card, actor=city.member)
        assert not Notice.objects.filter(recipient=city.anchor).exists()
        city.anchor.set_password("风从仙女湖上吹来")
        city.anchor.save()
        services.issue(card, actor=city.member)
        assert Notice.objects.get(recipient=city.anchor).title == "联系党员周映红给您出了一个激活码"


class TestTheApi:
    def test_answers_with_the_code(self, city, card):
        answer = Caller(city.secretary).send("activations/", {"anchor": card.pk})
        told = answer.json()
        assert answer.status_code == 201 and len(told["code"]) == 8
        assert told["url"] == f"http://testserver/activate/?code={told['code']}"
        row = ActivationCode.objects.get()
        assert row.expires_at - row.issued_at == timedelta(days=7) and told["expires_at"].startswith("20")

    @pytest.mark.parametrize(("who", "status"), [("other_secretary", 404), ("stranger", 404), ("anchor", 403)])
    def test_refuses(self, city, card, who, status):
        assert Caller(getattr(city, who)).send("activations/", {"anchor": card.pk}).status_code == status

    @pytest.mark.parametrize("anchor", [None, "", "x", 0, -1, 2**63, 10**30, [], True])
    def test_odd_ids(self, city, anchor):
        assert Caller(city.staff).send("activations/", {"anchor": anchor}).status_code in (400, 404)

    def test_no_phone_is_a_conflict(self, city):
        answer = Caller(city.staff).send("activations/", {"anchor": city.other_anchor.anchor.pk})
        assert answer.status_code == 409
