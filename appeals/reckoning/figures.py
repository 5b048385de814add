"""The figures of a period as a page, a workbook and the API show them."""

from dataclasses import dataclass
from statistics import mean, median

from django.db.models import Count, Exists, Min, OuterRef, Subquery

from appeals import statistics
from appeals.models import Appeal, Stage
from appeals.statistics import SHARES, conditions, percent, reaching
from appeals.workflow import Level
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats

BELOW_BRANCH = "up_from_member"


@dataclass(frozen=True)
class Figure:
    """`percent` is None where there are too few; `before` that of the period before, `width` its bar, 0 to 100."""

    share: statistics.Share
    n: int
    of: int
    percent: str | None
    before: str | None

    @property
    def width(self):
        return round(float(self.percent)) if self.percent else 0


@dataclass(frozen=True)
class Time:
    """`value` is None where there are too few; `n` is how many it was counted over."""

    speed: statistics.Speed
    value: str | None
    n: int


def branch_of(user, asked):
    """The one branch whose figures this person sees: of several offices the one asked for; None for the committee."""
    own = hats(user).handles_for_branches
    if hats(user).handles_for_committee or not own:
        return None
    return int(asked) if str(asked).isdigit() and int(asked) in own else own[0]


def seen_by(user, branch_id):
    """The appeals that the figures are of: all that the committee sees, or those that were ever at the branch."""
    seen = Appeal.objects.visible_to(user)
    if branch_id is None:
        return seen
    return seen.filter(Exists(Stage.objects.filter(appeal=OuterRef("pk"), level=Level.BRANCH, branch=branch_id)))


def figures(seen, period, before, now, *, of_branch=False):
    """`[Figure]` in the order of SHARES. One statement for both periods.

    A branch sees what came to it, of which every one was handed up by the level below: of it that share says nothing.
    """
    counted, earlier = _counts(seen, [period, before] if before else [period], now)
    return [
        Figure(
            share, counted[share.numerator], counted[share.denominator],
            percent(counted[share.numerator], counted[share.denominator]),
            percent(earlier[share.numerator], earlier[share.denominator]) if earlier else None,
        )
        for share in SHARES if not (of_branch and share.numerator == BELOW_BRANCH)
    ]


def _counts(seen, periods, now):
    """`{key: how many}` of each period, and an empty one in the place of a second that was not asked for."""
    wanted = [conditions(now, period.start, period.end) for period in periods]
    found = seen.order_by().aggregate(**{
        f"n{no}_{key}": Count("pk", filter=one) for no, keys in enumerate(wanted) for key, one in keys.items()
    })
    counted = [{key: found[f"n{no}_{key}"] for key in keys} for no, keys in enumerate(wanted)]
    return counted if len(counted) == 2 else (*counted, {})


def grouped(found):
    """`[(heading, [Figure])]` as `statistics.GROUPS` puts them."""
    known = {one.share.label: one for one in found}
    parted = ((heading, [known[label] for label in labels if label in known]) for heading, labels in statistics.GROUPS)
    return [(heading, those) for heading, those in parted if those]


def times(seen, period, now):
    """`[Time]` in working time. One statement, and the calendar."""
    first = reaching().order_by().values("appeal").annotate(first=Min("at")).values("first")
    due = seen.filter(conditions(now, period.start, period.end)["due"]).annotate(first=Subquery(first))
    calendar, answered, reached = current_calendar(), [], []
    for submitted_at, replied_at, first_at in due.values_list("submitted_at", "replied_at", "first").iterator():
        if replied_at:
            answered.append(worktime.working_minutes(calendar, submitted_at, replied_at) / worktime.DAY_MINUTES)
        if first_at:
            reached.append(worktime.working_minutes(calendar, submitted_at, first_at) / 60)
    return [
        Time(speed, f"{of(found):.1f}" if len(found) >= statistics.FEW else None, len(found))
        for speed, found, of in zip(statistics.SPEEDS, (answered, reached), (mean, median), strict=True)
    ]
