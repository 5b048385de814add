from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from branches.organisation.models import Partner


class DutyQuerySet(models.QuerySet):
    def current(self, on=None):
        """In force on a Shanghai day (today), first and last day included."""
        day = on or timezone.localdate()
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)

    def with_units(self):
        return self.select_related("partner", "changed_by").prefetch_related("assisting")


class Duty(models.Model):
    """权责清单: who is responsible for a category of appeals from a day on; without a unit the committee itself.

    It preselects the unit of a 派单 and decides nothing (domain.md §5.7).
    """

    category = models.ForeignKey("appeals.Category", models.PROTECT, related_name="duties", verbose_name="类别")
    partner = models.ForeignKey(
        Partner, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="责任单位",
        help_text="空为行业党委自己办",
    )
    assisting = models.ManyToManyField(Partner, blank=True, related_name="+", verbose_name="协办单位")
    basis = models.CharField("依据", max_length=100)
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天止（含当日）", null=True, blank=True)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁定的")
    changed_at = models.DateTimeField("什么时候定的")

    objects = DutyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "权责清单"
        ordering = ["category", "-since"]
        constraints = [
            models.UniqueConstraint(name="appeals_duty_since_once", fields=["category", "since"]),
            models.UniqueConstraint(
                name="appeals_duty_one_lasting", fields=["category"], condition=Q(until=None),
                violation_error_message="这一类已经有责任单位了。",
            ),
            models.CheckConstraint(
                name="appeals_duty_ends_after_it_begins", condition=Q(until=None) | Q(until__gte=models.F("since")),
            ),
        ]

    def __str__(self):
        return self.unit

    @property
    def unit(self):
        return self.partner.name if self.partner_id else "行业党委自己办"
