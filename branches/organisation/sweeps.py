"""The clock reminds of elections that come due: once a term (domain.md §3.1 换届 reminder)."""

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import COMMITTEE_HANDLERS, Branch, Post, Role
from branches.organisation.terms import latest_election, term_of
from branches.rules.services import rules_on
from notices.services import Message, send_all

BATCH = 1000


@transaction.atomic
def remind_of_elections(now):
    """Tell the leaders of each branch whose term is in its last months, and the committee. Returns how many branches.

    A term is reminded of once: the update that notes it takes only branches that nobody noted meanwhile.
    """
    today = timezone.localdate(now)
    untold = Branch.objects.filter(elected_on__isnull=False).exclude(reminded_of=F("elected_on"))
    if not untold.exists():
        return 0
    book = rules_on(today)
    rows = untold.filter(elected_on__lte=latest_election(today, book)).select_for_update(of=("self",)).order_by("pk")
    near = [branch for branch in rows[:BATCH] if term_of(branch, book, today).near]
    if not near:
        return 0
    _tell(near, book, today, now)
    Branch.objects.filter(pk__in=[branch.pk for branch in near]).update(reminded_of=F("elected_on"))
    return len(near)


def _tell(branches, book, today, now):
    seats = Q(branch__in=branches, role__in=(Role.SECRETARY, Role.DEPUTY))
    seats |= Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    hearers = Post.objects.current(today).filter(seats).holders_by_branch()
    committee = hearers[None]
    send_all(
        [
            Message(
                user, key=f"election:{branch.pk}:{branch.elected_on}", title=f"{branch.short_name}该准备换届了",
                text=f"本届 {term_of(branch, book, today).ends_on:%Y年%-m月%-d日}届满。",
                url=reverse("branches:detail", args=[branch.pk]),
            )
            for branch in branches
            for user in sorted(hearers[branch.pk] | committee)
        ],
        at=now,
    )
