"""What stands in each column of each table (domain.md §7.4), by the field of `Column`.

A field without a reader is a head that people fill by hand: the portal keeps nothing of it yet, and invents nothing.
Days are dates, numbers numbers, the rest text; phone and ID number are masked, always.
"""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from branches.organisation.models import Post
from members.dues.months import month_of
from members.models import Activist, Floating, Member
from members.sheets import policy
from members.sheets.models import Sheet

YES_NO = {True: "愿意", False: "不愿意", None: "没有问过"}
PAID, UNPAID = "√", "—"


@dataclass(frozen=True)
class Reading:
    """What the readers need beside their row: today, posts by user, who is floating out, by user."""

    today: date
    posts: dict
    floating: dict


def rows_of(sheet, user, branch=None):
    """The rows of a table that leave with this person, of one branch or of all of theirs."""
    rows = policy.handled(_ROWS[sheet](user), user)
    return (rows.filter(branch=branch) if branch else rows).order_by("branch", "id")


def reading(rows):
    """The Reading of these rows: two statements."""
    users = [row.user_id for row in rows]
    today, posts, floating = timezone.localdate(), {}, {}
    for post in Post.objects.current(today).filter(user__in=users, branch__isnull=False):
        posts.setdefault(post.user_id, []).append(post.title)
    away = Floating.objects.lasting(today).filter(user__in=users, direction=Floating.Direction.OUT)
    for row in away.order_by("since", "id"):
        floating[row.user_id] = row
    return Reading(today, posts, floating)


def cells(fields, number, row, known):
    """One line of a table: the values of these fields in their order."""
    return [_cell(field, number, row, known) for field in fields]


def width(field):
    """In characters."""
    return WIDTHS.get(field, 12)


WIDTHS = {
    "serial": 6, "sex": 6, "id_number": 22, "branch": 26, "job": 24, "phone": 14, "remark": 24, "home": 24, "place": 20,
    "reason": 20, "is_floating": 10, "degree": 8, **{f"month_{number}": 6 for number in range(1, 13)},
}


def _cell(field, number, row, known):
    if field == "serial":
        return number
    if field.startswith("month_"):
        return _paid(row, int(field.removeprefix("month_")), known.today)
    reader = READERS.get((type(row), field)) or _OF_PERSON.get(field)
    return reader(row, known) if reader else ""


def _paid(member, number, today):
    """√ for a month that is recorded as paid; nothing for one before joining, and none of whom nothing is asked.

    Of the months before the formal relation came here only what is recorded is known.
    """
    month, dues = date(today.year, number, 1), getattr(member, "dues", None)
    is_paid = bool(dues and dues.paid_through and dues.paid_through >= month)
    since = month_of(member.joined_on if is_paid else max(member.joined_on, member.relation_on or member.joined_on))
    if month < since or dues and dues.amount == 0:
        return ""
    return PAID if is_paid else UNPAID


def _profile(name):
    """A column of the profile, as it is shown."""
    def read(row, known):
        profile = getattr(row.user, "profile", None)
        if profile is None:
            return ""
        shown = getattr(profile, f"get_{name}_display", None)
        return shown() if shown else getattr(profile, name)

    return read


def _month(day):
    return f"{day:%Y-%m}" if day else ""


def _floating_place(row, known):
    return known.floating[row.user_id].place if row.user_id in known.floating else ""


_OF_PERSON = {
    "name": lambda row, known: row.user.name,
    "sex": lambda row, known: row.user.get_sex_display() if row.user.sex in "12" else "",
    "birth_month": lambda row, known: _month(row.user.birth_month),
    "id_number": lambda row, known: row.user.id_number_mask, "phone": lambda row, known: row.user.phone_mask,
    "branch": lambda row, known: row.branch.name,
    **{name: _profile(name) for name in ("ethnicity", "native_place", "education", "degree", "job", "employment")},
    "work_since": lambda row, known: _month(getattr(getattr(row.user, "profile", None), "work_since", None)),
}
READERS = {
    (Member, "joined_on"): lambda row, known: row.joined_on,
    (Member, "admitted_on"): lambda row, known: row.joined_on,
    (Member, "probation_from"): lambda row, known: row.joined_on,
    (Member, "regularised_on"): lambda row, known: row.regularised_on,
    (Member, "relation_on"): lambda row, known: row.relation_on,
    (Member, "standing"): lambda row, known: row.get_standing_display(),
    (Member, "posts"): lambda row, known: "、".join(known.posts.get(row.user_id, [])),
    (Member, "is_floating"): lambda row, known: "是" if row.user_id in known.floating else "否",
    (Member, "floating_place"): _floating_place,
    (Member, "remark"): lambda row, known: row.remark,
    (Member, "amount"): lambda row, known: getattr(getattr(row, "dues", None), "amount", None),
    (Member, "paid_through"): lambda row, known: _month(getattr(getattr(row, "dues", None), "paid_through", None)),
    (Activist, "applied_on"): lambda row, known: row.applied_on,
    (Activist, "since"): lambda row, known: row.since,
    (Floating, "direction"): lambda row, known: row.get_direction_display(),
    (Floating, "home"): lambda row, known: row.home,
    (Floating, "reason"): lambda row, known: row.reason,
    (Floating, "since"): lambda row, known: row.since,
    (Floating, "place"): lambda row, known: row.place,
    (Floating, "contact"): lambda row, known: row.contact,
    (Floating, "wish"): lambda row, known: YES_NO[row.wishes_transfer],
}


def _members(user):
    people = Member.objects.in_branch().visible_to(user)
    return people.select_related("user__profile", "branch", "dues")


def _activists(user):
    return Activist.objects.visible_to(user).lasting().select_related("user__profile", "branch")


def _floating(user):
    return Floating.objects.visible_to(user).lasting().select_related("user__profile", "branch")


_ROWS = {
    Sheet.MEMBERS: _members, Sheet.DUES: _members, Sheet.ACTIVISTS: _activists,
    Sheet.APPLICANTS: lambda user: Activist.objects.none(),
    Sheet.CANDIDATES: lambda user: _members(user).filter(standing=Member.Standing.PROBATIONARY),
    Sheet.FLOATING: _floating,
}
