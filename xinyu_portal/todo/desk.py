"""What both first pages are made of: a line, the rows it is about, and whose page it is."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Case, Count, F, Q, Sum, When, Window
from django.db.models.functions import RowNumber
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from appeals import explaining
from appeals.models import Appeal
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from branches.rules.services import rules_on

NAMED = 3  # so many titles stand in one line: the list behind the button has them all
ORDER = ("late", "amber", "")


@dataclass(frozen=True)
class Todo:
    """One line: what, which, until when, and the one button. `face` is late, amber or nothing."""

    icon: str
    title: str
    detail: str
    button: str
    url: str
    face: str = ""
    chip: explaining.Chip | None = None
    demo: list = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """How many rows a line is about, and the first NAMED of them."""

    n: int
    rows: list

    @property
    def titles(self):
        return self.named([row.title for row in self.rows])

    def named(self, words):
        return "、".join(words) + (" 等" if self.n > len(words) else "")


class Desk:
    """Whose first page it is, and when."""

    def __init__(self, user, now: datetime):
        self.user, self.now = user, now
        self.seen, self.calendar = Appeal.objects.visible_to(user), current_calendar()
        self.today, self.worn = timezone.localdate(now), hats(user)

    @cached_property
    def book(self):
        """The numbers of the rules in force today."""
        return rules_on(self.today)


def lines(desk, of_page):
    """Every line of a first page today, what is late first. `of_page` are its subjects, in order."""
    found = [line for of_subject in of_page for line in of_subject(desk)]
    return sorted(found, key=lambda one: ORDER.index(one.face))


def list_url(**query):
    return f"{reverse('appeals:list')}?{urlencode(query)}"


def group(found, *order):
    """The Group of all rows, in one statement."""
    rows = list(found.annotate(n=Window(Count("pk"))).order_by(*order)[:NAMED])
    return Group(rows[0].n if rows else 0, rows)


def groups(found, *order, **conditions):
    """`{name: Group}` of the rows that answer each condition, which may be several, in one statement."""
    wanted = Q()
    for name, condition in conditions.items():
        found = found.annotate(**{f"in_{name}": Case(When(condition, then=1), default=0)}).annotate(**{
            f"n_{name}": Window(Sum(f"in_{name}")),
            f"place_{name}": Window(RowNumber(), partition_by=F(f"in_{name}"), order_by=order),
        })
        wanted |= Q(**{f"in_{name}": 1, f"place_{name}__lte": NAMED})
    rows = list(found.filter(wanted).order_by(*order))
    return {
        name: Group(
            getattr(rows[0], f"n_{name}") if rows else 0,
            [row for row in rows if getattr(row, f"in_{name}") and getattr(row, f"place_{name}") <= NAMED],
        )
        for name in conditions
    }
