from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from appeals import worklists
from appeals.doors import act
from appeals.judging import lists, services
from appeals.listing import listed
from appeals.models import Appeal
from appeals.workflow import Verb
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats

ROWS = 50


@require_POST
def follow_up(request, pk):
    return act(request, pk, Verb.FOLLOW_UP, services.follow_up, _said)


@require_safe
def follow_ups(request):
    """Whom to call: answered, and silent since."""
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied("回访是市行业党委的事。")
    now, tabs = timezone.now(), lists.tabs(current_calendar())
    seen = Appeal.objects.visible_to(request.user)
    context = listed(request, seen, tabs, worklists.counts(seen, tabs, now), now, size=ROWS)
    return render(request, "appeals/follow_ups.html", context)


def _said(words):
    return "回访已记下。" if words["reached"] else "记下了，没联系上。换一天再打，最多三次。"
