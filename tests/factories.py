"""Rows made through the services, so that test data is legal data: name what the test cares about."""

import uuid
from datetime import timedelta

from django.utils import timezone

from appeals import services
from appeals.models import Category, Stage


def submit_appeal(city, anchor=None, **overrides):
    """An appeal of `anchor` (default 林小禾), sent by them; `category` may be a code. Returns the Appeal."""
    anchor = anchor or city.anchor.anchor
    words = {
        "actor": anchor.user,
        "kind": "appeal",
        "category": "A2",
        "title": "样品被压坏，快递网点不肯赔",
        "body": "昨天到的 12 双样鞋压坏 5 双，网点说没保价不赔。",
        "submit_key": uuid.uuid4(),
        **overrides,
    }
    if isinstance(words["category"], str):
        words["category"] = Category.objects.get(pk=words["category"])
    appeal, _ = services.submit(anchor, **words)
    return appeal


def let_lapse(appeal, by=timedelta(days=1)):
    """Move the clock columns of the open stage so far into the past that all of them have gone; order kept."""
    past = timezone.now() - by
    columns = ("remind_at", "amber_at", "accept_due_at", "due_at")
    changes = {column: past + timedelta(minutes=place) for place, column in enumerate(columns)}
    Stage.objects.filter(appeal=appeal, left_at=None).update(**changes)
