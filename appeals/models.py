"""The appeal itself: its row, its stages, its trail and its judgements. The topics' tables are their own models.py;
they are imported here so that Django finds them.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, When
from django.utils import timezone

from anchors.registry.models import Anchor
from appeals.answering.models import ReplyTemplate
from appeals.attachments.models import Attachment
from appeals.dispatching.models import Dispatch
from appeals.duties.models import Duty
from appeals.merging.models import Merge
from appeals.negotiation.models import Request
from appeals.proof.models import Seal, SealedHead
from appeals.protection.models import Recusal, WordsGrant
from appeals.publishing.models import Publication
from appeals.querysets import AppealQuerySet, EventQuerySet
from appeals.supervision.models import Supervision
from appeals.workflow import OPEN, Level, Outcome, Status, Verb
from branches.organisation.models import Branch
from xinyu_portal.words import WordsField, cut

__all__ = [
    "Appeal", "Attachment", "Category", "Counter", "Dispatch", "Duty", "Event", "EventText", "Judgement", "Merge",
    "Publication", "Recusal", "ReplyTemplate", "Request", "Seal", "SealedHead", "ServiceLevel", "Stage",
    "Supervision", "WordsGrant",
]
BODY_LIMIT = 2000
TITLE_LIMIT = 60
TITLE_FROM_BODY = 30  # characters taken over when nobody typed a title
TEXT_LIMIT = 2000
NUMBERED = "SQ"  # with what the number of an appeal begins


class Category(models.Model):
    """What an appeal is about: one letter, or a letter and a digit below it (domain.md §5.7)."""

    code = models.CharField("代码", max_length=4, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name = models.CharField("名称", max_length=30)
    service_class = models.CharField("时限类别", max_length=12)
    partner_hint = models.CharField("协办建议", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "诉求类别"
        ordering = ["code"]

    def __str__(self):
        return self.name


class ServiceLevel(models.Model):
    """How long a level has, as "5d" (working days) or "2h" (duty hours), by class (domain.md §5.3)."""

    class ServiceClass(models.TextChoices):
        CRITICAL = "CRITICAL", "特急"
        URGENT = "URGENT", "急"
        CONSULT = "CONSULT", "咨询"
        NORMAL = "NORMAL", "一般"
        COMPLEX = "COMPLEX", "复杂"
        PROPOSAL = "PROPOSAL", "建议"

    service_class = models.CharField("时限类别", max_length=12, choices=ServiceClass.choices)
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    accept_within = models.CharField("接单时限", max_length=6)
    handle_within = models.CharField("办理时限", max_length=6)
    note = models.CharField("说明", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "办理时限"
        constraints = [
            models.UniqueConstraint(name="appeals_servicelevel_once", fields=["service_class", "level"])
        ]

    def __str__(self):
        return f"{self.get_service_class_display()} {self.get_level_display()}"


class Counter(models.Model):
    """The last number given on a Shanghai day; raised by one UPDATE inside the submit."""

    name = models.CharField(max_length=8)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="appeals_counter_once", fields=["name", "day"])]

    def __str__(self):
        return f"{self.name} {self.day} {self.last}"


class Appeal(models.Model):
    class Kind(models.TextChoices):
        APPEAL = "appeal", "诉求"
        QUESTION = "question", "咨询"

    class Confidentiality(models.TextChoices):
        REAL_NAME = "real_name", "实名"
        CONFIDENTIAL = "confidential", "保密"
        ANONYMOUS = "anonymous", "匿名"

    class Channel(models.TextChoices):
        WEB = "WEB", "网页"
        API = "API", "接口"
        POSTER = "POSTER", "扫码"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.CharField("编号", max_length=24, unique=True)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="类别")
    service_class = models.CharField("时限类别", max_length=12, choices=ServiceLevel.ServiceClass.choices)
    title = models.CharField("标题", max_length=TITLE_LIMIT)
    body = models.TextField("内容", max_length=BODY_LIMIT)
    channel = models.CharField("渠道", max_length=12, choices=Channel.choices)
    confidentiality = models.CharField("身份", max_length=12, choices=Confidentiality.choices)
    anchor = models.ForeignKey(
        Anchor, models.PROTECT, null=True, blank=True, related_name="appeals", verbose_name="主播",
        help_text="空为匿名：只凭查询码",
    )
    code_index = models.CharField("查询码（HMAC）", max_length=64, null=True, blank=True, unique=True, editable=False)
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="appeals", verbose_name="主播所在支部"
    )
    status = models.CharField("状态", max_length=10, choices=Status.choices)
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    version = models.PositiveIntegerField("版本（最后一条记录的序号）", default=0)
    trail_hash = models.CharField("最后一条记录的校验码", max_length=64, default="0" * 64)
    current = models.ForeignKey("Stage", models.PROTECT, null=True, related_name="+", verbose_name="当前环节")
    reopened = models.BooleanField("再办过", default=False)
    reviewed = models.BooleanField("复查过", default=False)
    returns = models.PositiveSmallIntegerField("退单次数", default=0)
    final = models.BooleanField("已最终指定", default=False)
    suspensions = models.PositiveSmallIntegerField("挂起次数", default=0)
    suspended_days = models.PositiveSmallIntegerField("挂起工作日", default=0)
    submitted_at = models.DateTimeField("提交时间")
    replied_at = models.DateTimeField("回复时间", null=True, blank=True)
    judge_by = models.DateTimeField("最晚评价", null=True, blank=True)
    closed_at = models.DateTimeField("办结时间", null=True, blank=True)
    public_since = models.DateTimeField("同意公开", null=True, blank=True, help_text="主播可以随时收回")
    submit_key = models.UUIDField(unique=True)
    submit_digest = models.CharField(max_length=64)
    words = WordsField()

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求"
        constraints = [
            models.CheckConstraint(
                name="appeals_appeal_outcome_when_closed",
                condition=(Q(status=Status.CLOSED) & ~Q(outcome="")) | (~Q(status=Status.CLOSED) & Q(outcome="")),
                violation_error_message="办结才有结果，有结果必已办结。",
            ),
            models.CheckConstraint(
                name="appeals_appeal_closed_has_time",
                condition=Q(status=Status.CLOSED, closed_at__isnull=False)
                | (~Q(status=Status.CLOSED) & Q(closed_at=None)),
                violation_error_message="办结必须有办结时间。",
            ),
            models.CheckConstraint(
                name="appeals_appeal_replied_is_judged_by",
                condition=~Q(status=Status.REPLIED) | Q(judge_by__isnull=False),
                violation_error_message="已回复的诉求必须有评价期限。",
            ),
            models.CheckConstraint(
                name="appeals_appeal_anonymous_has_code",
                condition=Q(confidentiality="anonymous", anchor=None, code_index__isnull=False)
                | (~Q(confidentiality="anonymous") & Q(anchor__isnull=False, code_index=None)),
                violation_error_message="匿名的只有查询码，其余的都有主播。",
            ),
        ]
        indexes = [
            models.Index(name="appeals_appeal_newest", fields=["-submitted_at", "-id"]),
            models.Index(name="appeals_appeal_of_anchor", fields=["anchor", "-submitted_at"]),
            models.Index(name="appeals_appeal_of_branch", fields=["branch", "service_class"]),
            models.Index(name="appeals_appeal_by_status", fields=["status"]),
            models.Index(name="appeals_appeal_to_judge", fields=["judge_by"], condition=Q(status=Status.REPLIED)),
        ]

    def __str__(self):
        return f"{self.number} {self.title}"

    @property
    def is_open(self):
        return self.status in OPEN

    def words_of(self):
        """What search finds this appeal by: number (with and without its dashes), title, and the category's names.

        Nothing of the anchor: a column that held the name would list all appeals of a person (domain.md §9.4.7).
        """
        whole, category = self.number.replace("-", ""), self.category
        above = category.parent.name if category.parent_id else ""
        return cut(self.number, whole, whole[len(NUMBERED):], self.title, category.name, above)


class Stage(models.Model):
    """One visit to one level and branch: a duty with its own clock.

    `due_at` is `handle_within` ("5d") counted from `counted_from`: the entry, unless a verb kept or moved it. While
    it is suspended no deadline is set, `minutes_left` is what remains of it and `resume_at` when it goes on by itself.
    `clock` counts the deadlines in force (1 until accepted, then 2, and one more for each that a verb starts
    anew); a `…_fired` column holds the clock at which that signal last went out, so each fires once for each.
    """

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="stages")
    seq = models.PositiveSmallIntegerField("次序")
    level = models.CharField("层级", max_length=10, choices=Level.choices)
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="stages")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="held_stages"
    )
    entered_at = models.DateTimeField("到达")
    accepted_at = models.DateTimeField("接单", null=True, blank=True)
    left_at = models.DateTimeField("离开", null=True, blank=True)
    accept_due_at = models.DateTimeField("接单期限", null=True)
    due_at = models.DateTimeField("办理期限", null=True)
    counted_from = models.DateTimeField("期限起算", null=True)
    handle_within = models.CharField("办理时限", max_length=8, blank=True)
    extended = models.BooleanField("延过期", default=False)
    minutes_left = models.PositiveIntegerField("挂起时还剩的工作分钟", null=True, blank=True)
    resume_at = models.DateTimeField("最晚恢复", null=True, blank=True)
    remind_at = models.DateTimeField("提醒时间", null=True)
    amber_at = models.DateTimeField("黄灯时间", null=True)
    deadline_at = models.GeneratedField(
        expression=Case(When(accepted_at=None, then=F("accept_due_at")), default=F("due_at")),
        output_field=models.DateTimeField("当前期限", null=True),
        db_persist=True,
    )
    clock = models.PositiveSmallIntegerField(default=1)
    remind_fired = models.PositiveSmallIntegerField(default=0)
    amber_fired = models.PositiveSmallIntegerField(default=0)
    yellow_fired = models.PositiveSmallIntegerField(default=0)
    red_fired = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField("再试时间", null=True, blank=True)
    failures = models.PositiveSmallIntegerField("失败次数", default=0)
    last_error = models.CharField("上次错误", max_length=300, blank=True)

    WELL = {"retry_at": None, "failures": 0, "last_error": ""}

    class Meta:
        verbose_name = verbose_name_plural = "环节"
        constraints = [
            models.UniqueConstraint(
                name="appeals_stage_one_open", fields=["appeal"], condition=Q(left_at=None),
                violation_error_message="一件诉求同时只能在一处办理。",
            ),
            models.UniqueConstraint(name="appeals_stage_seq", fields=["appeal", "seq"]),
            models.CheckConstraint(
                name="appeals_stage_level_has_its_people",
                condition=Q(level=Level.MEMBER, holder__isnull=False)
                | Q(level=Level.BRANCH, branch__isnull=False)
                | Q(level=Level.COMMITTEE, branch__isnull=True),
                violation_error_message="党员一级要有联系党员，支部一级要有支部。",
            ),
            models.CheckConstraint(
                name="appeals_stage_clock_runs_or_is_suspended",
                condition=Q(resume_at=None, minutes_left=None)
                | Q(
                    resume_at__isnull=False, minutes_left__isnull=False, accept_due_at=None, due_at=None,
                    remind_at=None, amber_at=None,
                ),
                violation_error_message="挂起时没有期限，只留剩下的时间。",
            ),
        ]
        indexes = [
            models.Index(name="appeals_stage_deadline", fields=["deadline_at", "id"], condition=Q(left_at=None)),
            models.Index(
                name="appeals_stage_to_remind", fields=["remind_at"],
                condition=Q(left_at=None, remind_fired__lt=F("clock")),
            ),
            models.Index(
                name="appeals_stage_to_amber", fields=["amber_at"],
                condition=Q(left_at=None, amber_fired__lt=F("clock")),
            ),
            models.Index(
                name="appeals_stage_to_resume", fields=["resume_at"],
                condition=Q(left_at=None, resume_at__isnull=False),
            ),
            models.Index(name="appeals_stage_of_branch", fields=["branch", "level"]),
            models.Index(name="appeals_stage_of_holder", fields=["holder"]),
            models.Index(
                name="appeals_stage_stepped_aside", fields=["retry_at"],
                condition=Q(retry_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_level_display()} {self.seq}"

    @property
    def is_open(self):
        return self.left_at is None


class Event(models.Model):
    """One line of the trail. Never changed, never deleted: triggers see to it (appeals/trail_guard.py)."""

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=16, choices=Verb.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="events")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    ordinal = models.PositiveSmallIntegerField(null=True)
    public_digest = models.CharField(max_length=64)
    internal_digest = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "经过"
        ordering = ["appeal", "seq"]
        constraints = [
            models.UniqueConstraint(name="appeals_event_seq", fields=["appeal", "seq"]),
            models.UniqueConstraint(
                name="appeals_event_clock_fires_once", fields=["stage", "verb", "ordinal"],
                condition=Q(ordinal__isnull=False),
            ),
        ]
        indexes = [models.Index(name="appeals_event_by_actor", fields=["actor"])]

    def __str__(self):
        return f"{self.appeal_id}/{self.seq} {self.verb}"


class EventText(models.Model):
    """The words of a line. They may be emptied one day; the digests in the line stay."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="words")
    public_salt = models.CharField(max_length=32)
    public = models.TextField(blank=True)
    internal_salt = models.CharField(max_length=32)
    internal = models.TextField(blank=True)

    def __str__(self):
        return self.public


