"""The clock tells everybody on the roll once, in private, of a meeting that begins within a day."""

from collections import defaultdict
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from branches.calendar import worktime
from branches.organisation.models import Post
from members.meetings.models import Meeting
from members.models import Member
from notices.services import Message, send_all

AHEAD = timedelta(days=1)
BATCH = 1000


@transaction.atomic
def remind(now):
    """Remind of planned meetings that begin within AHEAD. Returns how many; the statements are the same for any.

    Who was told longer ahead was told of another time, or that it moves: that is no reminder.
    """
    soon = Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__gt=now, starts_at__lte=now + AHEAD)
    soon = soon.filter(Q(told_at=None) | Q(told_at__lt=F("starts_at") - AHEAD)).order_by("pk")
    soon = soon.select_for_update(of=("self",), skip_locked=True)
    meetings = list(soon[:BATCH])
    if not meetings:
        return 0
    Meeting.objects.filter(pk__in=[meeting.pk for meeting in meetings]).update(told_at=now)
    expected = _expected(meetings, timezone.localdate(now))
    send_all(
        [
            Message(
                user_id, key=f"meeting-soon:{meeting.pk}:{meeting.version}",
                title=f"{worktime.say(meeting.starts_at, now)} {meeting.get_kind_display()}",
                text=f"{meeting.title}，地点 {meeting.place}。", url=reverse("meetings:detail", args=[meeting.pk]),
            )
            for meeting in meetings
            for user_id in sorted(expected(meeting))
        ],
        at=now,
    )
    return len(meetings)


def _expected(meetings, today):
    """`f(meeting)` -> ids of whoever is on its roll today, read in two statements for all of them."""
    branches = {meeting.branch_id for meeting in meetings}
    committees = Post.objects.current(today).filter(branch__in=branches).holders_by_branch()
    members, groups = defaultdict(set), defaultdict(set)
    there = Member.objects.current(today).filter(Q(relation_on=None) | Q(relation_on__lte=today), branch__in=branches)
    for branch_id, group_id, user_id in there.values_list("branch_id", "group_id", "user_id"):
        members[branch_id].add(user_id)
        groups[group_id].add(user_id)

    def of(meeting):
        if meeting.kind == Meeting.Kind.COMMITTEE:
            return committees[meeting.branch_id]
        return groups[meeting.group_id] if meeting.group_id else members[meeting.branch_id]

    return of
