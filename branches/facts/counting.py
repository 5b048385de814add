"""What the portal itself counts of something that a fact quotes. Every room says so of its own records;
settings.FACT_COUNTS says where. Both numbers stand side by side and neither corrects the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import CharField, Count, Value
from django.utils.module_loading import import_string

from branches.organisation.policy import hats


@dataclass(frozen=True)
class Counting:
    """How the portal counts what the Fact of `code` quotes, in the unit of that fact.

    rows(user) -> QuerySet of everything that counts, or None for whom the whole is nothing: a branch must not learn
    of the others by subtraction. url(user) -> the list of these records, "" for who has no such list.
    """

    code: str
    how: str
    rows: Callable
    url: Callable


@dataclass(frozen=True)
class Counted:
    """A number of the portal: the value as of an instant, how it came about, where its records stand."""

    value: int
    at: datetime
    how: str
    url: str


@cache
def countings():
    return tuple(counting for path in settings.FACT_COUNTS for counting in import_string(path))


def counted(user, at):
    """`{code of the fact: Counted}`, as far as this person may know, in one statement."""
    known = [(counting, counting.rows(user)) for counting in countings()]
    known = [(counting, rows) for counting, rows in known if rows is not None]
    first, *others = (
        rows.order_by().annotate(fact=Value(counting.code, CharField())).values("fact").annotate(n=Count("pk"))
        .values_list("fact", "n")
        for counting, rows in known
    )
    found = dict(first.union(*others, all=True))
    return {
        counting.code: Counted(found.get(counting.code, 0), at, counting.how, counting.url(user))
        for counting, _ in known
    }


def knows_the_whole(user):
    """Who may know a number of all branches together that is made of their people."""
    worn = hats(user)
    return worn.handles_for_committee or worn.is_auditor