class Judgement(models.Model):
    """What the anchor says of one answer, by themselves or asked by `by` in the `attempt`-th follow-up (1 to 3).

    Silence, and nobody reached, is a row with answered=False: never satisfaction.
    """

    class Asked(models.TextChoices):
        ANCHOR = "ANCHOR", "主播评价"
        STAFF = "STAFF", "回访"

    appeal = models.ForeignKey(Appeal, models.PROTECT, related_name="judgements")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="judgements")
    asked = models.CharField(max_length=10, choices=Asked.choices, default=Asked.ANCHOR)
    attempt = models.PositiveSmallIntegerField(default=1)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="回访人"
    )
    answered = models.BooleanField()
    contacted = models.BooleanField("联系过", null=True)
    outcome = models.CharField("结果", max_length=12, choices=Outcome.choices, blank=True)
    rating = models.PositiveSmallIntegerField("满意度（5 非常满意）", null=True)
    reason = models.CharField("原因", max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "评价"
        constraints = [
            models.UniqueConstraint(name="appeals_judgement_once", fields=["stage", "asked", "attempt"]),
            models.CheckConstraint(
                name="appeals_judgement_silence_says_nothing",
                condition=Q(answered=True, rating__gte=1, rating__lte=5) & ~Q(outcome="")
                | Q(answered=False, rating__isnull=True, contacted__isnull=True, outcome=""),
                violation_error_message="没有回答就没有满意度。",
            ),
        ]

    def __str__(self):
        return f"{self.appeal_id} {self.rating or '未评价'}"
