"""Terms of branch committees: three years, and a reminder six months ahead (domain.md §3.1)."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation import services, sweeps
from branches.organisation.models import Branch
from branches.organisation.terms import months_later, term_of
from branches.rules.models import Rule
from notices.models import Notice

pytestmark = pytest.mark.django_db
ELECTED = date(2024, 9, 20)  # so the term ends on 2027-09-19 and is to be reminded of from 2027-03-19


def noon(*day):
    return datetime(*day, 12, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def branch(city):
    Branch.objects.filter(pk=city.branch.pk).update(elected_on=ELECTED)
    city.branch.refresh_from_db()
    return city.branch


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2024, 2, 29), 36, date(2027, 2, 28)), (date(2027, 8, 31), -6, date(2027, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 31)), (date(2027, 1, 15), -1, date(2026, 12, 15)),
    ],
)
def test_the_same_day_of_another_month(day, months, found):
    assert months_later(day, months) == found


@pytest.mark.parametrize(
    ("today", "near", "over"),
    [
        (date(2027, 3, 18), False, False), (date(2027, 3, 19), True, False), (date(2027, 9, 19), True, False),
        (date(2027, 9, 20), True, True),
    ],
)
def test_a_term_is_near_its_end_for_six_months(branch, today, near, over):
    term = term_of(branch, today=today)
    assert (term.near, term.over) == (near, over)


def test_the_leaders_and_the_committee_hear_once_a_term(city, branch):
    assert sweeps.remind_of_elections(noon(2027, 3, 18)) == 0
    assert [sweeps.remind_of_elections(noon(2027, 3, day)) for day in (19, 19, 20)] == [1, 0, 0]
    heard = Notice.objects.filter(key=f"election:{branch.pk}:{ELECTED}")
    assert {notice.recipient for notice in heard} == {city.secretary, city.chief, city.staff}
    assert "2027年9月19日届满" in heard.first().text


def test_after_an_election_the_next_term_is_reminded_of(city, branch):
    sweeps.remind_of_elections(noon(2027, 3, 19))
    Branch.objects.filter(pk=branch.pk).update(elected_on=date(2027, 9, 1))
    assert [sweeps.remind_of_elections(noon(*day)) for day in ((2029, 12, 1), (2030, 3, 1))] == [0, 1]


class TestElection:
    def test_the_committee_registers_it_and_it_is_kept_who(self, city):
        branch = services.set_election(city.branch, actor=city.staff, elected_on=date(2025, 1, 8))
        assert branch.elected_on == date(2025, 1, 8)
        assert AuditEvent.objects.latest("pk").facts == {"elected_on": "2025-01-08", "before": None}

    def test_nobody_else(self, city):
        with pytest.raises(PermissionDenied):
            services.set_election(city.branch, actor=city.secretary, elected_on=date(2025, 1, 8))

    @pytest.mark.parametrize("days", [-1, None])
    def test_not_before_the_branch_stood_nor_in_the_future(self, city, days):
        day = timezone.localdate() + timedelta(days=1) if days is None else city.branch.established_on - timedelta(1)
        with pytest.raises(ValidationError):
            services.set_election(city.branch, actor=city.staff, elected_on=day)

    def test_the_card_shows_the_end_of_the_term(self, city, sign_in):
        client = sign_in(city.staff)
        address = reverse("branches:election", args=[city.branch.pk])
        answer = client.post(address, {"elected_on": "2025-01-08"}, follow=True)
        assert "2028年1月7日届满" in answer.content.decode()

    def test_the_rule_says_how_early_the_page_promises_a_reminder(self, city, sign_in):
        Rule.objects.filter(code="TERM_REMINDER").update(value=4)
        page = sign_in(city.staff).get(reverse("branches:election", args=[city.branch.pk])).content.decode()
        assert "届满前 4 个月提醒换届" in page
