"""GET /healthz: does the portal answer, and does its clock run? One statement, never the broker.

503 when it does not: the database is away, no tick yet, the last one too old, or held since the wall clock jumped.
"""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.db.models import Exists, F
from django.http import JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from appeals.models import Stage
from branches.organisation.models import Post
from branches.organisation.policy import COMMITTEE_HANDLERS
from notices.models import Sweep

STALE = timedelta(minutes=3)


@login_not_required
@never_cache
@require_safe
def healthz(request):
    try:
        tick = _last_tick()
    except Error:
        return JsonResponse({"status": "database", "tick_age_seconds": None, "warnings": []}, status=503)
    if tick is None:
        return JsonResponse({"status": "no_tick", "tick_age_seconds": None, "warnings": []}, status=503)
    age = timezone.now() - tick.ran_at
    status = "clock_held" if tick.held_at else "tick_late" if age > STALE else "ok"
    return JsonResponse(
        {
            "status": status,
            "tick_age_seconds": int(age.total_seconds()),
            "warnings": _warnings(tick),
        },
        status=200 if status == "ok" else 503,
    )


def _last_tick():
    handlers = Post.objects.current().filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    aside = Stage.objects.filter(retry_at__isnull=False, appeal__current=F("pk"))
    return (
        Sweep.objects.filter(name="tick")
        .annotate(
            committee_staffed=Exists(handlers),
            stepped_aside=Exists(aside),
        )
        .first()
    )


def _warnings(tick):
    found = [] if tick.committee_staffed else ["committee_vacant"]
    found += ["clock_held"] if tick.held_at else []
    return found + (["stepped_aside"] if tick.stepped_aside else [])
