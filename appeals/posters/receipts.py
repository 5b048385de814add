"""What a browser without a login may see again for an hour: the appeal that it filed last. Kept in its session."""

import time
import uuid

from appeals.models import Appeal

KEPT_FOR = 3600  # seconds
_NAME = "receipt"


def hand_out(request, appeal):
    request.session[_NAME] = {"appeal": str(appeal.uuid), "until": time.time() + KEPT_FOR}


def appeal_of(request):
    """The appeal of this browser's receipt, or None when it has none or the hour is over."""
    kept = request.session.get(_NAME)
    if not kept or kept["until"] < time.time():
        return None
    found = Appeal.objects.for_page().prefetch_related("stages").filter(uuid=uuid.UUID(kept["appeal"]))
    return found.select_related("anchor__newcomer__anchor__user").first()


def person_of(request):
    """The Newcomer who filed it, or None."""
    appeal = appeal_of(request)
    return getattr(appeal.anchor, "newcomer", None) if appeal else None
