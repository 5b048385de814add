"""并单: appeals about one matter that are handled together; each keeps its answer, rating and trail (design §4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from appeals.workflow import ACTIVE, OPEN


class MergeQuerySet(models.QuerySet):
    def in_force(self):
        """Undone by nobody, the child with somebody, the lead open. One that ended the clock tidies away."""
        return self.filter(until=None, child__status__in=ACTIVE, lead__status__in=OPEN)

    def answered_together(self):
        """The child was answered with its lead; one that somebody undid, or a lead let go, has `until_by`."""
        return self.filter(until__isnull=False, until_by=None)


class Merge(models.Model):
    """`child` follows `lead` from `since`; `until` is when that was undone, or when the child went its own way."""

    child = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="merges", verbose_name="从案")
    lead = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="led_merges", verbose_name="主案")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="并单人")
    since = models.DateTimeField("并单时间")
    until = models.DateTimeField("分开时间", null=True, blank=True)
    until_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="分开人"
    )

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "并单"
        constraints = [
            models.UniqueConstraint(
                name="appeals_merge_one_lead", fields=["child"], condition=Q(until=None),
                violation_error_message="这一件已经并到别的诉求里了。",
            ),
            models.CheckConstraint(
                name="appeals_merge_two_appeals", condition=~Q(child=F("lead")),
                violation_error_message="不能并到自己里。",
            ),
        ]
        indexes = [models.Index(name="appeals_merge_of_lead", fields=["lead"], condition=Q(until=None))]

    def __str__(self):
        return f"{self.child_id} → {self.lead_id}"
