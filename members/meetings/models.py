"""Organisation life 组织生活 (domain.md §3.2): meetings, who came, what is planned for the year, who subscribes."""

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from branches.organisation.models import Branch, number_of
from branches.organisation.policy import hats
from members.groups.models import PartyGroup
from members.roster.models import Member

TWICE = "这个时间已经排了一次同样的会。"


def own_branches(user):
    """The branch that this person is a member of today, as a query of ids."""
    return Member.objects.in_branch().filter(user=user).values("branch")


class MeetingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The committee's handlers, whoever holds an office of the branch, and its members."""
        worn = hats(user)
        if worn.handles_for_committee:
            return self
        return self.filter(Q(branch__in=worn.sees_branches) | Q(branch__in=own_branches(user)))

    def held(self):
        """Recorded. What was sent back counts again once it is recorded anew."""
        return self.filter(state__in=Meeting.HELD)

    def for_list(self):
        """With `due` and `present` (应到, 实到), counted for the rows of the page alone."""
        on_the_roll = Q(attendance__part__in=("FULL", "PROBATIONARY"))
        return self.select_related("branch").annotate(
            due=number_of(Meeting, "attendance", on_the_roll & Q(attendance__state__in=("PRESENT", "LEAVE", "ABSENT"))),
            present=number_of(Meeting, "attendance", on_the_roll & Q(attendance__state="PRESENT")),
        )


class Meeting(models.Model):
    """One meeting of a branch from its plan to its minutes. Numbers of who came are counted from `Attendance`."""

    class Kind(models.TextChoices):
        MEMBERS = "MEMBERS", "支部党员大会"
        COMMITTEE = "COMMITTEE", "支部委员会会议"
        GROUP = "GROUP", "党小组会"
        LECTURE = "LECTURE", "党课"
        PARTY_DAY = "PARTY_DAY", "主题党日"
        LIFE = "LIFE", "组织生活会"
        APPRAISAL = "APPRAISAL", "民主评议党员"
        SEMINAR = "SEMINAR", "专题研讨"
        RED_WALK = "RED_WALK", "红色走读"

    class State(models.TextChoices):
        PLANNED = "PLANNED", "计划中"
        RECORDED = "RECORDED", "待党委看"
        SEEN = "SEEN", "党委看过"
        RETURNED = "RETURNED", "退回重记"
        CANCELLED = "CANCELLED", "不开了"

    class Manner(models.TextChoices):
        STUDY = "STUDY", "集中学习"
        LIFE = "LIFE", "组织生活"
        DEBATE = "DEBATE", "民主议事"
        SERVICE = "SERVICE", "志愿服务"

    HELD = (State.RECORDED, State.SEEN)
    GRADES = ("excellent", "qualified", "basic", "unqualified")

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="meetings", verbose_name="党支部")
    kind = models.CharField("类型", max_length=10, choices=Kind.choices)
    group = models.ForeignKey(
        PartyGroup, models.PROTECT, null=True, blank=True, related_name="meetings", verbose_name="党小组"
    )
    number = models.CharField("编号", max_length=30, unique=True)
    title = models.CharField("主题", max_length=80)
    agenda = models.CharField("议题", max_length=300, blank=True)
    manner = models.CharField("形式", max_length=8, choices=Manner.choices, blank=True)
    place = models.CharField("地点", max_length=60)
    starts_at = models.DateTimeField("开始时间")
    ends_at = models.DateTimeField("结束时间", null=True, blank=True)
    host = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="主持"
    )
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="记录"
    )
    lecturer = models.CharField("主讲人", max_length=40, blank=True)
    content = models.TextField("主要内容", max_length=2000, blank=True)
    resolution = models.TextField("决议或成果", max_length=1000, blank=True)
    others = models.PositiveSmallIntegerField("另有列席", default=0, help_text="名册以外的人数")
    excellent = models.PositiveSmallIntegerField("优秀", null=True, blank=True)
    qualified = models.PositiveSmallIntegerField("合格", null=True, blank=True)
    basic = models.PositiveSmallIntegerField("基本合格", null=True, blank=True)
    unqualified = models.PositiveSmallIntegerField("不合格", null=True, blank=True)
    state = models.CharField("状态", max_length=9, choices=State.choices, default=State.PLANNED)
    reason = models.CharField("退回或不开的原因", max_length=200, blank=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁排的"
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁记的"
    )
    recorded_at = models.DateTimeField("记录时间", null=True, blank=True)
    judged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="党委谁看的"
    )
    judged_at = models.DateTimeField("党委看的时间", null=True, blank=True)
    told_at = models.DateTimeField("提醒时间", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "组织生活"
        ordering = ["-starts_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="members_meeting_once", fields=["branch", "kind", "starts_at"],
                condition=~Q(state="CANCELLED") & ~Q(kind="GROUP"), violation_error_message=TWICE,
            ),
            models.UniqueConstraint(
                name="members_meeting_once_a_group", fields=["group", "starts_at"],
                condition=~Q(state="CANCELLED") & Q(kind="GROUP"), violation_error_message=TWICE,
            ),
            models.CheckConstraint(
                name="members_meeting_ends_after_it_begins",
                condition=Q(ends_at=None) | Q(ends_at__gt=models.F("starts_at")),
                violation_error_message="结束时间要在开始以后。",
            ),
            models.CheckConstraint(
                name="members_meeting_minutes_have_time",
                condition=Q(state__in=("RECORDED", "SEEN", "RETURNED"), recorded_at__isnull=False)
                | Q(state__in=("PLANNED", "CANCELLED"), recorded_at=None),
                violation_error_message="记过的会有记录时间，没记的没有。",
            ),
            models.CheckConstraint(
                name="members_meeting_group_of_a_group",
                condition=Q(kind="GROUP", group__isnull=False) | (~Q(kind="GROUP") & Q(group=None)),
                violation_error_message="党小组会要选党小组。",
            ),
            models.CheckConstraint(
                name="members_meeting_grades_of_an_appraisal",
                condition=Q(excellent=None, qualified=None, basic=None, unqualified=None)
                | Q(
                    kind="APPRAISAL", excellent__isnull=False, qualified__isnull=False, basic__isnull=False,
                    unqualified__isnull=False,
                ),
                violation_error_message="评定的人数只在民主评议里，四个等次一起填。",
            ),
        ]
        indexes = [
            models.Index(name="members_meeting_of_branch", fields=["branch", "-starts_at"]),
            models.Index(name="members_meeting_newest", fields=["-starts_at", "-id"]),
            models.Index(name="members_meeting_in_state", fields=["state", "starts_at"]),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}"

    @property
    def is_held(self):
        return self.state in self.HELD


