"""Transactional tests empty the tables; the trail's triggers must survive that, and hold during the test."""

import pytest
from django.db import DatabaseError, transaction

from appeals import trail_guard
from appeals.models import Event
from tests.factories import submit_appeal


@pytest.mark.parametrize("again", [1, 2])
@pytest.mark.django_db(transaction=True)
def test_the_guard_stands_in_every_transactional_test(city, again):
    submit_appeal(city)
    assert trail_guard.missing() == []
    with pytest.raises(DatabaseError), transaction.atomic():
        Event.objects.all().delete()
    assert Event.objects.count() == 1
