from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from branches.organisation.models import Branch, Enterprise
from branches.organisation.policy import hats
from members.dues.models import Dues, DuesEntry, DuesRun

__all__ = ["Activist", "Dues", "DuesEntry", "DuesRun", "Member"]


class OwnBranchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Roster data: the branch's own officers and the committee's handlers (domain.md §9.1 P3)."""
        worn = hats(user)
        return self if worn.handles_for_committee else self.filter(branch__in=worn.sees_branches)


class MemberQuerySet(OwnBranchQuerySet):
    def in_branch(self, on=None):
        """On a Shanghai day (today); the day of leaving is the first outside."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on or timezone.localdate()))

    def current(self, on=None):
        """In the branch on that day and able to log in."""
        return self.in_branch(on).filter(user__is_active=True)


class Member(models.Model):
    """A Party member; one formal relation, to one branch (domain.md §3.4)."""

    class Standing(models.TextChoices):
        FULL = "FULL", "正式党员"
        PROBATIONARY = "PROBATIONARY", "预备党员"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="member", verbose_name="姓名")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="members", verbose_name="所在支部")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="工作单位"
    )
    standing = models.CharField("党员类别", max_length=12, choices=Standing.choices, default=Standing.FULL)
    joined_on = models.DateField("入党日期")
    left_on = models.DateField("转出日期", null=True, blank=True)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["branch", "id"]

    def __str__(self):
        return self.user.name


class Activist(models.Model):
    """An applicant whom the branch has named 入党积极分子; the 25 steps come with their own room."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activist", verbose_name="姓名"
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="activists", verbose_name="所在支部")
    since = models.DateField("确定日期")
    until = models.DateField("结束日期", null=True, blank=True)

    objects = OwnBranchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "入党积极分子"
        ordering = ["branch", "since", "id"]
        constraints = [
            models.CheckConstraint(
                name="members_activist_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                violation_error_message="结束日期不能早于确定日期。",
            )
        ]

    def __str__(self):
        return self.user.name
