"""Transfers of the formal relation 组织关系转接 (domain.md §3.4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branches.organisation.models import Branch
from branches.organisation.policy import hats


class TransferQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The officers of both sides, and the committee's handlers."""
        worn = hats(user)
        mine = Q(from_branch__in=worn.sees_branches) | Q(to_branch__in=worn.sees_branches)
        return self if worn.handles_for_committee else self.filter(mine)

    def open(self):
        return self.filter(state=Transfer.State.OPEN)


def _side(side):
    """A branch of the portal, or an organisation outside by its name, and not both."""
    return Q(**{f"{side}_branch__isnull": False, f"{side}_name": ""}) | (
        Q(**{f"{side}_branch__isnull": True}) & ~Q(**{f"{side}_name": ""})
    )


class Transfer(models.Model):
    """One letter 介绍信 from one organisation to another. While it is open the old one stays responsible.

    Each side is a branch of the portal or, by name, an organisation outside it; one at least is a branch.
    """

    class State(models.TextChoices):
        OPEN = "OPEN", "转接中"
        DONE = "DONE", "已转接"
        CANCELLED = "CANCELLED", "已取消"

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="transfers", verbose_name="党员")
    from_branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="transfers_out", verbose_name="转出支部"
    )
    from_name = models.CharField("从哪里转来", max_length=60, blank=True)
    to_branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="transfers_in", verbose_name="转入支部"
    )
    to_name = models.CharField("转到哪里", max_length=60, blank=True)
    letter_number = models.CharField("介绍信编号", max_length=40, blank=True)
    letter_on = models.DateField("开具日期")
    valid_until = models.DateField("介绍信有效期至", null=True, blank=True, help_text="转入的不填")
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.OPEN)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经办")
    ended_on = models.DateField("办结日期", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="办结人"
    )
    reason = models.CharField("取消原因", max_length=100, blank=True)
    told = models.BooleanField("已提醒过期", default=False)

    objects = TransferQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织关系转接"
        ordering = ["-letter_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="members_transfer_one_open", fields=["member"], condition=Q(state="OPEN"),
                violation_error_message="这名党员有一次转接还没有办完。",
            ),
            models.CheckConstraint(
                name="members_transfer_two_sides",
                condition=_side("from") & _side("to") & (Q(from_branch__isnull=False) | Q(to_branch__isnull=False)),
                violation_error_message="转出、转入各填一个，至少有一个是本行业的支部。",
            ),
            models.CheckConstraint(
                name="members_transfer_elsewhere",
                condition=Q(from_branch=None) | Q(to_branch=None) | ~Q(from_branch=F("to_branch")),
                violation_error_message="转出和转入不能是同一个支部。",
            ),
            models.CheckConstraint(
                name="members_transfer_ended_or_open",
                condition=Q(state="OPEN", ended_on=None) | Q(ended_on__isnull=False) & ~Q(state="OPEN"),
                violation_error_message="办完的转接要有办结日期。",
            ),
        ]
        indexes = [models.Index(name="members_transfer_ended", fields=["ended_on"])]

    def __str__(self):
        return f"{self.source} → {self.target}"

    @property
    def source(self):
        return self.from_branch.short_name if self.from_branch_id else self.from_name

    @property
    def target(self):
        return self.to_branch.short_name if self.to_branch_id else self.to_name

    @property
    def is_open(self):
        return self.state == self.State.OPEN
