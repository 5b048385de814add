"""Terms of branch committees: how long they run, and when to prepare the next election (domain.md §3.1)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from branches.rules.services import rules_on


@dataclass(frozen=True)
class Term:
    """Two Shanghai days and what they mean on `today`: the last day of the term, and the first of its reminder."""

    ends_on: date
    remind_on: date
    today: date

    @property
    def over(self):
        return self.today > self.ends_on

    @property
    def near(self):
        """In its last months, or over."""
        return self.today >= self.remind_on


def term_of(branch, book=None, today=None):
    """The Term of a branch, or None where the day of the election is not registered."""
    if branch.elected_on is None:
        return None
    today = today or timezone.localdate()
    book = book or rules_on(today)
    ends_on = months_later(branch.elected_on, 12 * int(book.number("TERM_BRANCH"))) - timedelta(days=1)
    return Term(ends_on, months_later(ends_on, -int(book.number("TERM_REMINDER"))), today)


def latest_election(today, book):
    """No election after this day has a term to be reminded of on `today`; a few of those before have none either."""
    months = 12 * int(book.number("TERM_BRANCH")) - int(book.number("TERM_REMINDER"))
    return months_later(today, -months) + timedelta(days=4)  # months differ by up to three days


def months_later(day, months):
    """The same day of another month, before or after; its last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
