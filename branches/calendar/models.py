from django.conf import settings
from django.db import models


class WorkDay(models.Model):
    """A day that departs from the weekday rule, as the State Council announces them year by year."""

    class Kind(models.TextChoices):
        OFF = "off", "休息"
        WORK = "work", "上班"

    date = models.DateField("日期", primary_key=True)
    kind = models.CharField("安排", max_length=4, choices=Kind.choices)
    name = models.CharField("节日", max_length=20)

    class Meta:
        app_label = "branches"
        ordering = ("date",)
        verbose_name = "工作日历"
        verbose_name_plural = "工作日历"

    def __str__(self):
        return f"{self.date:%Y-%m-%d} {self.get_kind_display()} {self.name}"


class CalendarYear(models.Model):
    """A year whose State Council notice has been entered, with the notice's number (文号)."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    notice = models.CharField("通知文号", max_length=40)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁录入的"
    )
    entered_at = models.DateTimeField("录入时间")

    class Meta:
        app_label = "branches"
        ordering = ("-year",)
        verbose_name = verbose_name_plural = "年度放假通知"

    def __str__(self):
        return f"{self.year} {self.notice}"


class DutyShift(models.Model):
    """Somebody reads what is CRITICAL from one instant to another, outside duty hours (design §5)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="duty_shifts", verbose_name="值班人"
    )
    starts_at = models.DateTimeField("从")
    ends_at = models.DateTimeField("到")

    class Meta:
        app_label = "branches"
        ordering = ("starts_at", "id")
        verbose_name = verbose_name_plural = "值班"
        constraints = [
            models.CheckConstraint(
                name="branches_dutyshift_ends_after_it_begins", condition=models.Q(ends_at__gt=models.F("starts_at")),
                violation_error_message="值班结束要在开始以后。",
            ),
            models.UniqueConstraint(
                name="branches_dutyshift_once", fields=["user", "starts_at"],
                violation_error_message="这个人这时已经排了班。",
            ),
        ]
        indexes = [models.Index(name="branches_dutyshift_ending", fields=["ends_at"])]

    def __str__(self):
        return f"{self.user_id} {self.starts_at}"
