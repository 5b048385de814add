"""谁看过我的诉求: one line a person and day, read by the anchor as office and time."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.tokens import issue
from appeals import services
from appeals.models import Appeal
from appeals.protection import views_log
from tests.factories import anonymous_appeal, submit_appeal
from tests.statements import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def appeal(city):
    return services.hand_up(submit_appeal(city), actor=city.member)


def views():
    return list(
        AuditEvent.objects.filter(kind="VIEW").order_by("pk").values_list("actor__username", "office")
    )


def page(sign_in, user, appeal):
    return sign_in(user).get(reverse("appeals:detail", args=[appeal.pk]))


def api(user, appeal, what=""):
    return Client().get(
        f"/api/v1/appeals/{appeal.pk}/{what}", headers={"Authorization": f"Token {issue(user)[1]}"}
    )


def test_opening_the_page_is_kept_once_a_day_with_the_office(city, sign_in, appeal):
    for _ in range(3):
        page(sign_in, city.secretary, appeal)
    page(sign_in, city.member, appeal)
    assert views() == [("secretary", "支部书记"), ("member", "联系党员")]
    AuditEvent.objects.update(day=timezone.localdate() - timedelta(days=1))
    page(sign_in, city.secretary, appeal)
    assert len(views()) == 3


@pytest.mark.parametrize("what", ["", "trail/"])
def test_the_api_keeps_it_too(city, appeal, what):
    api(city.staff, appeal, what)
    api(city.staff, appeal, what)
    assert views() == [("staff", "党委工作人员")]


def test_the_api_list_carries_the_words_and_keeps_each_row(city, appeal):
    for user in (city.secretary, city.secretary, city.anchor):
        listed = Client().get("/api/v1/appeals/", headers={"Authorization": f"Token {issue(user)[1]}"})
        assert listed.json()["results"][0]["body"] == appeal.body
    assert views() == [("secretary", "支部书记")]


def test_who_is_refused_has_not_seen_it(city, sign_in, appeal):
    assert page(sign_in, city.other_secretary, appeal).status_code == 404
    assert api(city.other_secretary, appeal).status_code == 404
    assert views() == []


def test_the_anchors_own_looks_are_not_kept(city, sign_in, appeal):
    page(sign_in, city.anchor, appeal)
    api(city.anchor, appeal)
    assert views() == []


def test_the_anchor_reads_office_and_time_and_no_name(city, sign_in, appeal):
    page(sign_in, city.secretary, appeal)
    text = sign_in(city.anchor).get(reverse("appeals:viewers", args=[appeal.pk])).content.decode()
    assert "支部书记" in text
    assert city.secretary.name not in text
    [line] = api(city.anchor, appeal, "viewers/").json()["results"]
    assert (line["office"], line["kind"], set(line)) == ("支部书记", "VIEW", {"at", "office", "kind"})


def test_nobody_else_reads_it(city, sign_in, appeal):
    for user, status in ((city.staff, 403), (city.secretary, 403), (city.other_anchor, 404)):
        assert sign_in(user).get(reverse("appeals:viewers", args=[appeal.pk])).status_code == status
        assert api(user, appeal, "viewers/").status_code == status


def test_whoever_has_the_code_reads_it(city, sign_in):
    cache.clear()
    appeal, code = anonymous_appeal()
    page(sign_in, city.staff, appeal)
    browser = Client()
    browser.post("/receipts/", {"code": code})
    assert "党委工作人员" in browser.get("/receipts/viewers/").content.decode()
    browser.get("/receipts/")
    assert Client().get(f"/api/v1/receipts/{code}/viewers/").json()["results"][0]["office"] == "党委工作人员"
    assert views() == [("staff", "党委工作人员")]  # the own look is not one of them


def test_an_export_keeps_each_row_in_one_statement(city, appeal, django_assert_num_queries):
    submit_appeal(city, title="第二件")
    rows = list(Appeal.objects.for_page())
    views_log.looked(city.staff, rows[0])
    with django_assert_num_queries(1):
        views_log.looked_at_all(city.staff, rows)
    assert len(views()) == 2


def test_the_first_look_of_a_day_stays_within_the_budget(city, sign_in, appeal):
    client = sign_in(city.staff)
    address = reverse("appeals:detail", args=[appeal.pk])
    first, again = (statements(lambda: client.get(address)) for _ in range(2))
    assert len(again) < len(first) <= 12, "\n".join(first)
    assert [sql.split()[0] for sql in first if "accounts_auditevent" in sql] == ["SELECT", "INSERT"]
