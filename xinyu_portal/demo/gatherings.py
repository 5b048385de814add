"""The branches' meetings of the last months, by the services: planned, recorded, looked over, some still to come."""

import random
from datetime import datetime, time

from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Post, Role
from branches.organisation.terms import months_later
from members.groups.models import PartyGroup
from members.meetings import roll, services, studying
from members.meetings.models import Attendance, Meeting, StudyLine
from xinyu_portal.demo.script import after

Kind, Span = Meeting.Kind, StudyLine.Span
MONTHS = 4  # that ended, and the present one
# (kind, day of the month, hour, in which months of a quarter, title)
PLAN = (
    (Kind.COMMITTEE, 5, 16, (1, 2, 3), "商量本月工作和联系主播的安排"),
    (Kind.PARTY_DAY, 12, 15, (1, 2, 3), "走进直播间，听主播说难处"),
    (Kind.SEMINAR, 18, 19, (1,), "怎么把助农直播办实"),
    (Kind.MEMBERS, 20, 15, (2,), "理论学习，讨论季度工作"),
    (Kind.RED_WALK, 22, 9, (1,), "红色走读（演示路线）"),
    (Kind.LECTURE, 25, 19, (3,), "网络主播的职业道德"),
)
CONTENT = "演示：逐项说了上次会以来的事，听了大家的意见，定了下一步由谁做、做到什么时候。"
RESOLUTION = "演示：按大家商量的办，下次会上说进展。"
LEAVES = (Attendance.Leave.WORK, Attendance.Leave.TRIP, Attendance.Leave.FAMILY)
UNREAD = 2  # of the newest minutes of a branch wait for the committee
LEFT_OUT = 1  # the newest is not recorded yet
AWAY = 0.1
STUDY = (
    (Span.Q03, Kind.LECTURE, "党章和党内法规"), (Span.Q06, Kind.SEMINAR, "直播带货新规"),
    (Span.Q09, Kind.PARTY_DAY, "助农直播进乡村"), (Span.Q12, Kind.LECTURE, "网络主播的职业道德"),
)


def hold(builder, now):
    """Every branch holds what is due by `now` and plans the rest of the month."""
    dice, calendar = random.Random("meetings of the demo city"), current_calendar()
    months = [months_later(builder.today.replace(day=1), -back) for back in range(MONTHS, -1, -1)]
    posts = Post.objects.current(builder.today).filter(role=Role.SECRETARY, branch__isnull=False)
    leaders = {post.branch_id: post.user for post in posts.select_related("user")}
    for branch in builder.branches:
        leader = leaders[branch.pk]
        lines = _study_plan(branch, leader, builder.today.year) if branch == builder.branches[0] else {}
        meetings = [
            services.plan(
                branch, actor=leader, starts_at=at, kind=kind, title=title, group=group, place="支部活动室",
                host=leader, recorder=leader, lecturer=leader.name if kind == Kind.LECTURE else "",
                line=lines.pop(kind, None), at=min(at, now),
            )
            for at, kind, title, group in _events(branch, months)
        ]
        held = [meeting for meeting in meetings if meeting.starts_at < now]
        _record(held, leader, builder.users["staff1"], dice, lambda at, minutes: min(after(calendar, at, minutes), now))


def _events(branch, months):
    """`(when, kind, title, group)` of what a branch does in these months, in the order of time."""
    found = [
        (_at(month, day, hour), kind, title, None)
        for month in months for kind, day, hour, when, title in PLAN if (month.month - 1) % 3 + 1 in when
    ]
    for group in PartyGroup.objects.filter(branch=branch):
        found += [(_at(month, 8, 20), Kind.GROUP, f"{group.name}学习和谈心", group) for month in months]
    return sorted(found, key=lambda event: event[0])


def _study_plan(branch, leader, year):
    """`{kind: StudyLine}`: the first meeting of the kind makes it good."""
    return {
        kind: studying.add_line(branch, actor=leader, year=year, span=span, kind=kind, theme=theme)
        for span, kind, theme in STUDY
    }


def _record(held, leader, staff, dice, later):
    """Minutes of all but the newest, with a few who had to work; the committee has looked at the older ones.

    `later(at, minutes)` is the instant after so many minutes of duty time.
    """
    held = held[:-LEFT_OUT]
    for place, meeting in enumerate(held, start=1):
        at = later(meeting.starts_at, dice.randint(60, 600))
        expected = [person.user_id for person in roll.roll_of(meeting) if person.user_id != leader.pk]
        states = {pk: (Attendance.State.LEAVE, dice.choice(LEAVES)) for pk in expected if dice.random() < AWAY}
        meeting = services.record(
            meeting, actor=leader, version=None, states=states, content=CONTENT, resolution=RESOLUTION, at=at
        )
        if place <= len(held) - UNREAD:
            services.see(meeting, actor=staff, at=later(at, 400))


def _at(month, day, hour):
    return datetime.combine(month.replace(day=day), time(hour), SHANGHAI)
