"""Requests: questions about a duty that wait for another person (design §4)."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class ReturnReason(models.TextChoices):
    """Why a branch says that a matter is not its own (退单, domain.md §5.5)."""

    NOT_OURS = "NOT_OURS", "不是本支部的职责"
    OTHER_BRANCH = "OTHER_BRANCH", "主播归别的支部联系"
    NEEDS_UNIT = "NEEDS_UNIT", "要别的单位牵头"
    OTHER = "OTHER", "其他"


class RequestQuerySet(models.QuerySet):
    def open(self):
        return self.filter(decided_at=None)


class Request(models.Model):
    """Asked of somebody else about one stage; changes neither status nor clock until it is granted.

    Its words are those of the line `asked`. It lapses when the stage is left; undecided by `due_at` it is refused.
    """

    class Kind(models.TextChoices):
        RETURN = "return", "退单"
        EXTENSION = "extension", "延期"
        RELEASE = "release", "答复审核"

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="requests")
    stage = models.ForeignKey("appeals.Stage", models.PROTECT, related_name="requests")
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    asked = models.OneToOneField("appeals.Event", models.PROTECT, null=True, related_name="request")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="申请人")
    at = models.DateTimeField("申请时间")
    due_at = models.DateTimeField("最晚审核")
    reason = models.CharField("原因", max_length=12, choices=ReturnReason.choices, blank=True)
    days = models.PositiveSmallIntegerField("延几个工作日", null=True, blank=True)
    decided_at = models.DateTimeField("审核时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审核人"
    )
    granted = models.BooleanField("同意", null=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "申请"
        constraints = [
            models.UniqueConstraint(
                name="appeals_request_one_open", fields=["stage", "kind"], condition=Q(decided_at=None),
                violation_error_message="这一件已经有一份在等审核。",
            ),
            models.CheckConstraint(
                name="appeals_request_granted_by_somebody",
                condition=~Q(granted=True) | Q(decided_by__isnull=False, decided_at__isnull=False),
                violation_error_message="同意要有人。",
            ),
        ]
        indexes = [
            models.Index(name="appeals_request_undecided", fields=["due_at"], condition=Q(decided_at=None)),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.appeal_id}"

    @property
    def is_open(self):
        return self.decided_at is None
