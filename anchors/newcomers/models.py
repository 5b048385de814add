import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import phones
from anchors.registry.models import Anchor
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from branches.stations.models import Station
from xinyu_portal import seal


class NewcomerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's handlers: all; a branch's handlers: those who wait at it."""
        worn = hats(user)
        if worn.handles_for_committee:
            return self
        return self.filter(branch__in=worn.handles_for_branches)

    def waiting(self):
        return self.filter(outcome=Newcomer.Outcome.WAITING)

    def for_list(self):
        return self.select_related("anchor__user", "branch", "station", "decided_by", "joined_to__user")


class Newcomer(models.Model):
    """Somebody who said name and phone at a poster and is in no list yet: they wait until the branch knows them.

    The phone stands here and not on the person: there it is unique, and a number that the registry knows is never
    joined by itself. Once the branch has confirmed the person it moves there.
    """

    class Outcome(models.TextChoices):
        WAITING = "WAITING", "待核实"
        NEW = "NEW", "已登记"
        JOINED = "JOINED", "已归到登记"
        CLOSED = "CLOSED", "不登记"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    anchor = models.OneToOneField(Anchor, models.PROTECT, related_name="newcomer", verbose_name="主播")
    phone_sealed = models.CharField("手机（加密）", max_length=120, null=True, editable=False)
    phone_index = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    phone_mask = models.CharField("手机", max_length=20, editable=False)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="newcomers", verbose_name="核实支部"
    )
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, related_name="newcomers", verbose_name="扫码驿站"
    )
    created_at = models.DateTimeField("扫码时间", default=timezone.now)
    outcome = models.CharField("核实结果", max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    decided_at = models.DateTimeField("核实时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="核实人"
    )
    joined_to = models.ForeignKey(
        Anchor, models.PROTECT, null=True, blank=True, related_name="joined_newcomers", verbose_name="归到"
    )

    objects = NewcomerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待核实的人"
        constraints = [
            models.CheckConstraint(
                name="anchors_newcomer_joined_names_whom",
                condition=Q(outcome="JOINED", joined_to__isnull=False) | (~Q(outcome="JOINED") & Q(joined_to=None)),
                violation_error_message="归到登记，要写明归到哪一位。",
            ),
            models.CheckConstraint(
                name="anchors_newcomer_decided_by_somebody",
                condition=Q(outcome="WAITING", decided_at=None, decided_by=None)
                | (~Q(outcome="WAITING") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                violation_error_message="核实过的要写明谁、什么时候。",
            ),
        ]
        indexes = [models.Index(name="anchors_newcomer_of_branch", fields=["branch", "outcome", "-created_at"])]

    def __str__(self):
        return f"{self.get_outcome_display()} {self.phone_mask}"

    @property
    def is_waiting(self):
        return self.outcome == self.Outcome.WAITING

    def set_phone(self, number):
        """Seal and index a mobile number. Raises ValidationError."""
        number = phones.clean(number)
        self.phone_sealed = seal.seal(number, table="anchors_newcomer", row=self.uuid, column="phone")
        self.phone_index = seal.index(number, purpose="phone")
        self.phone_mask = phones.mask(number)

    def reveal_phone(self):
        """The whole number, or None once it has moved to the person. Raises seal.SealBroken."""
        if self.phone_sealed is None:
            return None
        return seal.unseal(self.phone_sealed, table="anchors_newcomer", row=self.uuid, column="phone")
