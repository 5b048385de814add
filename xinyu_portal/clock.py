"""One tick: every sweep of settings.SWEEPS in order. Two ticks at once, or one lost, change nothing."""

import logging
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from notices.models import Sweep

logger = logging.getLogger(__name__)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def tick(now=None):
    """Run all sweeps as of `now` and keep when each ran. Returns `{sweep: rows, or None where it failed}`."""
    now = now or timezone.now()
    counts = {}
    for path in settings.SWEEPS:
        counts[path] = _run(path, now)
    failed = [path for path, rows in counts.items() if rows is None]
    _keep("tick", now, rows=sum(rows or 0 for rows in counts.values()), error=", ".join(failed), **_boot())
    return counts


def _run(path, now):
    """One sweep; its failure is kept and logged, and the next ones still run."""
    try:
        rows, error = import_string(path)(now), ""
    except Exception as reason:
        logger.exception("sweep %s failed", path)
        rows, error = None, f"{type(reason).__name__}: {reason}"
    _keep(path, now, rows=rows or 0, error=error)
    return rows


def _keep(name, now, *, error, **columns):
    Sweep.objects.update_or_create(name=name, defaults={"ran_at": now, "error": error[:300], **columns})


def _boot():
    """Which boot of the machine, and how many seconds it has run, suspend included; blank where unknown."""
    boot_id = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
    seconds = time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else None
    return {"boot_id": boot_id, "boot_seconds": seconds}
