from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branches.organisation.models import Branch
from branches.organisation.policy import hats
from branches.reports import periods


class ReportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The branch's own officers, and the committee's handlers."""
        worn = hats(user)
        return self if worn.handles_for_committee else self.filter(branch__in=worn.sees_branches)

    def for_list(self):
        return self.select_related("branch", "filed_by", "accepted_by", "returned_by")

    def owed(self):
        """Those that the branch still has to file, for the first time or again."""
        return self.filter(state__in=Report.OWED)

    def frozen(self):
        """Those whose figures stand: filed, looked at or not."""
        return self.filter(state__in=Report.FROZEN)


class Report(models.Model):
    """What a branch reports of one period (domain.md §7.2). Figures are never typed: counted, then frozen at filing."""

    class State(models.TextChoices):
        OPEN = "open", "待上报"
        FILED = "filed", "已上报"
        RETURNED = "returned", "已退回"
        ACCEPTED = "accepted", "已通过"

    OWED = (State.OPEN, State.RETURNED)
    FROZEN = (State.FILED, State.ACCEPTED)

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="reports", verbose_name="党支部")
    form = models.CharField("报表", max_length=10, choices=periods.Form.choices)
    period = models.CharField("期别", max_length=10, help_text="2026-10、2026-Q4、2026-H2、2026；专项报告写那一天")
    subject = models.CharField("事项", max_length=40, blank=True)
    starts_on = models.DateField("期初")
    ends_on = models.DateField("期末（含当日）")
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField("开始时间")
    due_at = models.DateTimeField("截止时间")
    late_told_at = models.DateTimeField("提醒过期", null=True, blank=True)
    remarks = models.CharField("想说的话", max_length=200, blank=True)
    filed_at = models.DateTimeField("上报时间", null=True, blank=True)
    filed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上报人"
    )
    accepted_at = models.DateTimeField("通过时间", null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁通过"
    )
    returned_at = models.DateTimeField("上次退回", null=True, blank=True)
    returned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁退回"
    )
    reason = models.CharField("退回理由", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "支部报表"
        constraints = [
            models.UniqueConstraint(
                name="branches_report_once", fields=["branch", "form", "period", "subject"],
                violation_error_message="这个支部这一期的报表已经有了。",
            ),
            models.CheckConstraint(
                name="branches_report_filed_has_time",
                condition=Q(state="open", filed_at=None) | Q(~Q(state="open"), filed_at__isnull=False),
                violation_error_message="已上报的报表必须有上报时间。",
            ),
            models.CheckConstraint(
                name="branches_report_accepted_has_time",
                condition=Q(state="accepted", accepted_at__isnull=False) | Q(~Q(state="accepted"), accepted_at=None),
                violation_error_message="已通过的报表必须有通过时间。",
            ),
            models.CheckConstraint(
                name="branches_report_returned_has_reason",
                condition=~Q(state="returned") | Q(~Q(reason=""), returned_at__isnull=False),
                violation_error_message="退回的报表必须写明理由。",
            ),
            models.CheckConstraint(
                name="branches_report_ends_after_start", condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message="期末不能早于期初。",
            ),
            models.CheckConstraint(
                name="branches_report_event_has_subject",
                condition=Q(~Q(subject=""), form="event") | Q(~Q(form="event"), subject=""),
                violation_error_message="专项报告必须写明事项，别的报表没有事项。",
            ),
        ]
        indexes = [
            models.Index(name="branches_report_newest", fields=["-ends_on", "-id"]),
            models.Index(name="branches_report_of_form", fields=["form", "starts_on"]),
            models.Index(
                name="branches_report_owed", fields=["due_at"], condition=Q(state__in=("open", "returned"))
            ),
        ]

    def __str__(self):
        return self.subject or self.when.title

    @property
    def when(self):
        """Its Period."""
        return periods.Period(periods.Form(self.form), self.starts_on, self.ends_on)

    @property
    def name(self):
        """“10 月月报”, or what the event is: for a notice, whose reader knows the year."""
        return self.subject or f"{self.when.short}{self.when.form.short}"

    @property
    def is_owed(self):
        return self.state in self.OWED

    @property
    def is_frozen(self):
        return self.state in self.FROZEN


class ReportFigure(models.Model):
    """One figure as it stood when the report was filed, with the ids that were counted.

    `value` is null where there was nothing that could be counted. `stamps` says of each id, in the same order, how its
    record read then (branches/reports/figures.py `stamp`), "" where whoever filed could not see it.
    """

    report = models.ForeignKey(Report, models.CASCADE, related_name="figures")
    position = models.PositiveSmallIntegerField("次序")
    code = models.CharField("代码", max_length=40)
    title = models.CharField("项目", max_length=40)
    unit = models.CharField("单位", max_length=10)
    value = models.IntegerField("数值", null=True)
    denominator = models.IntegerField("分母", null=True, blank=True)
    how = models.CharField("怎么算的", max_length=300)
    ids = models.JSONField("计入的记录", default=list)
    inner = models.JSONField("其中算进分子的", null=True)
    stamps = models.JSONField("当时的样子", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "报表数字"
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(name="branches_reportfigure_once", fields=["report", "code"]),
        ]

    def __str__(self):
        return f"{self.title} {self.value}"


class WordTemplate(models.Model):
    """The committee's own template of the roll-up's Word file; without a row the standard one holds."""

    content = models.BinaryField("文件")
    name = models.CharField("文件名", max_length=100)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁传的")
    at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = verbose_name_plural = "汇总的 Word 模板"

    def __str__(self):
        return self.name
