from collections import defaultdict

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils import timezone


def number_of(model, related, condition=None):
    """How many rows of a related name each row has: counted for the rows of the page, where a join counts them all."""
    one = model.objects.order_by().filter(pk=OuterRef("pk"))
    return Subquery(one.annotate(how_many=Count(related, filter=condition)).values("how_many"))


class Division(models.Model):
    """An administrative division by its GB/T 2260 code: 6 digits down to the county, 9 to the township."""

    code = models.CharField("代码", max_length=9, primary_key=True)
    name = models.CharField("名称", max_length=40)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField("类型", max_length=20)

    class Meta:
        verbose_name = verbose_name_plural = "行政区划"
        ordering = ["code"]

    def __str__(self):
        return self.name


class Committee(models.Model):
    name = models.CharField("名称", max_length=60, unique=True)
    checks_replies = models.BooleanField("答复先审后发", default=False)
    is_demo = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "行业党委"

    def __str__(self):
        return self.name


class Branch(models.Model):
    """A grassroots Party branch of the industry (forms: domain.md §4)."""

    class Form(models.TextChoices):
        INDEPENDENT = "INDEPENDENT", "单独组建"
        JOINT = "JOINT", "联合党支部"
        REGIONAL = "REGIONAL", "区域联建"
        INDUSTRY = "INDUSTRY", "行业统建"
        FLOATING = "FLOATING", "流动党员党支部"
        FUNCTIONAL = "FUNCTIONAL", "功能型党支部"
        DUAL = "DUAL", "兼合式党支部"

        @property
        def holds_relations(self):
            """Whether members belong to it; of the others they keep their formal relation elsewhere (domain.md §4)."""
            return self not in (self.FLOATING, self.FUNCTIONAL, self.DUAL)

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="branches", verbose_name="行业党委")
    name = models.CharField("名称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=20)
    form = models.CharField("组建方式", max_length=12, choices=Form.choices, default=Form.INDUSTRY)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="所在地")
    covers = models.ManyToManyField(Division, blank=True, related_name="covering_branches", verbose_name="联系片区")
    established_on = models.DateField("成立日期")
    elected_on = models.DateField("本届选举日期", null=True, blank=True)
    reminded_of = models.DateField("已提醒哪一届", null=True, blank=True)  # the elected_on of that term
    checks_replies = models.BooleanField("答复先审后发", default=False)
    is_demo = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "党支部"
        ordering = ["id"]

    def __str__(self):
        return self.name

    @property
    def holds_relations(self):
        return self.Form(self.form).holds_relations


class EnterpriseQuerySet(models.QuerySet):
    def visible_to(self, user):
        """All for the committee's handlers, their own for the officers of a branch."""
        held = Post.objects.current().filter(user=user)
        everywhere = held.filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
        return self.filter(Q(branch__in=held.values("branch")) | Exists(everywhere))

    def for_list(self):
        """With `anchor_count`, how many anchors are registered with it: `anchors` is a higher room's related name."""
        return self.select_related("branch", "division").annotate(anchor_count=number_of(self.model, "anchors"))

    def unlooked(self):
        return self.filter(kind="")

    def unbuilt(self, least, today):
        """应建未建, with `full`: no Party organisation, and so many full members, or staff said so when they looked."""
        there = Q(members__left_on=None) | Q(members__left_on__gt=today)
        full = Count("members", filter=Q(there, members__standing="FULL"), distinct=True)
        return self.filter(party_form="").annotate(full=full).filter(Q(full__gte=least) | Q(should_build=True))

    def search(self, text):
        """By a part of the name, or by the credit code from its first character."""
        text = text.strip()
        return self.filter(Q(name__icontains=text) | Q(credit_code__istartswith=text)) if text else self


class Enterprise(models.Model):
    """A firm or a park where anchors work. Nobody has looked at one without a kind: a workbook only named it.

    What is asked of it is domain.md §6.3; the number of its anchors is counted, never typed.
    """

    class Kind(models.TextChoices):
        MCN = "MCN", "MCN 机构"
        STREAMING = "STREAMING", "直播企业"
        ECOMMERCE = "ECOMMERCE", "电商企业"
        PARK = "PARK", "园区"
        BASE = "BASE", "基地"
        SUPPLY = "SUPPLY", "供应链"

    class StaffBand(models.TextChoices):
        """The sizes of leasing and business services in the division of the Statistics Bureau of 2017."""

        MICRO = "MICRO", "10 人以下"
        SMALL = "SMALL", "10–99 人"
        MEDIUM = "MEDIUM", "100–299 人"
        LARGE = "LARGE", "300 人以上"

    name = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("类型", max_length=10, choices=Kind.choices, blank=True)
    credit_code = models.CharField("统一社会信用代码", max_length=18, unique=True, null=True, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="所在地")
    address = models.CharField("地址", max_length=100, blank=True)
    head = models.CharField("负责人", max_length=40, blank=True)
    staff_band = models.CharField("从业人数", max_length=8, choices=StaffBand.choices, blank=True)
    party_form = models.CharField("党组织形式", max_length=12, choices=Branch.Form.choices, blank=True)
    should_build = models.BooleanField("应建未建", null=True, blank=True, help_text="空为还没有看过")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="enterprises", verbose_name="所属支部"
    )
    is_demo = models.BooleanField("演示", default=False)

    objects = EnterpriseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "直播企业"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="branches_enterprise_whole_credit_code",
                condition=Q(credit_code=None) | Exact(Length("credit_code"), 18),
                violation_error_message="统一社会信用代码是 18 位。",
            ),
            models.CheckConstraint(
                name="branches_enterprise_built_or_not", condition=~Q(should_build=True) | Q(party_form=""),
                violation_error_message="已经有党组织的，不是应建未建。",
            ),
        ]
        indexes = [
            models.Index(name="branches_enterprise_of_kind", fields=["kind", "name"]),
            models.Index(name="branches_enterprise_of_branch", fields=["branch", "name"]),
        ]

    def __str__(self):
        return self.name


