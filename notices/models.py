import uuid

from django.conf import settings
from django.db import models

from xinyu_portal import seal


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(recipient=user)

    def unread(self):
        return self.filter(read_at=None)


class Notice(models.Model):
    """One line in one person's inbox. The text is finished when it gets here and holds no personal content."""

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices", verbose_name="收件人"
    )
    key = models.CharField("事由", max_length=80)
    title = models.CharField("标题", max_length=80)
    text = models.CharField("内容", max_length=300, blank=True)
    url = models.CharField("去处", max_length=200, blank=True)
    created_at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读时间", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "消息"
        constraints = [
            models.UniqueConstraint(
                name="notices_notice_once_per_person", fields=["recipient", "key"],
                violation_error_message="同一件事只通知一次。",
            )
        ]
        indexes = [
            models.Index(name="notices_notice_newest", fields=["recipient", "-created_at", "-id"]),
            models.Index(name="notices_notice_unread", fields=["recipient"], condition=models.Q(read_at=None)),
        ]

    def __str__(self):
        return self.title


class Text(models.Model):
    """One text message to one person's phone. Its words are sealed, and emptied once it has left or is given up."""

    class State(models.TextChoices):
        QUEUED = "QUEUED", "等着发"
        SENDING = "SENDING", "正在发"
        SENT = "SENT", "已发出"
        UNCLEAR = "UNCLEAR", "不知道发出没有"
        DROPPED = "DROPPED", "过时没发"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="texts", verbose_name="收件人"
    )
    kind = models.CharField("事由", max_length=20)
    sealed = models.TextField("内容（加密）", blank=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.QUEUED)
    created_at = models.DateTimeField("排队时间")
    expires_at = models.DateTimeField("过时不发")
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "短信"
        indexes = [
            models.Index(name="notices_text_waiting", fields=["id"], condition=models.Q(state="QUEUED")),
            models.Index(name="notices_text_of_person", fields=["recipient", "kind", "created_at"]),
        ]

    def __str__(self):
        return f"{self.kind} {self.get_state_display()}"

    def seal_words(self, words):
        self.sealed = seal.seal(words, table="notices_text", row=self.uuid, column="words")

    @property
    def words(self):
        """Raises seal.SealBroken; empty once it has left."""
        return self.sealed and seal.unseal(self.sealed, table="notices_text", row=self.uuid, column="words")


class Sweep(models.Model):
    """The last run of one sweep; the row named `tick` also keeps the machine's boot, for the clock's jump gate."""

    name = models.CharField("名称", max_length=100, unique=True)
    ran_at = models.DateTimeField("上次运行")
    rows = models.PositiveIntegerField("处理行数", default=0)
    boot_id = models.CharField("开机标识", max_length=64, blank=True)
    boot_seconds = models.FloatField("开机秒数", null=True, blank=True)
    error = models.CharField("错误", max_length=300, blank=True)
    held_at = models.DateTimeField("时钟不对，停下的时间", null=True, blank=True)
    held_seconds = models.FloatField("墙上时钟差了多少秒", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡检"

    def __str__(self):
        return self.name
