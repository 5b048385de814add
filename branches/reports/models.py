from django.conf import settings
from django.db import models
from django.db.models import Q

from branches.organisation.models import Branch
from branches.organisation.policy import hats


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The branch's own officers, and the committee's handlers."""
        worn = hats(user)
        return self if worn.handles_for_committee else self.filter(branch__in=worn.sees_branches)

    def for_list(self):
        return self.select_related("branch", "filed_by")


class Report(models.Model):
    """A branch's monthly report (domain.md §7.2). Figures are never typed: they are counted, then frozen at filing."""

    class State(models.TextChoices):
        DRAFT = "draft", "待上报"
        FILED = "filed", "已上报"

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="reports", verbose_name="党支部")
    month = models.DateField("月份（首日）")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    opened_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    remark = models.CharField("想说的话", max_length=200, blank=True)
    filed_at = models.DateTimeField("上报时间", null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上报人"
    )
    seen_at = models.DateTimeField("党委看过", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支部工作月报"
        constraints = [
            models.UniqueConstraint(
                name="branches_report_one_per_month", fields=["branch", "month"],
                violation_error_message="这个月的月报已经有了。",
            ),
            models.CheckConstraint(
                name="branches_report_filed_has_time", condition=Q(state="filed", filed_at__isnull=False)
                | Q(state="draft", filed_at__isnull=True),
                violation_error_message="已上报的月报必须有上报时间。",
            ),
        ]
        indexes = [models.Index(name="branches_report_newest", fields=["-month", "-id"])]

    def __str__(self):
        return f"{self.month:%Y 年 %m 月}支部工作月报"


class ReportFigure(models.Model):
    """One figure as it stood when the report was filed, with the ids that were counted."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("代码", max_length=40)
    title = models.CharField("项目", max_length=40)
    unit = models.CharField("单位", max_length=10)
    value = models.IntegerField("数值", null=True)
    denominator = models.IntegerField("分母", null=True, blank=True)
    how = models.CharField("怎么算的", max_length=300)
    ids = models.JSONField("计入的记录", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "月报数字"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(name="branches_reportfigure_once", fields=["report", "code"]),
        ]

    def __str__(self):
        return f"{self.title} {self.value}"
