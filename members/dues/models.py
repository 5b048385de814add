"""What is kept of dues: the approved amount of a year and the month they are paid through. Never an income."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from branches.organisation.terms import months_later
from members.dues.months import behind, month_of


class DuesQuerySet(models.QuerySet):
    def behind_by(self, months, today):
        """At least so many ended months unpaid, of who is in a branch on this Shanghai day; as `Dues.behind`."""
        now = month_of(today)
        after = months_later(now, 1 - months)
        unrecorded = Q(Q(member__relation_on=None) | Q(member__relation_on__lt=after), paid_through=None)
        return self.exclude(amount=0).filter(
            Q(paid_through__lt=months_later(now, -months)) | unrecorded & Q(amount__isnull=False),
            Q(member__left_on=None) | Q(member__left_on__gt=today),
            member__joined_on__lt=after,
        )


class Dues(models.Model):
    """One member's dues. A row without amount and month is as none: nothing is known, and nothing counted."""

    member = models.OneToOneField("members.Member", models.PROTECT, related_name="dues", verbose_name="党员")
    amount = models.DecimalField("每月党费（元）", max_digits=7, decimal_places=2, null=True, blank=True)
    approved_for_year = models.PositiveSmallIntegerField("核定年度", null=True, blank=True)
    paid_through = models.DateField("党费缴至", null=True, blank=True, help_text="那个月的第一天")
    told = models.PositiveSmallIntegerField("提醒到几个月", default=0)
    version = models.PositiveIntegerField("版本", default=0)

    objects = DuesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党费"
        constraints = [
            models.CheckConstraint(
                name="members_dues_amount_has_its_year",
                condition=Q(amount=None, approved_for_year=None)
                | Q(amount__gte=0, approved_for_year__isnull=False),
                violation_error_message="核定的金额要有年度，不能小于 0。",
            ),
            models.CheckConstraint(
                name="members_dues_first_of_month", condition=Q(paid_through=None) | Q(paid_through__day=1),
                violation_error_message="缴至的月份记为当月第一天。",
            ),
        ]

    def __str__(self):
        return f"{self.member_id}"

    @property
    def is_known(self):
        return self.paid_through is not None or self.amount is not None

    def behind(self, today):
        """Ended months unpaid, None where nothing is known. `member` has to be loaded."""
        if not self.is_known:
            return None
        days = (self.member.joined_on, self.member.relation_on, self.paid_through)
        return behind(*days, today, amount=self.amount)


class DuesRun(models.Model):
    """One month recorded for several members at once; it can be undone as a whole."""

    through = models.DateField("缴至")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人")
    at = models.DateTimeField("时间", default=timezone.now)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "党费登记"
        indexes = [models.Index(name="members_duesrun_newest", fields=["by", "-id"])]

    def __str__(self):
        return f"{self.through:%Y-%m}"


class DuesEntry(models.Model):
    """One line of a member's log: who changed what, when, and why. Only added to."""

    class What(models.TextChoices):
        RECORDED = "RECORDED", "登记缴至"
        UNDONE = "UNDONE", "撤回登记"
        CORRECTED = "CORRECTED", "更正缴至"
        APPROVED = "APPROVED", "核定金额"

    dues = models.ForeignKey(Dues, models.PROTECT, related_name="entries")
    run = models.ForeignKey(DuesRun, models.PROTECT, null=True, blank=True, related_name="entries")
    what = models.CharField("动作", max_length=9, choices=What.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    office = models.CharField("职务", max_length=80, blank=True)
    at = models.DateTimeField("时间", default=timezone.now)
    paid_before = models.DateField("原来缴至", null=True, blank=True)
    paid_after = models.DateField("后来缴至", null=True, blank=True)
    amount = models.DecimalField("核定金额", max_digits=7, decimal_places=2, null=True, blank=True)
    year = models.PositiveSmallIntegerField("年度", null=True, blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "党费经过"
        ordering = ["-id"]
        indexes = [models.Index(name="members_duesentry_newest", fields=["dues", "-id"])]

    def __str__(self):
        return self.get_what_display()
