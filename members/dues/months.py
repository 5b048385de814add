"""Months are named by their first day. A month is owed once it has ended; the running one never is."""


def month_of(day):
    return day.replace(day=1)


def shifted(month, n):
    """The month `n` after this one, before it where `n` is negative."""
    year, place = divmod(month.year * 12 + month.month - 1 + n, 12)
    return month.replace(year=year, month=place + 1)


def first_unpaid(joined_on, paid_through):
    """The first month that is not paid: none counts before the one in which probation began (domain.md §3.3)."""
    joined = month_of(joined_on)
    return max(joined, shifted(paid_through, 1)) if paid_through else joined


def behind(joined_on, paid_through, today):
    """How many ended months are unpaid on a Shanghai day; 0 for who is paid up or ahead."""
    owed, now = first_unpaid(joined_on, paid_through), month_of(today)
    return max(0, (now.year - owed.year) * 12 + now.month - owed.month)
