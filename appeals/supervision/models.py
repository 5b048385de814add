"""督办单: a numbered sheet by which the committee asks for something by a day; it changes no state (design §4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from anchors.registry.policy import speaks_for


class SheetReason(models.TextChoices):
    """Why a sheet was issued (domain.md §5.5 督办)."""

    OVERDUE = "OVERDUE", "逾期"
    REPEATED = "REPEATED", "重复诉求"
    UNHAPPY = "UNHAPPY", "主播不满意"
    INSTRUCTION = "INSTRUCTION", "领导批示"


class SheetGrade(models.TextChoices):
    ORDINARY = "ORDINARY", "一般督办"
    KEY = "KEY", "重点督办"
    LISTED = "LISTED", "挂牌督办"


class SupervisionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Of the appeals that one sees by office: never the anchor's own."""
        appeals = self.model._meta.get_field("appeal").related_model.objects.visible_to(user)
        return self.filter(~Q(appeal__anchor__in=sorted(speaks_for(user))), appeal__in=appeals)

    def for_page(self):
        return self.select_related("asked__words", "answered__words", "by", "answered_by", "appeal", "stage__branch")

    def open(self):
        return self.filter(answered_at=None)


class Supervision(models.Model):
    """One sheet, to those who hold `stage`. Requirement and answer are the internal words of its two lines."""

    number = models.CharField("督办单号", max_length=20, unique=True)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="sheets")
    stage = models.ForeignKey("appeals.Stage", models.PROTECT, related_name="sheets")
    reason = models.CharField("原因", max_length=12, choices=SheetReason.choices)
    grade = models.CharField("级别", max_length=10, choices=SheetGrade.choices, default=SheetGrade.ORDINARY)
    asked = models.OneToOneField("appeals.Event", models.PROTECT, related_name="sheet")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签发人")
    at = models.DateTimeField("签发时间")
    due_at = models.DateTimeField("督办期限")
    answered = models.OneToOneField(
        "appeals.Event", models.PROTECT, null=True, blank=True, related_name="answered_sheet"
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回复人"
    )
    answered_at = models.DateTimeField("督办回复时间", null=True, blank=True)

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        constraints = [
            models.CheckConstraint(
                name="appeals_supervision_answered_by_somebody",
                condition=Q(answered_at=None, answered_by=None, answered=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False, answered__isnull=False),
                violation_error_message="督办回复要有人、有内容。",
            ),
            models.CheckConstraint(
                name="appeals_supervision_due_later", condition=Q(due_at__gt=F("at")),
                violation_error_message="督办期限要在签发以后。",
            ),
        ]
        indexes = [
            models.Index(name="appeals_supervision_open", fields=["due_at"], condition=Q(answered_at=None)),
            models.Index(name="appeals_supervision_newest", fields=["-at", "-id"]),
        ]

    def __str__(self):
        return self.number

    @property
    def is_open(self):
        return self.answered_at is None
