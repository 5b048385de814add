"""What happens to a meeting: planned, corrected, cancelled, recorded, seen or sent back. `at` is now by default.

Minutes say who was there by rows that are counted; no figure of them is typed (domain.md §3.2, §7.3).
"""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.calendar import worktime
from branches.measures.quarters import quarter_of
from branches.organisation.models import BRANCH_HANDLERS, Post
from branches.organisation.policy import offices
from branches.rules.services import rules_on
from members.meetings import ledger, policy, roll
from members.meetings.models import TWICE, Attendance, Meeting, MeetingCounter, StudyLine
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason, save_unless_there

Kind, State = Meeting.Kind, Meeting.State
PLAN = ("title", "agenda", "manner", "place", "starts_at", "ends_at", "host", "recorder", "lecturer")
MINUTES = ("host", "recorder", "content", "resolution", "others")
FAR = timedelta(days=366)
LONGEST = timedelta(days=1)
EXPORT_LIMIT = 1000
STALE = "这次会刚刚有人改过，您的还没有保存。请看一下现在的再写。"
NOT_PLANNED = "这次会已经记录或取消，计划不能再改。"
CLOSED = "这份记录党委已经看过，要改请党委先退回。"
NOT_YET = "还没有到开会的时间。提前开了的，请先改计划里的时间。"


@transaction.atomic
def plan(branch, *, actor, kind, group=None, line=None, at=None, **fields):
    """A meeting of `branch`, held or still to come, with `fields` of PLAN; `line` is the StudyLine it makes good.

    A 党小组会 is of one `group` of the branch, nothing else is of any.

    Raises PermissionDenied, Conflict (the line is planned already) and ValidationError. Returns the Meeting.
    """
    at = at or timezone.now()
    if not policy.may(actor, "plan", branch.pk):
        raise PermissionDenied
    if (kind == Kind.GROUP) != bool(group) or (group and group.branch_id != branch.pk):
        raise ValidationError({"group": "党小组会请选本支部的党小组，别的会不用选。"})
    meeting = Meeting(branch=branch, kind=kind, group=group, planned_by=actor)
    _write_plan(meeting, fields, at)
    meeting.number = _next_number(branch, timezone.localdate(meeting.starts_at))
    meeting.full_clean()
    meeting.save()
    if line is not None:
        _make_good(line, meeting)
    return meeting


@transaction.atomic
def correct(meeting, *, actor, version, at=None, **fields):
    """Write `fields` of PLAN while it is only planned; the number stays, whatever quarter it moves to.

    Whoever was reminded of another time or place hears at once, and is reminded again where the day is far.
    Raises PermissionDenied, Conflict and ValidationError. Returns the fresh Meeting.
    """
    meeting = _taken(meeting, actor, "correct", version, (State.PLANNED,), NOT_PLANNED)
    at, before = at or timezone.now(), (meeting.starts_at, meeting.place)
    _write_plan(meeting, fields, at)
    if not meeting.told_at or before == (meeting.starts_at, meeting.place) or meeting.starts_at <= at:
        return _saved(meeting)
    told, meeting.told_at = _told(meeting), at
    meeting, kind, when = _saved(meeting), meeting.get_kind_display(), worktime.say(meeting.starts_at, at)
    if before[0] != meeting.starts_at:
        title, text = f"{kind}改到 {when}", f"{meeting.title}，地点 {meeting.place}。"
    else:
        title, text = f"{kind}换了地点", f"{meeting.title}，改到 {meeting.place}，{when}。"
    send(
        told - {actor.pk}, key=f"meeting-moved:{meeting.pk}:{meeting.version}", title=title, text=text,
        url=_url(meeting), at=at,
    )
    return meeting


@transaction.atomic
def cancel(meeting, *, actor, version, reason, at=None):
    """It will not be held; the line of the study plan is free again. Whoever was reminded of it hears so.

    Raises PermissionDenied, Conflict and ValidationError (reason). Returns the fresh Meeting.
    """
    meeting = _taken(meeting, actor, "cancel", version, (State.PLANNED,), NOT_PLANNED)
    meeting.state, meeting.reason = State.CANCELLED, cleaned_reason(reason)
    StudyLine.objects.filter(meeting=meeting).update(meeting=None)
    if meeting.told_at:
        send(
            _told(meeting) - {actor.pk}, key=f"meeting-cancelled:{meeting.pk}",
            title=f"{meeting.get_kind_display()}不开了", text=meeting.title, url=_url(meeting), at=at,
        )
    return _saved(meeting)


