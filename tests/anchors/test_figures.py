"""What the reports count of anchors, visits and newcomers."""

from datetime import date, datetime, timedelta

from anchors.contacts import figures as contacts
from anchors.contacts.models import ServiceLog
from anchors.newcomers import figures as newcomers
from anchors.newcomers.models import Newcomer
from anchors.registry import figures as anchors
from anchors.registry.models import Anchor
from branches.calendar.workcalendar import SHANGHAI
from branches.reports.figures import Figure
from tests.factories import poster_appeal

START, END = datetime(2026, 10, 1, tzinfo=SHANGHAI), datetime(2026, 11, 1, tzinfo=SHANGHAI)


def count(city, kind, branch=None):
    """(value, denominator, ids) of October for a branch, 万商红 by default."""
    found = kind.count([city.branch.pk, city.other_branch.pk], START, END).get((branch or city.branch).pk)
    return tuple(found) if found else None


def test_anchors_enrolled_on_a_day_of_the_period(city):
    for user, day in ((city.anchor, date(2026, 10, 31)), (city.other_anchor, date(2026, 11, 1))):
        Anchor.objects.filter(user=user).update(enrolled_on=day)
    assert count(city, anchors.registered) == Figure(1, None, (city.anchor.anchor.pk,))
    assert count(city, anchors.registered, city.other_branch) is None


def test_visits_by_day_and_those_face_to_face(city):
    days = [(date(2026, 10, 1), "PHONE"), (date(2026, 10, 31), "VISIT"), (date(2026, 11, 1), "MEETING")]
    logs = [
        ServiceLog.objects.create(anchor=city.anchor.anchor, member=city.member, day=day, channel=channel, topic="A")
        for day, channel in days
    ]
    assert count(city, contacts.visits) == Figure(2, None, (logs[0].pk, logs[1].pk))
    assert count(city, contacts.met) == Figure(1, None, (logs[1].pk,))
    assert count(city, contacts.visits, city.other_branch) is None


def test_a_single_visit_is_read_by_who_wrote_it_and_not_by_the_branch(city):
    log = ServiceLog.objects.create(
        anchor=city.anchor.anchor, member=city.member, day=START.date(), channel="PHONE", topic="A"
    )
    assert list(contacts.visits.rows(city.member, [log.pk])) == [log]
    assert not contacts.visits.rows(city.secretary, [log.pk]) and not contacts.visits.rows(city.staff, [log.pk])


def test_newcomers_whom_the_branch_has_looked_at_among_all(city):
    for phone, confirmed in (("13807901234", True), ("13807905678", False)):
        newcomer = poster_appeal(city, phone=phone, confirmed=confirmed).anchor.newcomer
        Newcomer.objects.filter(pk=newcomer.pk).update(created_at=END - timedelta(seconds=1))
    assert count(city, newcomers.newcomers)[:2] == (1, 2)
    assert len(newcomers.newcomers.rows(city.secretary, count(city, newcomers.newcomers)[2])) == 2
