"""Which anchors wait for a branch or a contact, who may become one, and whose eyes see runs and logs."""

from django.db import models
from django.db.models import Exists, OuterRef, Q

from branches.organisation.policy import hats
from members.models import Member


class ContactSpreadQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's handlers: all; who spread: their own."""
        return self if hats(user).handles_for_committee else self.filter(by=user)


class ContactChangeQuerySet(models.QuerySet):
    def of(self, anchor):
        """The history of an anchor, with that of the entries which were merged into it: no line of it is rewritten."""
        return self.filter(Q(anchor=anchor) | Q(anchor__merged_into=anchor))


class ServiceLogQuerySet(models.QuerySet):
    def visible_to(self, user):
        """One line is read by who wrote it and by the anchor; branch and committee read counts alone."""
        return self.filter(Q(member=user) | Q(anchor__user=user))

    def newest_first(self):
        return self.order_by("-day", "-id")


def waiting():
    """A condition on Anchor: has a branch, did not say no, and nobody looks after them."""
    return Q(contact=None, branch__isnull=False) & said_no(False)


def said_no(yes=True):
    return Q(accepts_contact=False) if yes else Q(accepts_contact=None) | Q(accepts_contact=True)


def has_lost_the_contact(day):
    """A condition on Anchor: the contact is no current member of the anchor's branch, or is not wanted any more."""
    members = Member.objects.current(day).filter(user=OuterRef("contact"), branch=OuterRef("branch"))
    return Q(contact__isnull=False) & (~Exists(members) | said_no())


def candidates(branch_ids, day=None):
    """Members who may look after anchors of these branches, by branch and name of the account."""
    return Member.objects.current(day).filter(branch__in=branch_ids).select_related("user", "branch")