@transaction.atomic
def record(meeting, *, actor, version, states, guests=(), grades=None, at=None, **fields):
    """Minutes with `fields` of MINUTES, for the first time or anew until the committee has seen them.

    `states` is `{user id: (state, why)}` of whoever is on the roll and was not simply there; `guests` are user ids of
    `roll.guests_of`. `grades` is `{grade: how many}` of an appraisal, or None.
    Raises PermissionDenied, Conflict and ValidationError. Returns the fresh Meeting.
    """
    at = at or timezone.now()
    meeting = _taken(meeting, actor, "record", version, (State.PLANNED, State.RECORDED, State.RETURNED), CLOSED)
    if meeting.starts_at > at:
        raise Conflict(NOT_YET, meeting)
    for name in MINUTES:
        if name in fields:
            setattr(meeting, name, _stripped(fields[name]))
    if not meeting.content:
        raise ValidationError({"content": "请写几句主要内容。"})
    rows = _rows(meeting, states, guests)
    _write_grades(meeting, grades, rows)
    Attendance.objects.filter(meeting=meeting).delete()
    Attendance.objects.bulk_create(rows)
    meeting.state, meeting.reason = State.RECORDED, ""
    meeting.recorded_by, meeting.recorded_at = actor, at
    _audit(meeting, actor, at, what="recorded")
    return _saved(meeting)


@transaction.atomic
def see(meeting, *, actor, version=None, at=None):
    """The committee has looked at the minutes; looking again changes nothing. Raises PermissionDenied and Conflict."""
    meeting, at = _taken(meeting, actor, "see", version), at or timezone.now()
    if meeting.state == State.SEEN:
        return meeting
    if meeting.state != State.RECORDED:
        raise Conflict("这次会还没有记录，没有可看的。", meeting)
    meeting.state, meeting.judged_by, meeting.judged_at = State.SEEN, actor, at
    return _saved(meeting)


@transaction.atomic
def send_back(meeting, *, actor, version, reason, at=None):
    """The minutes are to be written anew; the handlers of the branch hear why, and who recorded them in any office.

    Raises PermissionDenied, Conflict and ValidationError (reason). Returns the fresh Meeting.
    """
    at = at or timezone.now()
    meeting = _taken(meeting, actor, "send_back", version, Meeting.HELD, "没有可退回的记录。")
    meeting.state, meeting.reason = State.RETURNED, cleaned_reason(reason)
    meeting.judged_by, meeting.judged_at = actor, at
    _audit(meeting, actor, at, what="returned")
    meeting = _saved(meeting)
    send(
        _writers(meeting) - {actor.pk}, key=f"meeting-returned:{meeting.pk}:{meeting.version}",
        title="一份会议记录被退回", text=f"党委退回：{meeting.reason}", url=_url(meeting), at=at,
    )
    return meeting


