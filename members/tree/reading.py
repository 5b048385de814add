"""The organisation from the committee down to its members, as one person may see it. Constant statements."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from branches.organisation.models import Branch, Committee, Enterprise, Post, Role
from branches.organisation.policy import hats
from branches.organisation.terms import Term, term_of
from branches.rules.services import rules_on
from members.models import Activist, Member
from members.tree.thresholds import Size, advice, vacant_seats

_RANK = {role: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class Twig:
    """One branch with what hangs on it."""

    branch: Branch
    posts: list
    members: list
    activists: list
    size: Size
    term: Term | None
    vacant: list  # labels of roles
    vacant_days: int | None  # since the last secretary left; None where there is one, or it is not long yet
    advice: list


@dataclass(frozen=True)
class Tree:
    """`committees` have `in_office` (posts of today by rank) and `vacant` (no secretary)."""

    committees: list
    twigs: list
    uncovered: list


def tree_of(user, today=None):
    """What this person may see: the branches whose roster is theirs to read, in the order of their founding."""
    today = today or timezone.localdate()
    worn, book = hats(user), rules_on(today)
    branches = Branch.objects.filter(established_on__lte=today)
    branches = list(branches if worn.handles_for_committee else branches.filter(pk__in=worn.sees_branches))
    committees = list(Committee.objects.order_by("pk"))
    people = Member.objects.visible_to(user).current(today).select_related("user").order_by("branch", "joined_on", "id")
    growing = Activist.objects.visible_to(user).lasting(today).select_related("user")
    of_branch, of_committee = _posts(branches, committees)
    members, activists = _by(people, "branch_id"), _by(growing, "branch_id")
    for committee in committees:
        committee.in_office = sorted((post for post in of_committee[committee.pk] if post.is_current(today)), key=_rank)
        committee.vacant = all(post.role != Role.SECRETARY for post in committee.in_office)
    twigs = [
        _twig(branch, of_branch[branch.pk], members[branch.pk], activists[branch.pk], book, today)
        for branch in branches
    ]
    return Tree(committees, twigs, list(uncovered(today, book)) if worn.handles_for_committee else [])


def uncovered(today, book):
    """Enterprises that should have a Party organisation and have none (应建未建), as the list of enterprises says."""
    found = Enterprise.objects.unbuilt(book.number("BRANCH_FULL_MEMBERS"), today)
    return found.select_related("branch").order_by("name", "pk")


def _posts(branches, committees):
    """Of today and of the past, by branch and by committee: a vacancy counts from the end of the last post."""
    posts = Post.objects.filter(Q(branch__in=branches) | Q(committee__in=committees))
    posts = list(posts.select_related("user").order_by("since", "pk"))
    return _by(posts, "branch_id"), _by(posts, "committee_id")


def _by(rows, column):
    found = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    return found


def _rank(post):
    return _RANK[post.role], post.since, post.pk


def _twig(branch, posts, members, activists, book, today):
    current = [post for post in posts if post.is_current(today)]
    held = {post.role for post in current}
    full = sum(member.standing == Member.Standing.FULL for member in members)
    size = Size(full, len(members) - full)
    return Twig(
        branch=branch, posts=sorted(current, key=_rank), members=members, activists=activists, size=size,
        term=term_of(branch, book, today), vacant=[role.label for role in vacant_seats(size, held, book)],
        vacant_days=_vacant_days(branch, posts, held, book, today), advice=advice(branch.form, size, held, book),
    )


def _vacant_days(branch, posts, held, book, today):
    if Role.SECRETARY in held:
        return None
    ended = [post.until for post in posts if post.role == Role.SECRETARY and post.until and post.until < today]
    days = (today - max(ended, default=branch.established_on)).days
    return days if days > book.number("SECRETARY_VACANT") else None