class MeetingCounter(models.Model):
    """How many numbers of a branch were given in a quarter: HY-<branch>-2026Q4-03."""

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="+")
    quarter = models.DateField("季度（首日）")
    last = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = "会议编号"
        constraints = [
            models.UniqueConstraint(name="members_meetingcounter_once", fields=["branch", "quarter"]),
        ]

    def __str__(self):
        return f"{self.branch_id} {self.quarter}"


class Attendance(models.Model):
    """One person at one meeting, as its recorder took it from the roll; `part` is what they were on that day."""

    class Part(models.TextChoices):
        FULL = "FULL", "正式党员"
        PROBATIONARY = "PROBATIONARY", "预备党员"
        GUEST = "GUEST", "列席"

    class State(models.TextChoices):
        PRESENT = "PRESENT", "到会"
        LEAVE = "LEAVE", "请假"
        ABSENT = "ABSENT", "缺席"
        EXCLUDED = "EXCLUDED", "不计应到"

    class Leave(models.TextChoices):
        """Why somebody was excused: a code, so that nobody writes about health or family."""

        WORK = "WORK", "开播或上班"
        TRIP = "TRIP", "出差在外"
        ILL = "ILL", "身体原因"
        FAMILY = "FAMILY", "家里有事"
        OTHER = "OTHER", "其他"

    class Ground(models.TextChoices):
        """The five groups who may be left out of 应到会, where the superior agreed (domain.md §2.2)."""

        UNABLE = "UNABLE", "不能表达意志"
        ABROAD = "ABROAD", "自费出国半年以上"
        DETAINED = "DETAINED", "被留置、羁押或服刑"
        BEDRIDDEN = "BEDRIDDEN", "长期卧床"
        AWAY = "AWAY", "外出半年以上，关系应转未转"

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendance")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="attendance", verbose_name="谁")
    part = models.CharField("身份", max_length=12, choices=Part.choices)
    state = models.CharField("到会", max_length=8, choices=State.choices)
    why = models.CharField("原因", max_length=10, choices=[*Leave.choices, *Ground.choices], blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "到会情况"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="members_attendance_once", fields=["meeting", "user"],
                violation_error_message="这个人已经在名单里。",
            ),
            models.CheckConstraint(
                name="members_attendance_reason_fits",
                condition=Q(state__in=("PRESENT", "ABSENT"), why="")
                | Q(state="LEAVE", why__in=("WORK", "TRIP", "ILL", "FAMILY", "OTHER"))
                | Q(state="EXCLUDED", why__in=("UNABLE", "ABROAD", "DETAINED", "BEDRIDDEN", "AWAY")),
                violation_error_message="请假和不计应到的要有原因。",
            ),
            models.CheckConstraint(
                name="members_attendance_guests_are_there", condition=~Q(part="GUEST") | Q(state="PRESENT"),
                violation_error_message="列席的人都是到了的。",
            ),
        ]

    def __str__(self):
        return f"{self.meeting_id} {self.user_id}"

    @property
    def spoken(self):
        return f"{self.get_state_display()}：{self.get_why_display()}" if self.why else self.get_state_display()


