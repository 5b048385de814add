"""The columns of the roster's tables as staff arranged them, and a roster on its way in."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone

from branches.organisation.models import Branch


class Sheet(models.TextChoices):
    """The tables of domain.md §7.4 that this room fills."""

    MEMBERS = "members", "党员花名册"
    APPLICANTS = "applicants", "入党申请人登记"
    ACTIVISTS = "activists", "入党积极分子花名册"
    CANDIDATES = "candidates", "发展对象、预备党员登记"
    FLOATING = "floating", "流动党员登记"
    DUES = "dues", "党费收缴台账"


class Column(models.Model):
    """One column of a table. `field` says what stands in it, and is code; title, place and shown are the staff's."""

    sheet = models.CharField("表", max_length=10, choices=Sheet.choices)
    field = models.CharField("内容", max_length=20)
    title = models.CharField("表头", max_length=20)
    position = models.PositiveSmallIntegerField("次序")
    shown = models.BooleanField("要这一列", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "名册的列"
        ordering = ["sheet", "position", "id"]
        constraints = [
            models.UniqueConstraint(name="members_column_once", fields=["sheet", "field"]),
            models.UniqueConstraint(
                name="members_column_title", fields=["sheet", "title"],
                violation_error_message="这张表里已经有一列叫这个名字。",
            ),
        ]

    def __str__(self):
        return self.title


class RosterImport(models.Model):
    """A table that was read and waits for a confirmation; its rows are sealed, and gone when it is done."""

    class State(models.TextChoices):
        READ = "READ", "等您确认"
        DONE = "DONE", "已写入"
        DISCARDED = "DISCARDED", "已放弃"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sheet = models.CharField("表", max_length=10, choices=Sheet.choices, default=Sheet.MEMBERS)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="支部", help_text="空为全部支部"
    )
    file_name = models.CharField("文件", max_length=120)
    sealed = models.TextField(blank=True, editable=False)
    counts = models.JSONField(default=dict)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.READ)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    at = models.DateTimeField("上传时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "名册导入"
        indexes = [models.Index(name="members_rosterimport_newest", fields=["by", "-id"])]

    def __str__(self):
        return self.file_name
