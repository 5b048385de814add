"""What the size of a branch asks for (domain.md §3.1). Helps for the branch and the committee, never a mark."""

from typing import NamedTuple

from branches.organisation.models import Branch, Role

SEATS = (Role.ORGANISATION, Role.PUBLICITY, Role.DISCIPLINE)


class Size(NamedTuple):
    """Current members of one branch by formal relation: 正式党员 and 预备党员."""

    full: int = 0
    probationary: int = 0


def advice(form, size, held, book):
    """Sentences on a branch of this form and size; `held` are the roles that are filled, `book` a RuleBook.

    One that holds no formal relations is not asked: those of its people are elsewhere (domain.md §4).
    """
    if not Branch.Form(form).holds_relations:
        return []
    return [*_small(size, book), *_committee(size, held, book), *_large(size, book)]


def vacant_seats(size, held, book):
    """The roles that a branch of this size should have filled and has not."""
    due = (Role.SECRETARY, *(SEATS if size.full >= book.number("BRANCH_COMMITTEE_FROM") else ()))
    return [role for role in due if role not in held]


def _small(size, book):
    least = book.number("BRANCH_FULL_MEMBERS")
    if size.full < least:
        yield f"正式党员不足 {least:.0f} 名，可以和相邻、相近的支部联合"


def _committee(size, held, book):
    since, least = book.number("BRANCH_COMMITTEE_FROM"), book.number("BRANCH_COMMITTEE_LEAST")
    filled = len({Role.SECRETARY, Role.DEPUTY, *SEATS} & set(held))
    if size.full >= since and filled < least:
        yield f"正式党员满 {since:.0f} 名，应设支部委员会（不少于 {least:.0f} 人），现有 {filled} 人"


def _large(size, book):
    most, general, committee = (
        book.number(code) for code in ("BRANCH_MEMBERS_MOST", "GENERAL_BRANCH_MEMBERS", "COMMITTEE_MEMBERS")
    )
    if sum(size) > most:
        yield f"党员超过 {most:.0f} 名，可以分设支部"
    if size.full >= committee:
        yield f"正式党员满 {committee:.0f} 名，可以报批设基层党委"
    elif size.full >= general:
        yield f"正式党员满 {general:.0f} 名，可以报批设党总支"