class Partner(models.Model):
    """A unit that helps: an association, a bank, a department. It sees only what is dispatched to it."""

    name = models.CharField("名称", max_length=60, unique=True)
    kind = models.CharField("类型", max_length=20)
    is_demo = models.BooleanField("演示", default=False)

    class Meta:
        verbose_name = verbose_name_plural = "协办单位"
        ordering = ["id"]

    def __str__(self):
        return self.name


class Department(models.Model):
    """One of the nine departments behind the notice of August 2024 (domain.md §1); without a name it is 未公布."""

    number = models.PositiveSmallIntegerField("序号", primary_key=True)
    name = models.CharField("名称", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "联合发文部门"
        ordering = ["number"]

    def __str__(self):
        return self.name or "未公布"


class Role(models.TextChoices):
    SECRETARY = "SECRETARY", "书记"
    DEPUTY = "DEPUTY", "副书记"
    ORGANISATION = "ORGANISATION", "组织委员"
    PUBLICITY = "PUBLICITY", "宣传委员"
    DISCIPLINE = "DISCIPLINE", "纪检委员"
    STAFF = "STAFF", "党委工作人员"
    AUDITOR = "AUDITOR", "审计"
    CLERK = "CLERK", "联络员"
    KEEPER = "KEEPER", "驿站管理员"


# Who may take and answer an appeal (design §4 Entry).
BRANCH_HANDLERS = (Role.SECRETARY, Role.DEPUTY, Role.ORGANISATION)
COMMITTEE_HANDLERS = (Role.SECRETARY, Role.DEPUTY, Role.STAFF)


class PostQuerySet(models.QuerySet):
    def lasting(self, on=None):
        """Not over on a Shanghai day (today), of which the last day is still a part; what begins later too."""
        return self.filter(Q(until=None) | Q(until__gte=on or timezone.localdate()))

    def current(self, on=None):
        """In office on a Shanghai day (today), first and last day included, and able to log in."""
        day = on or timezone.localdate()
        return self.lasting(day).filter(since__lte=day, user__is_active=True)

    def holders_by_branch(self):
        """`{branch id: {user ids}}` of these posts, empty for a branch without; those of no branch are under None."""
        found = defaultdict(set)
        for branch_id, user_id in self.values_list("branch_id", "user_id"):
            found[branch_id].add(user_id)
        return found


_SEATS = ("committee", "branch", "partner", "station")


def exactly_one(columns):
    """One of them is set and the others are null, as a Q of tuples (a set would make phantom migrations)."""
    found = Q()
    for one in columns:
        found |= Q(*((f"{other}__isnull", other != one) for other in columns))
    return found


class Post(models.Model):
    """A person's dated office. Every right in the portal begins and ends with one (design: rights from Posts)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="posts", verbose_name="人员"
    )
    role = models.CharField("职务", max_length=12, choices=Role.choices)
    committee = models.ForeignKey(Committee, models.PROTECT, null=True, blank=True, related_name="posts")
    branch = models.ForeignKey(Branch, models.PROTECT, null=True, blank=True, related_name="posts")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="posts")
    station = models.ForeignKey("branches.Station", models.PROTECT, null=True, blank=True, related_name="posts")
    since = models.DateField("任职日期")
    until = models.DateField("任职止（含当日）", null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(
                name="branches_post_exactly_one_seat", condition=exactly_one(_SEATS),
                violation_error_message="一个职务只能属于一个组织。",
            ),
            models.CheckConstraint(
                name="branches_post_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=models.F("since")),
                violation_error_message="任职止不能早于任职日期。",
            ),
        ]
        indexes = [models.Index(name="branches_post_of_person", fields=["user", "since"])]

    def __str__(self):
        return self.title

    def is_current(self, on=None):
        """As `PostQuerySet.current`, of a row that was read with its user."""
        day = on or timezone.localdate()
        return self.since <= day and (self.until is None or self.until >= day) and self.user.is_active

    @property
    def title(self):
        """How the office is called on a page: 支部书记, 党委书记, 组织委员, 联络员."""
        label = self.get_role_display()
        if self.role in (Role.SECRETARY, Role.DEPUTY):
            return ("党委" if self.committee_id else "支部") + label
        return label

    @property
    def full_title(self):
        """With the unit: 某某党支部书记, 新余市网络直播行业党委工作人员."""
        unit = self.committee or self.branch or self.partner or self.station
        return f"{unit}{self.get_role_display().removeprefix('党委')}"
