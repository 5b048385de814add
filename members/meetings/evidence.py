"""Recorded meetings as evidence of a measure."""

from branches.measures.kinds import Kind
from members.meetings.figures import line
from members.meetings.models import Meeting


def _rows(user):
    return Meeting.objects.visible_to(user).held()


meeting = Kind("meeting", "组织生活", Meeting, "-starts_at", _rows, line)
