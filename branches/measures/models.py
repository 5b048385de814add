from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from branches.measures import quarters
from branches.organisation.models import Branch, Committee, Department, Partner, exactly_one


class MeasureQuerySet(models.QuerySet):
    def with_told(self, quarter):
        """Annotate `told`: whether anything was told of the quarter, named by its first day."""
        return self.annotate(told=Exists(Progress.objects.filter(measure=OuterRef("pk"), quarter=quarter)))


class Measure(models.Model):
    """One of the 21 measures 具体举措 (domain.md §1, §6.6). Its words are not public: empty until staff enter them."""

    class State(models.TextChoices):
        IDLE = "IDLE", "未启动"
        MOVING = "MOVING", "推进中"
        DONE = "DONE", "已完成"
        LASTING = "LASTING", "长期坚持"

    number = models.PositiveSmallIntegerField("序号", primary_key=True)
    heading = models.CharField("类别", max_length=20, blank=True)
    text = models.CharField("内容摘要", max_length=500, blank=True)
    deadline = models.DateField("完成时限", null=True, blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.IDLE)
    changed_at = models.DateTimeField("更新时间", null=True, blank=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更新人"
    )
    version = models.PositiveIntegerField("版本", default=1)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "21 条举措"
        ordering = ["number"]
        constraints = [
            models.CheckConstraint(
                name="branches_measure_numbered_from_one", condition=Q(number__gte=1),
                violation_error_message="序号从 1 开始。",
            )
        ]

    def __str__(self):
        return f"第 {self.number} 条"

    @property
    def is_overdue(self):
        """Past its day; what is done or goes on for ever is not."""
        open_ = self.state in (self.State.IDLE, self.State.MOVING)
        return open_ and self.deadline is not None and self.deadline < timezone.localdate()

    @property
    def is_still(self):
        """Of one `with_told`: somebody should tell of it this quarter, and nobody has.

        Of what has no published words and has not begun nobody is asked.
        """
        begun = self.state in (self.State.MOVING, self.State.LASTING)
        return not self.told and self.state != self.State.DONE and (bool(self.text) or begun)


SEATS = ("partner", "branch", "committee", "department")


class MeasureUnit(models.Model):
    """A unit that leads a measure (牵头, at most one) or answers for it with others (责任)."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="units")
    leads = models.BooleanField("牵头", default=False)
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="+")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="+")
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "举措的单位"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(name="branches_measureunit_exactly_one", condition=exactly_one(SEATS)),
            models.UniqueConstraint(
                name="branches_measureunit_one_leads", fields=["measure"], condition=Q(leads=True)
            ),
            *(
                models.UniqueConstraint(name=f"branches_measureunit_{seat}_once", fields=["measure", seat])
                for seat in SEATS
            ),
        ]

    def __str__(self):
        return str(self.unit)

    @property
    def unit(self):
        return self.partner or self.branch or self.committee or self.department


class Progress(models.Model):
    """What moved in one quarter, in the words of who wrote it last."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="progress")
    quarter = models.DateField("季度（首日）")
    text = models.CharField("进展", max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁写的")
    at = models.DateTimeField("什么时候")

    class Meta:
        verbose_name = verbose_name_plural = "举措进展"
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(name="branches_progress_once_a_quarter", fields=["measure", "quarter"]),
            models.CheckConstraint(
                name="branches_progress_of_a_quarter",
                condition=Q(quarter__day=1, quarter__month__in=quarters.FIRST_MONTHS),
            ),
        ]

    def __str__(self):
        return self.when

    @property
    def when(self):
        return quarters.said(self.quarter)


class Evidence(models.Model):
    """A record of the portal that stands behind a measure 佐证: any of the kinds of settings.EVIDENCE."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="evidence")
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    record_id = models.PositiveBigIntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁关联的")
    at = models.DateTimeField("什么时候")

    class Meta:
        verbose_name = verbose_name_plural = "举措佐证"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="branches_evidence_once", fields=["measure", "content_type", "record_id"],
                violation_error_message="这条记录已经关联过了。",
            )
        ]

    def __str__(self):
        return f"{self.measure} · {self.record_id}"
