"""The roll of a meeting: who is expected on its day, what each may have been, and what the rows come to."""

from collections import defaultdict
from typing import NamedTuple

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from branches.organisation.models import Post
from members.meetings.models import Attendance, Meeting
from members.models import Activist, Floating, Member, Participation, Transfer

Part, State = Attendance.Part, Attendance.State
SEPARATOR = "-"
SHARES = {Meeting.Kind.MEMBERS: "MEETING_VOTERS", Meeting.Kind.COMMITTEE: "MEETING_COMMITTEE_THERE"}
HALF = 50


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


def as_on_the_roster(whose=""):
    """The order of people whom `whose` leads to: nobody finds a Chinese name by the code of its characters.

    Who is on no roster comes last.
    """
    return F(f"{whose}member__pk").asc(nulls_last=True), f"{whose}pk"


def roll_of(meeting):
    """Those expected on its Shanghai day, as `[Person]` in the order of the roster.

    Recorded anew, with whoever stands in its rows: what somebody is in the rosters changes, and that they were listed
    does not.
    """
    people = expected_on(meeting, day_of(meeting))
    if meeting.recorded_at:
        rows = meeting.attendance.exclude(part=Part.GUEST).select_related("user")
        for row in rows.order_by(*as_on_the_roster("user__")):
            people.setdefault(row.user_id, Person(row.user_id, row.user.name, row.part))
    return list(people.values())


def expected_on(meeting, day):
    """`{user id: Person}` of the members of its branch or group on a day; for 支委会 whoever is in office then.

    Of groups nothing older is known than who is in them today.
    """
    members = members_on(meeting.branch_id, day).select_related("user").order_by("pk")
    if meeting.group_id:
        members = members.filter(group=meeting.group_id)
    people = {row.user_id: Person(row.user_id, row.user.name, _part(row, day)) for row in members}
    if meeting.kind == Meeting.Kind.COMMITTEE:
        posts = Post.objects.current(day).filter(branch=meeting.branch_id).select_related("user")
        posts = posts.order_by(*as_on_the_roster("user__"))
        people = {
            post.user_id: people.get(post.user_id) or Person(post.user_id, post.user.name, Part.FULL) for post in posts
        }
    return people


def members_on(branch_id, day):
    """Members of a branch on a Shanghai day, though their relation has moved since, as a query.

    The first letter that was answered after that day says where they came from; one from outside says less than the
    roster, for who is entered with it may have been there long before.
    """
    later = Transfer.objects.filter(member=OuterRef("pk"), state=Transfer.State.DONE, ended_on__gt=day)
    came_from = Subquery(later.order_by("ended_on", "pk").values("from_branch")[:1])
    never_elsewhere = ~Exists(later.filter(from_branch__isnull=False))
    stayed = Q(never_elsewhere, Q(relation_on=None) | Q(relation_on__lte=day), branch=branch_id)
    members = Member.objects.in_branch(day).filter(joined_on__lte=day)
    return members.alias(came_from=came_from).filter(stayed | Q(came_from=branch_id))


def _part(member, day):
    """What they were on that day, and not what they became since."""
    later = member.regularised_on is not None and member.regularised_on > day
    return Part.PROBATIONARY if later else Part(member.standing)


def guests_of(meeting, people):
    """Whom the branch knows on that day beyond `people`, its roll, as `[Person]`: activists, who takes part here.

    Recorded anew, with whoever was listed as a guest. An activist ends on the day of admission and is on both that day.
    """
    day, branch = day_of(meeting), meeting.branch_id
    lasting = Q(until=None) | Q(until__gte=day), Q(branch=branch, since__lte=day)
    activists = Activist.objects.filter(*lasting).values_list("user_id", "user__name")
    floating = Floating.objects.filter(*lasting, direction=Floating.Direction.IN).values_list("user_id", "user__name")
    partaking = Participation.objects.filter(*lasting).values_list("member__user_id", "member__user__name")
    listed = meeting.attendance.filter(part=Part.GUEST).values_list("user_id", "user__name")
    found = activists.order_by().union(floating.order_by(), partaking.order_by(), listed.order_by())
    on_the_roll = {person.user_id for person in people}
    return [
        Person(pk, name, Part.GUEST) for pk, name in sorted(found, key=lambda one: (one[1], one[0]))
        if pk not in on_the_roll
    ]


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
    try:
        share = book.number(SHARES[meeting.kind])
    except LookupError:  # nothing is asked of this kind, or no rule was in force on that day
        return ""
    said = "半数" if share == HALF else f" {share.normalize():f}%"
    if meeting.kind == Meeting.Kind.MEMBERS:
        enough = counts.voters > counts.voters_due * share / 100
        judged = f"超过{said}" if enough else f"没有超过{said}，不能表决"
        return f"有表决权的正式党员应到 {counts.voters_due} 名，实到 {counts.voters} 名，{judged}。"
    enough = counts.present >= counts.due * share / 100
    return f"委员应到 {counts.due} 名，实到 {counts.present} 名，{'到了' if enough else '没有到'}{said}。"
