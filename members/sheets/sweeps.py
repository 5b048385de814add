"""What somebody read in and never confirmed does not stay (domain.md §9.2 drafts)."""

from datetime import timedelta

from members.models import RosterImport

KEPT = timedelta(days=30)


def forget_old(now):
    """Give up imports that nobody confirmed in 30 days, and forget their rows. Returns how many."""
    old = RosterImport.objects.filter(state=RosterImport.State.READ, at__lt=now - KEPT)
    return old.update(state=RosterImport.State.DISCARDED, sealed="")
