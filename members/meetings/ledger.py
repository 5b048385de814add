"""The ledger of meetings 三会一课台账 as a workbook, with the heads of domain.md §7.4."""

from collections import defaultdict

from django.utils import timezone

from members.meetings.models import Attendance
from members.meetings.roll import Part, State, as_on_the_roster, count
from xinyu_portal import sheets

HEADS = (
    ("序号", 6), ("类型", 14), ("时间", 18), ("地点", 16), ("主持", 10), ("记录", 10), ("应到", 6), ("实到", 6),
    ("请假及原因", 30), ("列席", 18), ("主题", 28), ("主要内容", 50), ("决议/成果", 40), ("附件", 8), ("审核", 12),
)

BRANCH = (("支部", 26),)  # behind the standard heads, where the meetings are of several


def write(meetings, *, actor, office, reason, at):
    """Return the .xlsx of these meetings (a list). Who takes it, when and what for stands on top."""
    when = timezone.localtime(at)
    lines = (
        f"新余市网络直播行业党委 · 三会一课台账 · 共 {len(meetings)} 次",
        f"导出人：{actor.name}{f'（{office}）' if office else ''} · {when:%Y年%m月%d日 %H:%M} · 用途：{reason}",
        "应到、实到、请假、列席从每次会的名单里数。只用于上面写的用途，不得外传。",
    )
    rows = defaultdict(list)
    attended = Attendance.objects.filter(meeting__in=meetings).select_related("user")
    for row in attended.order_by(*as_on_the_roster("user__")):
        rows[row.meeting_id].append(row)
    several = len({meeting.branch_id for meeting in meetings}) > 1
    table = (
        _row(no, one, rows[one.pk]) + ((one.branch.name,) if several else ())
        for no, one in enumerate(meetings, start=1)
    )
    return sheets.write("三会一课台账", lines, HEADS + BRANCH * several, table)


def _row(no, meeting, rows):
    counts = count(rows)
    guests = [row.user.name for row in rows if row.part == Part.GUEST]
    guests += [f"另 {meeting.others} 人"] if meeting.others else []
    leave = [f"{row.user.name}（{row.get_why_display()}）" for row in rows if row.state == State.LEAVE]
    return (
        no, meeting.get_kind_display(), f"{timezone.localtime(meeting.starts_at):%Y-%m-%d %H:%M}", meeting.place,
        meeting.host.name if meeting.host else "", meeting.recorder.name if meeting.recorder else "", counts.due,
        counts.present, "、".join(leave), "、".join(guests), meeting.title, meeting.content, meeting.resolution, "",
        meeting.get_state_display(),
    )
