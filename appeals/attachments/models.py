"""Photos and PDFs beside a line of the trail. The file lies outside the web root under a name of its own."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

FILES, MEGABYTES = 9, 10  # per line, and per file


class Attachment(models.Model):
    """One file of one line. `sha256` is of the bytes that are kept: photos are drawn anew, without their GPS."""

    class Kind(models.TextChoices):
        JPEG = "jpeg", "照片"
        PNG = "png", "图片"
        WEBP = "webp", "图片（WebP）"
        PDF = "pdf", "PDF 文件"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="attachments")
    event = models.ForeignKey("appeals.Event", models.PROTECT, related_name="attachments")
    internal = models.BooleanField("只给办理的人看", default=False)
    name = models.CharField("原来的名字", max_length=120)
    kind = models.CharField("类型", max_length=4, choices=Kind.choices)
    size = models.PositiveIntegerField("字节")
    sha256 = models.CharField("校验码", max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁传的",
        help_text="空为凭查询码传的",
    )
    at = models.DateTimeField("时间")
    erased_at = models.DateTimeField("清除时间", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "附件"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="appeals_attachment_within_size", condition=Q(size__gt=0, size__lte=MEGABYTES * 1024 * 1024),
                violation_error_message=f"一个文件不超过 {MEGABYTES} MB。",
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_picture(self):
        return self.kind != self.Kind.PDF

    @property
    def word(self):
        return "照片" if self.is_picture else "文件"
