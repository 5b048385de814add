"""Meetings that no report counts yet, because their minutes are not written or were sent back."""

from collections import defaultdict

from django.urls import reverse
from django.utils import timezone

from members.meetings.models import Meeting

State = Meeting.State
SAID = {State.PLANNED: "次会还没有记录", State.RETURNED: "份会议记录退回来了，还没有重记"}


def meetings(branch_id, start, end):
    """`[(text, url)]` of what began from `start` on, before `end` and before now: to the form of the only one, or to
    the list. settings.REPORT_UNRECORDED
    """
    begun = Meeting.objects.filter(
        branch=branch_id, state__in=SAID, starts_at__gte=start, starts_at__lt=min(end, timezone.now())
    )
    found = defaultdict(list)
    for state, pk in begun.order_by("starts_at", "pk").values_list("state", "pk"):
        found[state].append(pk)
    return [
        (f"{len(found[state])} {said}", to_record(state, found[state])) for state, said in SAID.items() if found[state]
    ]


def to_record(state, ids):
    """The form of the only one, or the list of that state."""
    if len(ids) == 1:
        return reverse("meetings:record", args=ids)
    return f"{reverse('meetings:list')}?state={state}"
