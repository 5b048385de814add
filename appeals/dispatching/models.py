"""Work that the committee lends to a partner unit; the stage and its clock stay the committee's (design §4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from branches.organisation.policy import hats


class DispatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's own side of it: of the appeals that it sees."""
        return self.filter(appeal__in=self._appeals.visible_to(user))

    def lent_to(self, user):
        """The unit's side: sent to one of which this person is clerk today. Nothing else of the appeal comes along."""
        return self.filter(partner__in=hats(user).partner_ids, appeal__in=self._appeals.lent_to(user))

    @property
    def _appeals(self):
        return self.model._meta.get_field("appeal").related_model.objects

    def for_page(self):
        """With the words of its two lines, the unit, and number and category of the appeal: no name, no title."""
        return self.select_related(
            "partner", "asked__words", "answered__words", "appeal__category__parent", "replied_by"
        ).only(
            "partner", "asked__words", "answered__words", "answered__facts", "appeal__number", "appeal__category__name",
            "appeal__category__parent__name", "replied_by__name", "at", "due_at", "late_at", "replied_at", "ended_at",
            "stage", "appeal__anchor",
        )

    def open(self):
        """Neither replied to, nor ended because the stage was left."""
        return self.filter(replied_at=None, ended_at=None)


class Dispatch(models.Model):
    """One 派单. What is asked are the internal words of the line `asked`, the reply those of the line `answered`.

    A clerk of the partner reads these words alone: no name, no body, no other line.
    """

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="dispatches")
    stage = models.ForeignKey("appeals.Stage", models.PROTECT, related_name="dispatches")
    partner = models.ForeignKey(
        "branches.Partner", models.PROTECT, related_name="dispatches", verbose_name="协办单位"
    )
    asked = models.OneToOneField("appeals.Event", models.PROTECT, related_name="dispatch")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="派单人")
    at = models.DateTimeField("派单时间")
    due_at = models.DateTimeField("协办期限")
    late_at = models.DateTimeField("报过超时", null=True, blank=True)
    answered = models.OneToOneField(
        "appeals.Event", models.PROTECT, null=True, blank=True, related_name="answered_dispatch"
    )
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回复人"
    )
    replied_at = models.DateTimeField("协办回复时间", null=True, blank=True)
    ended_at = models.DateTimeField("不再需要", null=True, blank=True)

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "派单"
        constraints = [
            models.UniqueConstraint(
                name="appeals_dispatch_one_open", fields=["stage", "partner"],
                condition=Q(replied_at=None, ended_at=None),
                violation_error_message="已经派给这个单位，还没有回复。",
            ),
            models.CheckConstraint(
                name="appeals_dispatch_replied_by_somebody",
                condition=Q(replied_at=None, replied_by=None, answered=None)
                | Q(replied_at__isnull=False, replied_by__isnull=False, answered__isnull=False),
                violation_error_message="协办回复要有人、有内容。",
            ),
            models.CheckConstraint(
                name="appeals_dispatch_due_later", condition=Q(due_at__gt=F("at")),
                violation_error_message="协办期限要在派单以后。",
            ),
        ]
        indexes = [
            models.Index(
                name="appeals_dispatch_open", fields=["due_at"], condition=Q(replied_at=None, ended_at=None)
            ),
            models.Index(name="appeals_dispatch_of_partner", fields=["partner", "-at"]),
        ]

    def __str__(self):
        return f"{self.partner_id} {self.appeal_id}"

    @property
    def is_open(self):
        return self.replied_at is None and self.ended_at is None
