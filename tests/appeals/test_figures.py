"""What the reports count of appeals, at which level."""

from datetime import timedelta

from django.utils import timezone

from appeals import figures, services, sweeps
from tests.factories import let_lapse, submit_appeal

DAY = timedelta(days=1)


def count(city, kind):
    """(value, denominator) of 万商红, of yesterday to tomorrow."""
    now = timezone.now()
    found = kind.count([city.branch.pk, city.other_branch.pk], now - DAY, now + DAY)
    return tuple(found[city.branch.pk][:2]) if city.branch.pk in found else None


def test_what_the_contact_answered_counts_there_and_not_as_received(city):
    services.reply(submit_appeal(city), actor=city.member, text="赔了。")
    assert count(city, figures.by_members) == (1, None)
    assert count(city, figures.received) is None


def test_what_lapsed_at_the_branch_counts_and_what_lapsed_below_it_does_not(city):
    appeal = submit_appeal(city)
    let_lapse(appeal)
    sweeps.escalate(timezone.now())
    assert count(city, figures.received) == (1, None) and count(city, figures.escalated) is None
    let_lapse(appeal)
    sweeps.escalate(timezone.now())
    assert count(city, figures.received) == count(city, figures.escalated) == (1, None)
