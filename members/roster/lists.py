"""The tabs of the roster: each a queryset, narrowed in the same way, and the order of its pages."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from branches.organisation.policy import hats
from members.models import Activist, Floating, Member, Participation, Transfer

LONGEST = 40  # characters of a question


@dataclass(frozen=True)
class Tab:
    """`person` is the way from a row to its user, `of` are the columns that name a branch of the row."""

    code: str
    label: str
    order: str
    rows: Callable
    part: str  # the template of its table
    person: str = "user"
    of: tuple = ("branch",)
    lasts: bool = False  # rows have a last day

    def narrowed(self, user, *, q="", branch=None, standing="", ended=False):
        """What this person may see of it, narrowed to a question, the id of a branch and, of members, a standing.

        Of a tab that `lasts`, those that go on, or those that have ended.
        """
        rows = self.rows(user)
        if self.lasts:
            rows = rows.ended() if ended else rows.lasting()
        q = q.strip()[:LONGEST]
        if q:
            name, words = f"{self.person}__name__icontains", f"{self.person}__words__has"
            rows = rows.filter(Q(**{name: q}) | Q(**{words: q}))
        if branch:
            one = Q()
            for column in self.of:
                one |= Q(**{column: branch})
            rows = rows.filter(one)
        return rows.filter(standing=standing) if standing and self.code == "member" else rows


def _members(user):
    """With `is_floating` and `is_moving`."""
    people = Member.objects.in_branch().visible_to(user).select_related("user", "branch", "group")
    return people.annotate(
        is_floating=Exists(Floating.objects.lasting().filter(user=OuterRef("user"), direction=Floating.Direction.OUT)),
        is_moving=Exists(Transfer.objects.open().filter(member=OuterRef("pk"))),
    )


def _activists(user):
    return Activist.objects.visible_to(user).select_related("user", "branch")


def _floating(user):
    return Floating.objects.visible_to(user).select_related("user", "branch")


def _moving(user):
    return Transfer.objects.visible_to(user).open().select_related("member__user", "from_branch", "to_branch")


def _guests(user):
    """Who takes part in the life of a branch without belonging to it, for the officers of that branch."""
    worn, rows = hats(user), Participation.objects.filter(until=None)
    rows = rows if worn.handles_for_committee else rows.filter(branch__in=worn.sees_branches)
    return rows.select_related("member__user", "member__branch", "branch")


def _left(user):
    gone = Member.objects.visible_to(user).filter(left_on__lte=timezone.localdate())
    return gone.select_related("user", "branch")


TABS = {
    tab.code: tab for tab in (
        Tab("member", "党员", "branch_id", _members, "members/_rows_member.html"),
        Tab("activist", "积极分子", "branch_id", _activists, "members/_rows_activist.html", lasts=True),
        Tab("floating", "流动", "branch_id", _floating, "members/_rows_floating.html", lasts=True),
        Tab("moving", "转接中", "letter_on", _moving, "members/_rows_moving.html", "member__user",
            ("from_branch", "to_branch")),
        Tab("guest", "参加活动", "branch_id", _guests, "members/_rows_guest.html", "member__user"),
        Tab("left", "已转出", "-left_on", _left, "members/_rows_left.html"),
    )
}
