"""What the reports of a branch count of its organisation life (domain.md §7.2): recorded meetings, and who came."""

from collections import defaultdict
from functools import partial

from django.urls import reverse

from branches.reports.figures import Figure, FigureKind, Line
from members.meetings.models import Attendance, Meeting
from members.meetings.roll import Part, State

GROUP = "组织生活"
Kind = Meeting.Kind


def _held(branch_ids, start, end):
    return Meeting.objects.held().filter(branch__in=branch_ids, starts_at__gte=start, starts_at__lt=end)


def _meetings(kinds, branch_ids, start, end):
    found = defaultdict(list)
    rows = _held(branch_ids, start, end).filter(kind__in=kinds).order_by("pk")
    for branch_id, pk in rows.values_list("branch_id", "pk"):
        found[branch_id].append(pk)
    return {branch_id: Figure(len(ids), None, tuple(ids)) for branch_id, ids in found.items()}


def _attendance(branch_ids, start, end):
    """Who came among who was due, by person and meeting; guests and those not counted as due are neither."""
    due = Attendance.objects.filter(meeting__in=_held(branch_ids, start, end)).exclude(part=Part.GUEST)
    present, total, ids = defaultdict(int), defaultdict(int), defaultdict(set)
    rows = due.exclude(state=State.EXCLUDED).order_by().values_list("meeting__branch_id", "meeting_id", "state")
    for branch_id, meeting_id, state in rows:
        present[branch_id] += state == State.PRESENT
        total[branch_id] += 1
        ids[branch_id].add(meeting_id)
    return {pk: Figure(present[pk], total[pk], tuple(sorted(ids[pk]))) for pk in total}


def _rows(user, ids):
    return Meeting.objects.visible_to(user).filter(pk__in=ids)


def line(meeting):
    return Line(
        meeting.title, f"{meeting.get_kind_display()} {meeting.number}", reverse("meetings:detail", args=[meeting.pk])
    )


def _of(code, title, *kinds):
    return FigureKind(
        code=f"meeting_{code}", group=GROUP, title=title, unit="次", count=partial(_meetings, kinds), rows=_rows,
        line=line, how="开会时间在本期、已经记录的次数；计划中的、不开了的和退回还没有重记的不算。",
    )


members = _of("members", "支部党员大会", Kind.MEMBERS)
committee = _of("committee", "支部委员会会议", Kind.COMMITTEE)
group = _of("group", "党小组会", Kind.GROUP)
lecture = _of("lecture", "党课", Kind.LECTURE)
party_day = _of("party_day", "主题党日", Kind.PARTY_DAY)
life = _of("life", "组织生活会和民主评议", Kind.LIFE, Kind.APPRAISAL)
seminar = _of("seminar", "专题研讨和红色走读", Kind.SEMINAR, Kind.RED_WALK)
attendance = FigureKind(
    code="meeting_attendance", group=GROUP, title="到会", unit="人次", count=_attendance, rows=_rows, line=line,
    of_many=True,
    how="本期已经记录的会：实到人次 ÷ 应到人次，从每次会的名单里数。请假和缺席算应到；按规定不计应到的、列席的都不算。",
)
KINDS = (members, committee, group, lecture, party_day, life, seminar, attendance)
