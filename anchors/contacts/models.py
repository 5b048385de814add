"""党员联系主播: how each anchor came to a contact member, who asks for another, and what contacts did.

Nothing here says anything about a person: channels, topics and reasons are fixed lists (domain.md §4, §9).
"""

from django.conf import settings
from django.db import models
from django.db.models import Q

from anchors.contacts.querysets import ContactChangeQuerySet, ContactSpreadQuerySet, ServiceLogQuerySet
from anchors.registry.models import Anchor


class ContactSpread(models.Model):
    """One filtered list that was spread over members in one go; its rows are the changes that point to it."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁分配")
    at = models.DateTimeField("分配时间")
    mark = models.CharField("所看预览的校验码", max_length=32)
    undone_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ContactSpreadQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系党员分配"
        constraints = [
            models.UniqueConstraint(
                name="anchors_contactspread_once", fields=["by", "mark"], condition=Q(undone_at=None),
                violation_error_message="这次分配已经办过了。",
            )
        ]

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}"


class ContactChange(models.Model):
    """What happened to the contact of one anchor, so that the way of an appeal can be explained later."""

    class Why(models.TextChoices):
        ASSIGNED = "ASSIGNED", "支部安排"
        SPREAD = "SPREAD", "成批分配"
        UNDONE = "UNDONE", "撤回成批分配"
        LEFT = "LEFT", "联系党员不再任联系人"
        DECLINED = "DECLINED", "主播说不需要"
        MOVED = "MOVED", "主播换了支部"
        MOVED_BACK = "MOVED_BACK", "撤销换支部"
        MERGED = "MERGED", "两条登记合并"
        SPLIT = "SPLIT", "撤销合并"

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="contact_changes", verbose_name="主播")
    before = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="原来的联系党员"
    )
    after = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="新的联系党员"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="谁改的",
        help_text="空为到点自动",
    )
    why = models.CharField("原因", max_length=10, choices=Why.choices)
    at = models.DateTimeField("时间")
    spread = models.ForeignKey(ContactSpread, models.PROTECT, null=True, related_name="changes")

    objects = ContactChangeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "联系党员变更"
        indexes = [models.Index(name="anchors_contactchange_newest", fields=["anchor", "-id"])]

    def __str__(self):
        return self.get_why_display()


class ContactWish(models.Model):
    """换一位: stands while the wish is open; taken back or met, the row goes."""

    class Reason(models.TextChoices):
        TIME = "TIME", "时间总对不上"
        FAR = "FAR", "离得太远"
        TOPIC = "TOPIC", "想找熟悉我这类事的"

    anchor = models.OneToOneField(Anchor, models.CASCADE, related_name="contact_wish", verbose_name="主播")
    reason = models.CharField("原因", max_length=6, choices=Reason.choices, blank=True, help_text="可以不说")
    at = models.DateTimeField("时间")

    class Meta:
        verbose_name = verbose_name_plural = "想换联系党员"

    def __str__(self):
        return self.get_reason_display() or "没有说原因"


class ServiceLog(models.Model):
    """A contact did something for an anchor on a day. No words, so no opinions."""

    class Channel(models.TextChoices):
        PHONE = "PHONE", "电话"
        WECHAT = "WECHAT", "微信"
        MEETING = "MEETING", "见面"
        VISIT = "VISIT", "直播间外走访"

    class Topic(models.TextChoices):
        """The first-level categories of domain.md §5.7, by their letters."""

        LOGISTICS = "A", "物流寄递"
        FINANCE = "B", "融资与结算"
        PLACE = "C", "场地设备"
        TRAINING = "D", "人才培训"
        LABOUR = "E", "劳动权益"
        CONTRACT = "F", "合同维权"
        PLATFORM = "G", "平台规则"
        NETWORK = "H", "网络侵权"
        LAW = "I", "合规咨询"
        LIFE = "J", "生活民生"
        INDUSTRY = "K", "产业对接"
        SAFETY = "L", "心理与安全"
        PARTY = "M", "党务"
        OTHER = "Z", "其他"

    anchor = models.ForeignKey(Anchor, models.PROTECT, related_name="service_logs", verbose_name="主播")
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="service_logs", verbose_name="联系党员"
    )
    day = models.DateField("日期")
    channel = models.CharField("方式", max_length=8, choices=Channel.choices)
    topic = models.CharField("事项", max_length=1, choices=Topic.choices)

    objects = ServiceLogQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "服务记录"
        constraints = [
            models.UniqueConstraint(
                name="anchors_servicelog_once_a_day", fields=["anchor", "member", "day", "channel", "topic"],
                violation_error_message="今天已经记过这一条了。",
            )
        ]
        indexes = [
            models.Index(name="anchors_servicelog_of_anchor", fields=["anchor", "-day"]),
            models.Index(name="anchors_servicelog_by_day", fields=["day"]),
        ]

    def __str__(self):
        return f"{self.day} {self.get_channel_display()} {self.get_topic_display()}"
