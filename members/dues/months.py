"""Months are named by their first day. A month is owed once it has ended; the running one never is."""

from branches.organisation.terms import months_later


def month_of(day):
    return day.replace(day=1)


def last_ended(today):
    """The newest month that can be owed on a Shanghai day."""
    return months_later(month_of(today), -1)


def first_unpaid(joined_on, relation_on, paid_through):
    """The first month that is not paid: none counts before the one in which probation began (domain.md §3.3).

    While no month is recorded, none before the formal relation came either: those were paid where it came from.
    """
    if paid_through is None:
        return month_of(max(joined_on, relation_on or joined_on))
    return max(month_of(joined_on), months_later(paid_through, 1))


def behind(joined_on, relation_on, paid_through, today, *, amount=None):
    """How many ended months are unpaid on a Shanghai day; 0 for who is paid up or ahead, or has nought to pay."""
    if amount == 0:
        return 0
    owed, now = first_unpaid(joined_on, relation_on, paid_through), month_of(today)
    return max(0, (now.year - owed.year) * 12 + now.month - owed.month)
