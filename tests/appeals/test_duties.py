"""权责清单: who is responsible for a category, from when, and what that suggests."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from appeals import services as appeals
from appeals.duties import services
from appeals.models import Category, Duty
from branches.organisation.models import Partner
from branches.organisation.terms import months_later
from tests.factories import submit_appeal

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("city")]
NOVEMBER, DAY = date(2026, 11, 1), timedelta(days=1)


@pytest.fixture
def bank(city):
    return Partner.objects.create(name="演示银行", kind="金融机构")


def category(code="A1"):
    return Category.objects.select_related("parent").get(pk=code)


def give(city, partner, code="A1", since=NOVEMBER, **fields):
    return services.give(category(code), actor=city.staff, partner=partner, basis="党委会定的", since=since, **fields)


def test_the_list_goes_before_the_hint_and_a_category_before_its_class(city, bank):
    assert services.suggestion(category()) == (city.partner, services.HINT)
    give(city, bank, code="A")
    assert services.suggestion(category()) == (bank, services.LIST)
    give(city, city.partner)
    assert services.suggestion(category()) == (city.partner, services.LIST)


def test_a_hint_may_name_a_kind_of_unit_and_a_category_may_have_none(city, bank):
    assert services.suggestion(category("B1")) == (bank, services.HINT)
    assert services.suggestion(category("C1")) == (None, "")


def test_the_committee_itself_may_be_responsible(city):
    give(city, None)
    assert services.suggestion(category()) == (None, services.LIST)


def test_what_was_before_ends_the_day_before_and_stays(city, bank):
    give(city, bank)
    give(city, city.partner, since=date(2026, 12, 1))
    assert [(duty.unit, duty.until) for duty in Duty.objects.order_by("since")] == [
        ("演示银行", date(2026, 11, 30)), ("市快递行业协会", None),
    ]


@pytest.mark.parametrize(("days", "suggested"), [(-1, "市快递行业协会"), (0, "演示银行"), (1, "市快递行业协会")])
def test_it_counts_from_its_first_day_to_its_last(city, bank, days, suggested):
    """On its only day; before it the hint of the code list, after it the next duty."""
    day = timezone.localdate() - timedelta(days=days)
    give(city, bank, since=day)
    if days > 0:
        give(city, city.partner, since=day + timedelta(days=1))
    assert services.suggestion(category())[0].name == suggested


def test_said_for_the_same_day_it_takes_the_place_of_the_first(city, bank):
    give(city, bank, assisting=[city.partner])
    duty = give(city, city.partner, assisting=[bank])
    assert (Duty.objects.count(), duty.unit, list(duty.assisting.all())) == (1, "市快递行业协会", [bank])


def test_not_before_what_is_in_force_and_nobody_helps_themselves(city, bank):
    give(city, bank)
    for wrong, field in (({"since": date(2026, 10, 31)}, "since"), ({"assisting": [bank]}, "assisting")):
        with pytest.raises(ValidationError) as refused:
            give(city, bank, **wrong)
        assert list(refused.value.message_dict) == [field]


def test_a_year_ahead_at_most(city, bank):
    latest = months_later(timezone.localdate(), services.MONTHS_AHEAD)
    assert give(city, bank, since=latest).since == latest
    for far in (latest + DAY, date(2036, 1, 1), date(9999, 12, 31)):
        with pytest.raises(ValidationError) as refused:
            give(city, bank, code="A2", since=far)
        assert list(refused.value.message_dict) == ["since"]


def test_what_has_not_begun_gives_way_to_an_earlier_one(city, bank):
    today = timezone.localdate()
    give(city, bank, since=today)
    for days in (60, 90):
        give(city, None, since=today + days * DAY)
    give(city, city.partner, since=today + 30 * DAY)
    assert [(duty.unit, duty.until) for duty in Duty.objects.order_by("since")] == [
        ("演示银行", today + 29 * DAY), ("市快递行业协会", None),
    ]
    give(city, None, since=today)
    assert [(duty.unit, duty.until) for duty in Duty.objects.all()] == [("行业党委自己办", None)]


def test_the_records_keep_what_was_said_before(city, bank):
    give(city, bank, assisting=[city.partner])
    give(city, city.partner)
    kept = AuditEvent.objects.filter(subject_type="appeals.duty").latest("pk")
    words = {"since": "2026-11-01", "basis": "党委会定的"}
    before = {**words, "unit": "演示银行", "assisting": ["市快递行业协会"]}
    assert (kept.kind, kept.actor, kept.subject_id) == ("SETTING", city.staff, "A1")
    assert kept.facts == {**words, "unit": "市快递行业协会", "assisting": [], "replaced": [before]}
    assert kept.office == "党委工作人员"


def test_only_the_committee_writes(city):
    for user in (city.secretary, city.auditor, city.clerk, city.admin):
        with pytest.raises(PermissionDenied):
            services.give(category(), actor=user, partner=None, basis="党委会定的", since=NOVEMBER)


def test_the_dispatch_form_preselects_and_a_person_decides(city, bank, sign_in):
    give(city, bank, code="A2")
    appeal = appeals.hand_up(submit_appeal(city, category="A2"), actor=city.member)
    appeal = appeals.accept(appeals.hand_up(appeal, actor=city.secretary), actor=city.staff)
    client, url = sign_in(city.staff), reverse("appeals:detail", args=[appeal.pk])
    page = client.get(url, {"act": "dispatch"}).content.decode()
    assert "建议：演示银行（权责清单）" in page and f'<option value="{bank.pk}" selected>' in page
    sent = {"partner": city.partner.pk, "text": "请查一个单号。", "days": 1, "version": appeal.version}
    client.post(reverse("appeals:dispatch", args=[appeal.pk]), sent)
    assert appeal.dispatches.get().partner == city.partner


def test_the_pages_show_units_hints_and_what_was_before(city, bank, sign_in):
    client, url = sign_in(city.staff), reverse("appeals:duty", args=["A1"])
    sent = {"partner": bank.pk, "assisting": [city.partner.pk], "basis": "党委会定的", "since": "2026-11-01"}
    assert client.post(url, sent).status_code == 302
    again = client.get(url)
    assert again.context["form"].initial["partner"] == bank.pk and "陆知行" in again.content.decode()
    page = sign_in(city.secretary).get(reverse("appeals:duties")).content.decode()
    assert "演示银行" in page and "2026年11月1日起" in page and "待确认" in page and "更正" not in page


@pytest.mark.parametrize("typed", ["0001-01-01", "9999-12-31"])
def test_a_far_day_is_no_fault(city, bank, sign_in, typed):
    client, url = sign_in(city.staff), reverse("appeals:duty", args=["A1"])
    assert client.post(url, {"partner": bank.pk, "basis": "党委会定的", "since": typed}).status_code in (302, 400)
    assert [client.get(page).status_code for page in (url, reverse("appeals:duties"))] == [200, 200]


def test_a_wrong_day_is_said_at_its_field_and_what_was_typed_stays(city, sign_in):
    sent = {"basis": "党委会定的", "since": "2026-13-01"}
    answer = sign_in(city.staff).post(reverse("appeals:duty", args=["A1"]), sent)
    page = answer.content.decode()
    assert answer.status_code == 400 and "日期要写成" in page and "党委会定的" in page
