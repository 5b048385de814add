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