def export(meetings, *, actor, reason, narrowed, at=None):
    """Return the ledger of these meetings as .xlsx, and keep who took how many, how narrowed and what for.

    Raises PermissionDenied, Conflict (more than EXPORT_LIMIT) and ValidationError (reason).
    """
    if not policy.may_export(actor):
        raise PermissionDenied
    reason, at = cleaned_reason(reason), at or timezone.now()
    rows = list(meetings.select_related("branch", "host", "recorder").order_by("starts_at", "pk")[:EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise Conflict(f"一次最多导出 {EXPORT_LIMIT} 次会，请选一年或一个支部。")
    office = offices(actor)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.EXPORT, actor=actor, office=office, subject_type="members.meeting", reason=reason,
        facts={"count": len(rows), "filter": narrowed}, at=at,
    )
    return ledger.write(rows, actor=actor, office=office, reason=reason, at=at)


def _taken(meeting, actor, verb, version, states=None, wrong=""):
    """The row, locked. Raises PermissionDenied, and Conflict where it stands in none of `states` or has changed."""
    meeting = Meeting.objects.select_for_update().get(pk=meeting.pk)
    if not policy.may(actor, verb, meeting.branch_id):
        raise PermissionDenied
    if states and meeting.state not in states:
        raise Conflict(wrong, meeting)
    if version is not None and version != meeting.version:
        raise Conflict(STALE, meeting)
    return meeting


def _write_plan(meeting, fields, at):
    for name in PLAN:
        if name in fields:
            setattr(meeting, name, _stripped(fields[name]))
    if not meeting.branch.established_on <= timezone.localdate(meeting.starts_at) or meeting.starts_at > at + FAR:
        raise ValidationError({"starts_at": "要在支部成立以后，最晚到一年以后。"})
    if meeting.ends_at and meeting.ends_at <= meeting.starts_at:
        raise ValidationError({"ends_at": "结束时间要在开始以后。"})
    if meeting.ends_at and meeting.ends_at > meeting.starts_at + LONGEST:
        raise ValidationError({"ends_at": "一次会最多开一天，请看一下结束的日期。"})
    if meeting.kind == Kind.LECTURE and not meeting.lecturer:
        raise ValidationError({"lecturer": "党课请写主讲人。"})


def _make_good(line, meeting):
    line = StudyLine.objects.select_for_update().get(pk=line.pk)
    if line.meeting_id or line.branch_id != meeting.branch_id:
        raise Conflict("学习计划的这一条已经排过会了。", line)
    line.meeting = meeting
    line.save(update_fields=["meeting"])


def _rows(meeting, states, guests):
    """One Attendance a person of the roll and a guest: who is not named in `states` was there."""
    people = roll.roll_of(meeting)
    if not set(states) <= {person.user_id for person in people}:
        raise ValidationError("有人不在这次会的名单里，请重新打开再记。")
    if meeting.recorded_at:  # who was there is never guessed of somebody who came to the list since
        there = set(meeting.attendance.values_list("user_id", flat=True))
        new = [person.name for person in people if person.user_id not in {*there, *states}]
        if new:
            raise ValidationError(f"{'、'.join(new)}新列入了这次会的名单，请选到没到。")
    rows = []
    for person in people:
        state, why = states.get(person.user_id, (Attendance.State.PRESENT, ""))
        rows.append(Attendance(meeting=meeting, user_id=person.user_id, part=person.part, state=state, why=why))
    by_guests = guests and not people and not meeting.branch.holds_relations  # whose relations are all elsewhere
    if not by_guests and not any(row.state == Attendance.State.PRESENT for row in rows):
        raise ValidationError("一个人也没有到，就不算开过会。不开了的，请写不开的原因。")
    invited = {person.user_id for person in roll.guests_of(meeting, people)}
    if not invited.issuperset(guests):
        raise ValidationError({"guests": "有人不在列席的名单里，请重新勾选。"})
    return rows + [
        Attendance(meeting=meeting, user_id=pk, part=Attendance.Part.GUEST, state=Attendance.State.PRESENT)
        for pk in sorted(set(guests))
    ]


def _write_grades(meeting, grades, rows):
    """Numbers alone, of full members alone; of a few at most one is excellent (domain.md §3.2)."""
    for name in Meeting.GRADES:
        setattr(meeting, name, grades[name] if grades else None)
    if not grades:
        return
    if meeting.kind != Kind.APPRAISAL:
        raise ValidationError("只有民主评议填评定的人数。")
    full = sum(row.part == Attendance.Part.FULL for row in rows)
    graded = sum(grades.values())
    if graded > full:
        raise ValidationError({"excellent": f"评定的一共 {graded} 名，正式党员只有 {full} 名；预备党员不评等次。"})
    try:
        few = rules_on(roll.day_of(meeting)).number("APPRAISAL_EXCELLENT")
    except LookupError:  # no rule was in force on that day
        return
    if grades["excellent"] * few > graded:
        most = f"{graded} 名里最多 {graded // few} 名"
        raise ValidationError({"excellent": f"优秀不超过评定人数的 1/{few:.0f}：{most}。"})


def _next_number(branch, day):
    """HY-<branch>-2026Q4-03, by the id of the branch: the one name of it that is never corrected or given again."""
    quarter = quarter_of(day)
    counter = MeetingCounter.objects.filter(branch=branch, quarter=quarter)
    if not counter.update(last=F("last") + 1):
        MeetingCounter.objects.bulk_create([MeetingCounter(branch=branch, quarter=quarter)], ignore_conflicts=True)
        counter.update(last=F("last") + 1)
    return f"HY-{branch.pk}-{quarter:%Y}Q{quarter.month // 3 + 1}-{counter.get().last:02d}"


def _stripped(value):
    return value.strip() if isinstance(value, str) else value


def _saved(meeting):
    meeting.version += 1
    meeting.full_clean()
    save_unless_there(meeting, TWICE)
    return meeting


def _told(meeting):
    """Ids of whoever was told of it and whoever is expected now: who has left since may still set out."""
    days = {timezone.localdate(meeting.told_at), roll.day_of(meeting)}
    return {user_id for day in days for user_id in roll.expected_on(meeting, day)}


def _writers(meeting):
    """Ids of whose work the minutes are now: a recorder who has left office can write nothing."""
    whose = Q(role__in=BRANCH_HANDLERS) | Q(user=meeting.recorded_by_id)
    return set(Post.objects.current().filter(whose, branch=meeting.branch_id).values_list("user", flat=True))


def _url(meeting):
    return reverse("meetings:detail", args=[meeting.pk])


def _audit(meeting, actor, at, **facts):
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type="members.meeting",
        subject_id=str(meeting.pk), facts=facts, at=at,
    )
