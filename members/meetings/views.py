from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from members.meetings import policy, roll
from members.meetings.models import Attendance, Meeting

CHIPS = {"PLANNED": "chip-calm", "RECORDED": "chip-gold", "SEEN": "chip-ok", "RETURNED": "chip-amber", "CANCELLED": ""}
NAMED = ("branch", "host", "recorder", "planned_by", "recorded_by", "judged_by")


@require_safe
def meeting_detail(request, pk):
    """The plan and the own line for every member; who was there and what was said for the offices alone."""
    meeting = get_object_or_404(Meeting.objects.visible_to(request.user).select_related(*NAMED), pk=pk)
    reads = policy.may_read_minutes(request.user, meeting.branch_id)
    rows = meeting.attendance.select_related("user").order_by("user__name", "pk") if reads else ()
    away = [row for row in rows if row.state != Attendance.State.PRESENT]
    context = {
        "meeting": meeting, "chip": CHIPS[meeting.state], "reads": reads,
        "counts": roll.counts_of([meeting])[meeting.pk] if reads else None, "away": away,
        "there": [row for row in rows if row.state == Attendance.State.PRESENT and row.part != roll.Part.GUEST],
        "guests": [row for row in rows if row.part == roll.Part.GUEST],
        "own": meeting.attendance.filter(user=request.user).first(),
        "grades": [(meeting._meta.get_field(name).verbose_name, getattr(meeting, name)) for name in Meeting.GRADES],
    }
    return render(request, "members/meeting_detail.html", context)
