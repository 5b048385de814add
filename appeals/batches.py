"""How the clock takes many appeals at once, on both engines (design §5).

A batch locks its appeals, reads their stages afresh under the lock, and acts in one transaction. PostgreSQL
passes over rows that somebody holds; SQLite's IMMEDIATE transaction holds the database; the unique constraints
are the last judge. A batch that fails is halved until the one row is left that cannot be done: that row steps
aside with a growing pause, is listed on the committee's page, and starves nobody.
"""

import logging
from datetime import timedelta

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import OuterRef, Q, Subquery

from appeals import notifications, trail
from appeals.models import Appeal, Event, Stage
from notices.services import send_all

logger = logging.getLogger(__name__)
BATCH = 1000
EVERY = Q()
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(days=1)


class LostRace(Exception):
    """The guard changed another number of rows than were locked: somebody was faster. The batch rolls back."""


def sweep(due, act, now, *, whose=EVERY):
    """Run `act(stages)` over every appeal whose current stage meets `due` (a Q on Stage); return how many rows.

    `whose` is a Q on the Appeal itself. `act` gets stages with their appeal and anchor loaded, all locked.
    """
    done = 0
    while True:
        picked, acted = _attempt(due, act, now, whose)
        done += acted
        if len(picked) < BATCH:
            return done


def _attempt(due, act, now, whose, only=None):
    """One batch; returns the appeal ids it picked and the number of rows acted upon."""
    picked = []
    try:
        with transaction.atomic():
            picked = _lock(due, whose, only)
            stages = _read(due, picked)
            if stages:
                act(stages)
            return picked, len(stages)
    except (OperationalError, InterfaceError):  # the database is away or locked: the next tick tries again
        raise
    except Exception as error:
        if not picked:
            raise
        if len(picked) == 1:
            _step_aside(picked[0], due, error, now)
            return picked, 0
        logger.warning("a batch of %s failed (%s); trying its halves", len(picked), error)
    middle = len(picked) // 2
    halves = (picked[:middle], picked[middle:])
    return picked, sum(_attempt(due, act, now, whose, only=half)[1] for half in halves)


def _lock(due, whose, only):
    found = Appeal.objects.filter(whose, current__in=Stage.objects.filter(due))
    if only is not None:
        found = found.filter(pk__in=only)
    locked = found.order_by("pk").select_for_update(skip_locked=True, of=("self",))
    return list(locked.values_list("pk", flat=True)[:BATCH])


def _read(due, picked):
    """The stages as they are under the lock; what is no longer due drops out."""
    if not picked:
        return []
    current = Appeal.objects.filter(pk__in=picked).values("current")
    stages = Stage.objects.filter(due, pk__in=current).select_related("appeal__anchor__merged_into")
    return list(stages.order_by("appeal_id"))


def guarded(due, stages, **changes):
    """Change the stages on the very condition that picked them; every one of them, or none."""
    if not stages:
        return
    chosen = Stage.objects.filter(due, pk__in=[stage.pk for stage in stages])
    changed = chosen.update(**Stage.WELL, **changes)
    if changed != len(stages):
        raise LostRace(f"{changed} of {len(stages)} stages")


def tell(lines, *, handlers, now, entered=None, **changes):
    """Append the lines, move the appeals' heads (and `changes`) in one statement, and write the notices.

    `entered` maps an appeal's id to the stage that its line brought it to.
    """
    entered = entered or {}
    events = trail.append(lines)
    last = Event.objects.filter(appeal=OuterRef("pk")).order_by("-seq")
    Appeal.objects.filter(pk__in=[event.appeal_id for event in events]).update(
        version=Subquery(last.values("seq")[:1]), trail_hash=Subquery(last.values("hash")[:1]), **changes
    )
    messages = []
    handlers.knowing([event.appeal_id for event in events])
    for event in events:
        messages += notifications.of_event(
            event, appeal=event.appeal, handlers=handlers, entered=entered.get(event.appeal_id)
        )
    send_all(messages, at=now)


def _step_aside(appeal_id, due, error, now):
    """Pause the stage if it is still due: the lock is gone, and a person may have moved the appeal since."""
    logger.exception("appeal %s steps aside", appeal_id)
    for stage in _read(due, [appeal_id]):
        failures = stage.failures + 1
        Stage.objects.filter(due, pk=stage.pk, failures=stage.failures).update(
            failures=failures, retry_at=now + min(FIRST_PAUSE * 2 ** min(failures - 1, 20), LONGEST_PAUSE),
            last_error=f"{type(error).__name__}: {error}"[:300],
        )
