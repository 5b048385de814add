import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from anchors.registry.models import Anchor
from branches.organisation.policy import hats


class Round(models.Model):
    """One census 摸底 of the city; several workbooks may belong to it."""

    name = models.CharField("名称", max_length=40, unique=True)
    opened_on = models.DateField("开始日期")

    class Meta:
        verbose_name = verbose_name_plural = "摸底轮次"
        ordering = ["-opened_on", "-id"]

    def __str__(self):
        return self.name


class Entry(models.Model):
    """This anchor stood in a workbook of this round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="entries")
    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="census_entries")

    class Meta:
        verbose_name = verbose_name_plural = "摸底名单"
        constraints = [models.UniqueConstraint(name="anchors_entry_once_a_round", fields=["round", "anchor"])]

    def __str__(self):
        return f"{self.round_id} {self.anchor_id}"


class ImportQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self if hats(user).handles_for_committee else self.none()

    def newest_first(self):
        return self.order_by("-created_at", "-id")

    def waiting(self, stale):
        """What a worker may take up: queued, or left by a worker that has been silent since `stale`."""
        queued = Q(state__in=(Import.State.UPLOADED, Import.State.CONFIRMED))
        return self.filter(queued | Q(state__in=(Import.State.READING, Import.State.WRITING), seen_at__lt=stale))


class Import(models.Model):
    """One workbook on its way in: read by a worker, looked at by staff, confirmed, written all or nothing."""

    class State(models.TextChoices):
        UPLOADED = "UPLOADED", "排队读取"
        READING = "READING", "正在读取"
        READ = "READ", "等您确认"
        CONFIRMED = "CONFIRMED", "排队写入"
        WRITING = "WRITING", "正在写入"
        DONE = "DONE", "已写入"
        REFUSED = "REFUSED", "整份没有收"
        DISCARDED = "DISCARDED", "已放弃"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="imports", verbose_name="摸底轮次")
    file_name = models.CharField("文件", max_length=120)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.UPLOADED)
    total = models.PositiveIntegerField("行数", default=0)
    done = models.PositiveIntegerField("已处理", default=0)
    counts = models.JSONField(default=dict)
    unknown_columns = models.JSONField(default=list)
    refusal = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField("上传时间", default=timezone.now)
    seen_at = models.DateTimeField("最近有动静", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "摸底导入"
        indexes = [
            models.Index(name="anchors_import_newest", fields=["-created_at", "-id"]),
            models.Index(
                name="anchors_import_to_do", fields=["id"],
                condition=Q(state__in=("UPLOADED", "READING", "CONFIRMED", "WRITING")),
            ),
        ]

    def __str__(self):
        return f"{self.file_name} {self.get_state_display()}"

    @property
    def is_running(self):
        """Somebody who looks at it should look again soon."""
        return self.state in (self.State.UPLOADED, self.State.READING, self.State.CONFIRMED, self.State.WRITING)

    @property
    def is_empty(self):
        """Read, and nobody in it can be taken: there is nothing to confirm."""
        return self.state == self.State.READ and not self.counts.get("people")

    @property
    def percent(self):
        return min(100, 100 * self.done // self.total) if self.total else 0


class Workbook(models.Model):
    """The file as it came, sealed; in the database, for the worker may stand on another host. Gone when it is done."""

    census_import = models.OneToOneField(Import, models.CASCADE, primary_key=True, related_name="workbook")
    sealed = models.TextField()

    def __str__(self):
        return str(self.census_import_id)


class StagedPerson(models.Model):
    """What a workbook says of one mobile number, sealed, and what the registry will do with it."""

    class Change(models.TextChoices):
        NEW = "NEW", "新登记"
        CHANGED = "CHANGED", "有变化"
        SAME = "SAME", "没有变化"

    census_import = models.ForeignKey(Import, models.CASCADE, related_name="people")
    uuid = models.UUIDField(default=uuid.uuid4)
    phone_index = models.CharField(max_length=64)
    name = models.CharField(max_length=40)
    sealed = models.TextField()
    change = models.CharField(max_length=8, choices=Change.choices)
    changes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="anchors_stagedperson_once", fields=["census_import", "phone_index"])
        ]
        indexes = [models.Index(name="anchors_stagedperson_by_change", fields=["census_import", "change", "id"])]

    def __str__(self):
        return self.name


class StagedRow(models.Model):
    """A row that cannot be taken, as it stood, with the reasons; or a remark on a row that was taken. Sealed."""

    census_import = models.ForeignKey(Import, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField("行号")
    rejected = models.BooleanField()
    sealed = models.TextField()

    class Meta:
        ordering = ["census_import", "number"]
        indexes = [models.Index(name="anchors_stagedrow_of_import", fields=["census_import", "rejected", "number"])]

    def __str__(self):
        return str(self.number)
