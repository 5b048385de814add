"""The roll of a meeting: who is expected on its day, what each may have been, and what the rows come to."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Q
from django.utils import timezone

from branches.organisation.models import Post
from members.meetings.models import Attendance, Meeting
from members.models import Activist, Floating, Member, Participation

Part, State = Attendance.Part, Attendance.State
SEPARATOR = "-"


class Person(NamedTuple):
    """Somebody on the roll, and as what."""

    user_id: int
    name: str
    part: str


class Counts(NamedTuple):
    """What the rows of a meeting come to; nothing of it is ever typed but `others` in the guests."""

    present: int = 0
    leave: int = 0
    absent: int = 0
    excluded: int = 0
    guests: int = 0
    voters_due: int = 0
    voters: int = 0

    @property
    def due(self):
        return self.present + self.leave + self.absent


def roll_of(meeting):
    """Those expected on its Shanghai day, as `[Person]` by name: the members of the branch or of the group.

    For 支委会 whoever is in office on that day.
    """
    day = day_of(meeting)
    members = Member.objects.in_branch(day).filter(branch=meeting.branch_id, joined_on__lte=day)
    members = members.filter(Q(relation_on=None) | Q(relation_on__lte=day)).select_related("user")
    if meeting.group_id:
        members = members.filter(group=meeting.group_id)
    people = {row.user_id: Person(row.user_id, row.user.name, _part(row, day)) for row in members}
    if meeting.kind == Meeting.Kind.COMMITTEE:
        posts = Post.objects.current(day).filter(branch=meeting.branch_id).select_related("user")
        people = {
            post.user_id: people.get(post.user_id) or Person(post.user_id, post.user.name, Part.FULL) for post in posts
        }
    return sorted(people.values(), key=lambda person: (person.name, person.user_id))


def _part(member, day):
    """What they were on that day, and not what they became since."""
    later = member.regularised_on is not None and member.regularised_on > day
    return Part.PROBATIONARY if later else Part(member.standing)


def guests_of(meeting):
    """Whom the branch knows beyond its roll on that day, as `[Person]`: activists, and members who take part here."""
    day, branch = day_of(meeting), meeting.branch_id
    lasting = Q(until=None) | Q(until__gte=day), Q(branch=branch, since__lte=day)
    activists = Activist.objects.filter(*lasting).values_list("user_id", "user__name")
    floating = Floating.objects.filter(*lasting, direction=Floating.Direction.IN).values_list("user_id", "user__name")
    partaking = Participation.objects.filter(*lasting).values_list("member__user_id", "member__user__name")
    found = activists.order_by().union(floating.order_by(), partaking.order_by())
    return [Person(pk, name, Part.GUEST) for pk, name in sorted(found, key=lambda one: (one[1], one[0]))]


def choices():
    """`[(code, words)]` of what one person of the roll may have been; the first is how an uneventful meeting goes."""
    leave = [(SEPARATOR.join((State.LEAVE, why)), f"请假：{why.label}") for why in Attendance.Leave]
    left_out = [(SEPARATOR.join((State.EXCLUDED, why)), f"不计应到：{why.label}") for why in Attendance.Ground]
    plain = [(state.value, state.label) for state in (State.PRESENT, State.ABSENT)]
    return [plain[0], *leave, plain[1], *left_out]


def day_of(meeting):
    return timezone.localdate(meeting.starts_at)


def count(rows):
    """The Counts of the Attendance rows of one meeting."""
    found = defaultdict(int)
    for row in rows:
        found["guests" if row.part == Part.GUEST else row.state.lower()] += 1
        if row.part == Part.FULL and row.state != State.EXCLUDED:
            found["voters_due"] += 1
            found["voters"] += row.state == State.PRESENT
    return Counts(**found)


def quorum(meeting, counts, book):
    """A sentence on whether enough came to decide, or ''. A hint: what follows of it is for the meeting to say."""
    if meeting.kind == Meeting.Kind.MEMBERS:
        half = counts.voters_due * book.number("MEETING_VOTERS") / 100
        said = "超过半数" if counts.voters > half else "没有超过半数，不能表决"
        return f"有表决权的正式党员应到 {counts.voters_due} 名，实到 {counts.voters} 名，{said}。"
    if meeting.kind == Meeting.Kind.COMMITTEE:
        enough = counts.present >= counts.due * book.number("MEETING_COMMITTEE_THERE") / 100
        return f"委员应到 {counts.due} 名，实到 {counts.present} 名，{'到了半数' if enough else '没有到半数'}。"
    return ""
