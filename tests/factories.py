"""Rows made through the services, so that test data is legal data: name what the test cares about."""

import uuid

from appeals import services
from appeals.models import Category


def submit_appeal(city, anchor=None, **overrides):
    """An appeal of `anchor` (default 林小禾), sent by the anchor; `category` may be a code. Returns the Appeal."""
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
