"""Who belongs to which branch: one formal relation, any number of participations (domain.md §3.4)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from branches.organisation.models import Branch, Enterprise
from branches.organisation.policy import hats
from members.roster.codes import ETHNICITIES, Degree, Education, Employment


class OwnBranchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Roster data: the branch's own officers and the committee's handlers (domain.md §9.1 P3)."""
        worn = hats(user)
        return self if worn.handles_for_committee else self.filter(branch__in=worn.sees_branches)


class LastingQuerySet(OwnBranchQuerySet):
    def lasting(self, on=None):
        """Not ended on a Shanghai day (today), of which the last day is still a part; what begins later too."""
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))

    def ended(self):
        """The last day is past."""
        return self.filter(until__lt=timezone.localdate())


class Profile(models.Model):
    """What a roster asks of a person beside name, sex, birth month and numbers, which are the person's own (accounts).

    One for whoever is member, activist or both in turn: it is asked once.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="profile")
    ethnicity = models.CharField("民族", max_length=2, choices=ETHNICITIES, blank=True)
    native_place = models.CharField("籍贯", max_length=40, blank=True)
    education = models.CharField("学历", max_length=2, choices=Education.choices, blank=True)
    degree = models.CharField("学位", max_length=1, choices=Degree.choices, blank=True)
    work_since = models.DateField("参加工作时间", null=True, blank=True)
    job = models.CharField("工作单位及职务", max_length=80, blank=True)
    employment = models.CharField("从业类型", max_length=10, choices=Employment.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "名册信息"

    def __str__(self):
        return str(self.user_id)


class MemberQuerySet(OwnBranchQuerySet):
    def in_branch(self, on=None):
        """On a Shanghai day (today); the day of leaving is the first outside."""
        return self.filter(Q(left_on=None) | Q(left_on__gt=on or timezone.localdate()))

    def current(self, on=None):
        """In the branch on that day and able to log in."""
        return self.in_branch(on).filter(user__is_active=True)


class Member(models.Model):
    """A Party member; one formal relation, to one branch (domain.md §3.4)."""

    class Standing(models.TextChoices):
        FULL = "FULL", "正式党员"
        PROBATIONARY = "PROBATIONARY", "预备党员"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="member", verbose_name="姓名")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="members", verbose_name="所在支部")
    group = models.ForeignKey(
        "members.PartyGroup", models.PROTECT, null=True, blank=True, related_name="members", verbose_name="党小组"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="工作单位"
    )
    standing = models.CharField("党员类别", max_length=12, choices=Standing.choices, default=Standing.FULL)
    joined_on = models.DateField("入党日期")
    regularised_on = models.DateField("转正日期", null=True, blank=True)
    relation_on = models.DateField("组织关系转入日期", null=True, blank=True)
    left_on = models.DateField("转出日期", null=True, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = MemberQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "党员"
        ordering = ["branch", "id"]
        constraints = [
            models.CheckConstraint(
                name="members_member_regularised_later",
                condition=Q(regularised_on=None) | Q(standing="FULL", regularised_on__gte=F("joined_on")),
                violation_error_message="转正日期不能早于入党日期；预备党员还没有转正日期。",
            )
        ]

    def __str__(self):
        return self.user.name

    def party_years(self, today):
        """Whole years of Party standing 党龄, counted from the day probation ended (domain.md §2.1 step 24).

        None for who is on probation, and where that day is not registered.
        """
        since = self.regularised_on
        if since is None or since > today:
            return None
        return today.year - since.year - ((today.month, today.day) < (since.month, since.day))


class Participation(models.Model):
    """A member takes part in the life of another branch. It never counts as formal: no vote, no dues, no figure."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="participations", verbose_name="党员")
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="guests", verbose_name="参加哪个支部")
    since = models.DateField("从哪天起")
    until = models.DateField("到哪天止", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "参加活动的支部"
        ordering = ["-since", "-id"]
        constraints = [
            models.UniqueConstraint(
                name="members_participation_once", fields=["member", "branch"], condition=Q(until=None),
                violation_error_message="已经在参加这个支部的活动了。",
            ),
            models.CheckConstraint(
                name="members_participation_ends_later", condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self):
        return f"{self.member_id} {self.branch_id}"


class Activist(models.Model):
    """An applicant whom a branch has named 入党积极分子; once at a time, and again after an end.

    The 25 steps come with their own room.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="activists", verbose_name="姓名"
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="activists", verbose_name="所在支部")
    applied_on = models.DateField("申请入党日期", null=True, blank=True)
    since = models.DateField("确定日期")
    until = models.DateField("结束日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = LastingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "入党积极分子"
        ordering = ["branch", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                name="members_activist_one_open", fields=["user"], condition=Q(until=None),
                violation_error_message="这个人已经是入党积极分子了。",
            ),
            models.CheckConstraint(
                name="members_activist_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="结束日期不能早于确定日期。",
            )
        ]

    def __str__(self):
        return self.user.name


class Floating(models.Model):
    """A floating member 流动党员, as the branch registered it; the formal relation stays where it is.

    OUT: a member of the branch who lives and works elsewhere. IN: somebody whose relation is with `home`, a Party
    organisation outside the portal, and who lives here; such a person is no Member.
    """

    class Direction(models.TextChoices):
        OUT = "OUT", "流出"
        IN = "IN", "流入"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="floatings", verbose_name="姓名"
    )
    branch = models.ForeignKey(Branch, models.PROTECT, related_name="floatings", verbose_name="登记支部")
    direction = models.CharField("方向", max_length=3, choices=Direction.choices)
    home = models.CharField("正式组织关系所在", max_length=60)
    place = models.CharField("现居或从业地", max_length=60)
    reason = models.CharField("流动原因", max_length=100)
    contact = models.CharField("联系人", max_length=40, blank=True)
    wishes_transfer = models.BooleanField("愿意转接", null=True, blank=True, help_text="空为没有问过")
    since = models.DateField("起始日期")
    until = models.DateField("结束日期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = LastingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "流动党员"
        ordering = ["branch", "since", "id"]
        constraints = [
            models.UniqueConstraint(
                name="members_floating_one_open", fields=["user"], condition=Q(until=None),
                violation_error_message="这个人已经登记为流动党员了。",
            ),
            models.CheckConstraint(
                name="members_floating_ends_later", condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message="结束日期不能早于起始日期。",
            ),
        ]

    def __str__(self):
        return self.user.name
