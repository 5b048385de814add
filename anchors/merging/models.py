from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from anchors.registry.models import Anchor
from branches.organisation.policy import hats


class MergeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's handlers: all; a branch's: where both entries are theirs."""
        worn = hats(user)
        if worn.handles_for_committee:
            return self
        mine = worn.handles_for_branches
        return self.filter(kept__branch__in=mine, gone__branch__in=mine)

    def for_list(self):
        return self.select_related("kept__user", "gone__user", "kept__branch", "gone__branch", "by", "undone_by")


class Merge(models.Model):
    """Two entries of one person: `gone` stands behind `kept` until the merge is undone. Nothing is deleted.

    `moved` is what undo needs: {"accounts" and "logs": [ids that went over], "was_active": whether gone could log in,
    "contact": id of gone's contact or None, "contact_went_over": whether kept, who had none, has that contact since}.
    """

    kept = models.ForeignKey(Anchor, models.PROTECT, related_name="merges", verbose_name="保留的登记")
    gone = models.ForeignKey(Anchor, models.PROTECT, related_name="merges_away", verbose_name="并入的登记")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间", default=timezone.now)
    reason = models.CharField("原因", max_length=200, blank=True)
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "登记合并"
        constraints = [
            models.UniqueConstraint(
                name="anchors_merge_one_in_force", fields=["gone"], condition=Q(undone_at=None),
                violation_error_message="这条登记已经并入别的登记了。",
            ),
            models.CheckConstraint(
                name="anchors_merge_of_two", condition=~Q(kept=F("gone")), violation_error_message="不能并入自己。"
            ),
        ]
        indexes = [models.Index(name="anchors_merge_newest", fields=["-at", "-id"])]

    def __str__(self):
        return f"{self.gone} → {self.kept}"
