"""The clock gives the anchors of a contact who is none any more back to the work list."""

import logging

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from anchors.contacts.querysets import has_lost_the_contact
from anchors.contacts.services import return_to_list
from anchors.registry.models import Anchor

logger = logging.getLogger(__name__)
BATCH = 500


def return_anchors(now):
    """Left the branch, disabled, not wanted, or the anchor moved: contact None, open appeals go on. Returns how many.

    The batches go up by id, so that one that cannot be done holds up no other; the next tick tries it again.
    """
    lost, done, after = Anchor.objects.standing().filter(has_lost_the_contact(timezone.localdate(now))), 0, 0
    while ids := list(lost.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        done += _give_back(lost, ids, now)
        after = ids[-1]
    return done


def _give_back(lost, ids, now):
    """One batch on the very condition that found it; a batch that fails is halved until the one row is left."""
    try:
        return return_to_list(lost.filter(pk__in=ids), at=now)
    except (OperationalError, InterfaceError):  # the database is away or locked: the next tick tries again
        raise
    except Exception:
        if len(ids) == 1:
            logger.exception("the contact of anchor %s could not be ended", ids[0])
            return 0
    middle = len(ids) // 2
    return _give_back(lost, ids[:middle], now) + _give_back(lost, ids[middle:], now)
