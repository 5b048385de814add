"""One tick: every sweep of settings.SWEEPS in order. Two ticks at once, or one lost, change nothing.

The jump gate stands before them (design §5). A machine that was off is no jump: the sweeps catch up. A jump is a wall
clock that disagrees with the seconds since boot (suspend included) by more than `APART` since the previous tick of the
same boot, or that stands more than `BACK` before the last tick. Then nothing runs until a person has looked at the
clock and said so. With several hosts the row speaks of the last one that ticked; between two of them only the
second test applies.
"""

import logging
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import AuditEvent
from branches.organisation.policy import hats, offices
from notices.models import Sweep
from xinyu_portal.errors import Conflict

logger = logging.getLogger(__name__)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
APART, BACK = timedelta(minutes=10), timedelta(minutes=2)
REASON_LIMIT = 200
NOT_HELD = "时钟没有停下，不用确认。"


@dataclass(frozen=True)
class Boot:
    """Which boot of the machine, and how many seconds it has run, suspend included; blank where unknown."""

    id: str = ""
    seconds: float | None = None

    @classmethod
    def read(cls):
        boot_id = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else None
        return cls(boot_id, seconds)


def tick(now=None, boot=None):
    """Run all sweeps as of `now`. Returns `{sweep: rows, or None where it failed}`, nothing while the clock is held."""
    now, boot = now or timezone.now(), boot or Boot.read()
    if _is_held(now, boot):
        return {}
    counts = {path: _run(path, now) for path in settings.SWEEPS}
    failed = [path for path, rows in counts.items() if rows is None]
    _keep_tick(now, boot, rows=sum(rows or 0 for rows in counts.values()), error=", ".join(failed)[:300])
    return counts


def held():
    """The row of the tick while the gate is shut, or None."""
    return Sweep.objects.filter(name="tick", held_at__isnull=False).first()


def jumped_by(last, now, boot):
    """By how many seconds the wall clock is wrong since the tick of the row `last`, or None when it did not jump."""
    passed = now - last.ran_at
    same_boot = boot.id and boot.id == last.boot_id and boot.seconds is not None and last.boot_seconds is not None
    off = passed - timedelta(seconds=boot.seconds - last.boot_seconds) if same_boot else passed
    if passed < -BACK or (same_boot and abs(off) > APART):
        return off.total_seconds()
    return None


@transaction.atomic
def confirm(*, reason, actor=None, now=None, boot=None):
    """The wall clock is right now: the sweeps go on, and the next tick is compared with this instant.

    By a leader of the committee, or by the command (`actor` None). Raises PermissionDenied, ValidationError (reason),
    and Conflict when nothing is held.
    """
    if actor is not None and not hats(actor).leads_committee:
        raise PermissionDenied
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LIMIT:
        raise ValidationError({"reason": f"请写清为什么可以继续，{REASON_LIMIT} 字以内。"})
    now, boot = now or timezone.now(), boot or Boot.read()
    row = Sweep.objects.select_for_update().filter(name="tick", held_at__isnull=False).first()
    if row is None:
        raise Conflict(NOT_HELD)
    facts = {"held_at": row.held_at.isoformat(), "seconds": row.held_seconds, "last_tick": row.ran_at.isoformat()}
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor) if actor else "命令行",
        subject_type="notices.sweep", subject_id="tick", reason=reason, facts=facts, at=now,
    )
    row.held_at = row.held_seconds = None
    row.ran_at, row.boot_id, row.boot_seconds = now, boot.id, boot.seconds
    row.save(update_fields=["held_at", "held_seconds", "ran_at", "boot_id", "boot_seconds"])


@transaction.atomic
def _is_held(now, boot):
    """Judge the clock under the lock: of two ticks the second finds what the first decided."""
    last = Sweep.objects.select_for_update().filter(name="tick").first()
    if last is None:
        return False
    off = jumped_by(last, now, boot) if last.held_at is None else None
    if off is not None:
        logger.error("the wall clock is wrong by %d s since the last tick: the sweeps wait for confirm_clock", off)
        last.held_at, last.held_seconds = now, off
        last.save(update_fields=["held_at", "held_seconds"])
    return last.held_at is not None


def _run(path, now):
    """One sweep; its failure is kept and logged, and the next ones still run."""
    try:
        rows, error = import_string(path)(now), ""
    except Exception as reason:
        logger.exception("sweep %s failed", path)
        rows, error = None, f"{type(reason).__name__}: {reason}"
    found = {"ran_at": now, "rows": rows or 0, "error": error[:300]}
    Sweep.objects.update_or_create(name=path, defaults=found)
    return rows


def _keep_tick(now, boot, **columns):
    """Both clocks as they were when the tick began; a tick that began later, or a confirmation, is not undone."""
    columns |= {"ran_at": now, "boot_id": boot.id, "boot_seconds": boot.seconds}
    earlier = Sweep.objects.filter(name="tick")
    if boot.seconds is not None:
        earlier = earlier.exclude(boot_id=boot.id, boot_seconds__gt=boot.seconds)
    if not earlier.update(**columns):
        Sweep.objects.get_or_create(name="tick", defaults=columns)
