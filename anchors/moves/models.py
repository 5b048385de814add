import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from anchors.registry.models import Anchor
from branches.organisation.models import Branch
from branches.organisation.policy import hats


class MoveQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's handlers: all; a branch's officers: what came to them or left them."""
        worn = hats(user)
        if worn.handles_for_committee:
            return self
        left = MoveRow.objects.filter(move=OuterRef("pk"), before__in=worn.sees_branches)
        return self.filter(Q(to_branch__in=worn.sees_branches) | Exists(left))

    def for_list(self):
        return self.select_related("to_branch", "by", "undone_by")


class Move(models.Model):
    """Anchors taken to a branch at one stroke, so that it can be undone at one stroke."""

    class Kind(models.TextChoices):
        TICKED = "TICKED", "逐个勾选"
        FILTERED = "FILTERED", "按条件"
        SUGGESTED = "SUGGESTED", "按片区建议"

    kind = models.CharField("怎么选的", max_length=10, choices=Kind.choices)
    to_branch = models.ForeignKey(Branch, models.PROTECT, related_name="moves", verbose_name="调到")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁")
    at = models.DateTimeField("时间", default=timezone.now)
    count = models.PositiveIntegerField("人数")
    ended = models.PositiveIntegerField("结束的联系", default=0)
    key = models.UUIDField("预览的编号", unique=True, default=uuid.uuid4, editable=False)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    restored = models.PositiveIntegerField("撤销时恢复的人数", null=True, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主播调整"
        constraints = [
            models.CheckConstraint(
                name="anchors_move_undone_by_somebody",
                condition=Q(undone_at=None, undone_by=None, restored=None)
                | Q(undone_at__isnull=False, undone_by__isnull=False, restored__isnull=False),
                violation_error_message="撤销要有人、有时间、有人数。",
            )
        ]
        indexes = [models.Index(name="anchors_move_newest", fields=["-at", "-id"])]

    def __str__(self):
        return f"{self.to_branch.short_name} {self.count}"

    @property
    def left_alone(self):
        """How many the undo did not touch, because somebody had changed them since."""
        return self.count - self.restored


class MoveRowQuerySet(models.QuerySet):
    def history(self, anchor, user):
        """For officers, newest first: when this anchor was moved, from where, by whom."""
        worn = hats(user)
        if not (worn.handles_for_committee or anchor.branch_id in worn.sees_branches):
            return self.none()
        return self.filter(anchor=anchor).select_related("move__by", "before", "after").order_by("-move__at", "-pk")


class MoveRow(models.Model):
    """One anchor of a move: the branch and the contact before, the branch after (its contact was kept or ended)."""

    move = models.ForeignKey(Move, models.CASCADE, related_name="rows")
    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="moves")
    before = models.ForeignKey(Branch, models.PROTECT, null=True, related_name="+", verbose_name="原支部")
    after = models.ForeignKey(Branch, models.PROTECT, related_name="+", verbose_name="新支部")
    contact_before = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    contact_after = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    restored = models.BooleanField("撤销时恢复了", default=False)

    objects = MoveRowQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主播调整明细"
        constraints = [models.UniqueConstraint(name="anchors_moverow_once", fields=["move", "anchor"])]

    def __str__(self):
        return f"{self.move_id} {self.anchor_id}"
