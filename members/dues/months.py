"""Months are named by their first day. A month is owed once it has ended; the running one never is."""

from branches.organisation.terms import months_later


def month_of(day):
    return day.replace(day=1)


def first_unpaid(joined_on, paid_through):
    """The first month that is not paid: none counts before the one in which probation began (domain.md §3.3)."""
    joined = month_of(joined_on)
    return max(joined, months_later(paid_through, 1)) if paid_through else joined


def behind(joined_on, paid_through, today):
    """How many ended months are unpaid on a Shanghai day; 0 for who is paid up or ahead."""
    owed, now = first_unpaid(joined_on, paid_through), month_of(today)
    return max(0, (now.year - owed.year) * 12 + now.month - owed.month)