class StudyLineQuerySet(models.QuerySet):
    def visible_to(self, user):
        """As meetings: the plan of a branch is for all of its members."""
        worn = hats(user)
        if worn.handles_for_committee:
            return self
        return self.filter(Q(branch__in=worn.sees_branches) | Q(branch__in=own_branches(user)))


class StudyLine(models.Model):
    """One line of a branch's study plan 学习计划 of a year; done when the meeting that was made of it is recorded."""

    class Span(models.TextChoices):
        """A month, or a quarter by its last month, so that the codes sort as time does."""

        M01 = "M01", "1 月"
        M02 = "M02", "2 月"
        M03 = "M03", "3 月"
        Q03 = "Q03", "第一季度"
        M04 = "M04", "4 月"
        M05 = "M05", "5 月"
        M06 = "M06", "6 月"
        Q06 = "Q06", "第二季度"
        M07 = "M07", "7 月"
        M08 = "M08", "8 月"
        M09 = "M09", "9 月"
        Q09 = "Q09", "第三季度"
        M10 = "M10", "10 月"
        M11 = "M11", "11 月"
        M12 = "M12", "12 月"
        Q12 = "Q12", "第四季度"

    branch = models.ForeignKey(Branch, models.PROTECT, related_name="study_lines", verbose_name="党支部")
    year = models.PositiveSmallIntegerField("年度")
    span = models.CharField("时间", max_length=3, choices=Span.choices)
    kind = models.CharField("类型", max_length=10, choices=Meeting.Kind.choices)
    theme = models.CharField("学什么", max_length=80)
    meeting = models.OneToOneField(
        Meeting, models.PROTECT, null=True, blank=True, related_name="study_line", verbose_name="排成的会"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁写的")

    objects = StudyLineQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "学习计划"
        ordering = ["branch", "year", "id"]
        constraints = [
            models.UniqueConstraint(
                name="members_studyline_once", fields=["branch", "year", "span", "theme"],
                violation_error_message="这一条已经在计划里。",
            )
        ]

    def __str__(self):
        return self.theme

    @property
    def month(self):
        """The last month of its span, 1 to 12."""
        return int(self.span[1:])

    @property
    def digest(self):
        """Of what a page shows of it: who saw one line has not seen another."""
        return hashlib.sha256(f"{self.span} {self.kind} {self.theme}".encode()).hexdigest()

    @property
    def is_done(self):
        return self.meeting is not None and self.meeting.is_held


class CalendarFeed(models.Model):
    """A person's subscription. The token is an HMAC of `nonce`, and only an HMAC of the token is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed")
    nonce = models.UUIDField(default=uuid.uuid4)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = verbose_name_plural = "日历订阅"

    def __str__(self):
        return f"{self.user_id}"
