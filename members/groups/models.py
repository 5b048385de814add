from django.db import models
from django.db.models import Q

from branches.organisation.models import Branch
from members.roster.models import OwnBranchQuerySet


class PartyGroupQuerySet(OwnBranchQuerySet):
    def standing(self):
        return self.filter(dissolved_on=None)


class PartyGroup(models.Model):
    """A Party group 党小组 of a branch. A member is in one at most: `Member.group`, here `members`."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="groups", verbose_name="支部")
    name = models.CharField("名称", max_length=20)
    leader = models.ForeignKey(
        "members.Member", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="组长"
    )
    dissolved_on = models.DateField("撤销日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = PartyGroupQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党小组"
        ordering = ["branch", "id"]
        constraints = [
            models.UniqueConstraint(
                name="members_partygroup_name", fields=["branch", "name"], condition=Q(dissolved_on=None),
                violation_error_message="这个支部已经有一个叫这个名字的党小组。",
            )
        ]

    def __str__(self):
        return self.name
