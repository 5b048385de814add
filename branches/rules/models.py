from django.db import models
from django.db.models import Q


class Rule(models.Model):
    """One number of a Party rule, from the day it is in force, with its source (domain.md §3).

    A rule that is a table, as the rates of dues are, has one row for each step: `value` counts where what is asked
    about is over `above`. A new set of numbers gets rows with a later `since`; what was counted by the old ones stays.
    """

    class Unit(models.TextChoices):
        PERSON = "PERSON", "人"
        UNIT = "UNIT", "家"
        YEAR = "YEAR", "年"
        MONTH = "MONTH", "个月"
        DAY = "DAY", "天"
        WORKDAY = "WORKDAY", "个工作日"
        PERIOD = "PERIOD", "期"
        PERCENT = "PERCENT", "%"
        YUAN = "YUAN", "元"
        HOUR = "HOUR", "学时"

    code = models.CharField("代码", max_length=30)
    above = models.DecimalField("超过", max_digits=10, decimal_places=2, default=0)
    value = models.DecimalField("数值", max_digits=10, decimal_places=2)
    unit = models.CharField("单位", max_length=8, choices=Unit.choices)
    since = models.DateField("从哪天起")
    title = models.CharField("名称", max_length=60)
    source = models.CharField("出处", max_length=80)
    confirmed = models.BooleanField("已确认", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "规定数字"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="branches_rule_once", fields=["code", "above", "since"],
                violation_error_message="这一天起的这个数字已经有了。",
            ),
            models.CheckConstraint(
                name="branches_rule_not_negative", condition=Q(value__gte=0, above__gte=0),
                violation_error_message="数字不能小于 0。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def spoken(self):
        """“3 人”, “0.5%”, “20 元”: no zeros behind the point, no space before a percent."""
        number = f"{self.value.normalize():f}"
        return number + ("" if self.unit == self.Unit.PERCENT else " ") + self.get_unit_display()
