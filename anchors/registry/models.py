from django.conf import settings
from django.db import models
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts import phones
from accounts.models import Consent, User
from branches.organisation.models import Branch, Division, Enterprise
from branches.organisation.policy import hats
from xinyu_portal.words import WordsField, cut, initials


class AnchorQuerySet(models.QuerySet):
    def standing(self):
        """Without the entries that were merged into another one: those stand behind it, and nobody works with them."""
        return self.filter(merged_into=None)

    def visible_to(self, user):
        """The committee's handlers: all; a branch's officers: theirs; a contact: those linked; oneself.

        Who only said a name at a poster is not in the registry until a branch has confirmed it. Who took the consent
        back is seen by nobody but oneself and who has an open appeal of theirs in hand.
        """
        worn = hats(user)
        theirs = Q() if worn.handles_for_committee else Q(branch__in=worn.sees_branches) | Q(contact=user)
        in_hand = import_string(settings.ANCHORS_IN_HAND)(user)
        registered = theirs & Q(confirmed_at__isnull=False) & (~_refused() | Q(pk__in=in_hand))
        return self.standing().filter(registered | Q(user=user))

    def confirmed(self):
        return self.standing().filter(confirmed_at__isnull=False)

    def in_use(self):
        """Without those who took their consent back, those whom nobody has confirmed, and what was merged."""
        return self.confirmed().filter(~_refused())

    def search(self, text):
        """By name, stage name and account name, in words of two characters or the initials of a name.

        Eleven digits are a mobile number, four may be its end: the numbers are sealed, only their indexes are asked.
        """
        digits = phones.normalise(text)
        if phones.is_mobile(digits):
            return self.filter(user__in=User.objects.with_phone(digits))
        if phones.is_end(digits):
            return self.filter(Q(words__has=text) | Q(user__in=User.objects.with_phone_ending(digits)))
        return self.filter(words__has=text) if text.strip() else self

    def for_list(self):
        return self.select_related("user", "branch", "contact", "division", "enterprise")

    def for_roster(self):
        """With `listed_accounts`, and of the person `listed_consents`: plain lists, for thousands of rows at once."""
        return self.for_list().select_related("division__parent").prefetch_related(
            Prefetch("accounts", to_attr="listed_accounts"),
            Prefetch("user__consents", Consent.objects.in_force(), to_attr="listed_consents"),
        )


def _refused():
    """A set that is read once, not once a row: few ever refuse."""
    return Q(user__in=Consent.objects.refusing().filter(purpose=Consent.Purpose.REGISTRY).values("user"))


class Anchor(models.Model):
    """A registered livestream anchor 网络主播. What they say on air is nobody's business here (domain.md §9.4)."""

    class Kind(models.TextChoices):
        FULL_TIME = "FULL_TIME", "专职"
        PART_TIME = "PART_TIME", "兼职"
        SIGNED = "SIGNED", "机构签约"
        VILLAGE = "VILLAGE", "村干部兼播"
        OTHER = "OTHER", "其他"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="anchor", verbose_name="姓名")
    stage_name = models.CharField("主播名", max_length=40)
    kind = models.CharField("从业类型", max_length=10, choices=Kind.choices, blank=True)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, verbose_name="现居地")
    branch = models.ForeignKey(
        Branch, models.PROTECT, null=True, blank=True, related_name="anchors", verbose_name="联系支部"
    )
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, null=True, blank=True, related_name="anchors", verbose_name="签约企业"
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="linked_anchors",
        verbose_name="联系党员",
    )
    since = models.DateField("从业起始年月", null=True, blank=True, help_text="当月 1 日")
    wants_training = models.BooleanField("想参加培训", default=False)
    wants_farm_help = models.BooleanField("愿意助农", default=False)
    wants_volunteering = models.BooleanField("愿意做公益志愿", default=False)
    accepts_contact = models.BooleanField("愿意接受党员联系", null=True, blank=True, help_text="空为没有问过")
    note = models.CharField("备注（只记服务）", max_length=200, blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name="并入"
    )
    words = WordsField()
    enrolled_on = models.DateField("登记日期")
    confirmed_at = models.DateTimeField("核实时间", null=True, blank=True, default=timezone.now, help_text="空为未核实")
    is_demo = models.BooleanField("演示", default=False)

    objects = AnchorQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "主播"
        constraints = [
            models.CheckConstraint(
                name="anchors_anchor_not_own_contact", condition=Q(contact=None) | ~Q(contact=F("user")),
                violation_error_message="联系党员不能是主播本人。",
            ),
            models.CheckConstraint(
                name="anchors_anchor_not_merged_into_itself", condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                violation_error_message="不能并入自己。",
            ),
        ]
        indexes = [
            models.Index(name="anchors_anchor_of_branch", fields=["branch", "id"]),
            models.Index(name="anchors_anchor_of_contact", fields=["contact", "id"]),
            models.Index(name="anchors_anchor_newest", fields=["-enrolled_on", "-id"]),
            models.Index(name="anchors_anchor_branch_newest", fields=["branch", "-enrolled_on", "-id"]),
            models.Index(
                name="anchors_anchor_no_contact", fields=["-enrolled_on", "-id"], condition=Q(contact=None),
            ),
            models.Index(
                name="anchors_anchor_said_no", fields=["-enrolled_on", "-id"], condition=Q(accepts_contact=False),
            ),
        ]

    def __str__(self):
        return self.stage_name

    def words_of(self, nicknames):
        """What search finds this anchor by: names, initials in all readings, and the names of the accounts."""
        return words_of(self.user.name, self.stage_name, nicknames)


def words_of(name, stage_name, nicknames):
    """As `Anchor.words_of`, for a row that is not loaded."""
    return cut(name, stage_name, *nicknames, *initials(name))


class AccountQuerySet(models.QuerySet):
    def visible_to(self, user):
        return self.filter(anchor__in=Anchor.objects.visible_to(user))


class PlatformAccount(models.Model):
    """A public account, as the anchor declares it: never a password, nothing scraped (domain.md §6.2)."""

    class Platform(models.TextChoices):
        DOUYIN = "DOUYIN", "抖音"
        KUAISHOU = "KUAISHOU", "快手"
        WECHAT_CHANNELS = "WECHAT_CHANNELS", "视频号"
        TAOBAO = "TAOBAO", "淘宝"
        JD = "JD", "京东"
        PDD = "PDD", "拼多多"
        XHS = "XHS", "小红书"
        BILIBILI = "BILIBILI", "B站"
        YY = "YY", "YY"
        DOUYU = "DOUYU", "斗鱼"
        HUYA = "HUYA", "虎牙"
        WEIBO = "WEIBO", "微博"
        XIGUA = "XIGUA", "西瓜视频"
        TOUTIAO = "TOUTIAO", "今日头条"
        ONE688 = "ONE688", "1688"
        OTHER = "OTHER", "其他"

    class Band(models.TextChoices):
        UNDER_1K = "UNDER_1K", "1千以下"
        UNDER_10K = "UNDER_10K", "1千–1万"
        UNDER_100K = "UNDER_100K", "1万–10万"
        UNDER_1M = "UNDER_1M", "10万–100万"
        UNDER_10M = "UNDER_10M", "100万–1000万"
        OVER_10M = "OVER_10M", "1000万以上"

    class Genre(models.TextChoices):
        COMMERCE = "COMMERCE", "电商带货"
        FARM = "FARM", "三农"
        TOURISM = "TOURISM", "文旅推介"
        KNOWLEDGE = "KNOWLEDGE", "知识科普"
        TALENT = "TALENT", "才艺娱乐"
        LIFE = "LIFE", "生活美食"
        MEDIA = "MEDIA", "政务媒体"
        PUBLIC = "PUBLIC", "公益"
        GAMES = "GAMES", "游戏"
        OTHER = "OTHER", "其他"

    anchor = models.ForeignKey(Anchor, models.CASCADE, related_name="accounts", verbose_name="主播")
    platform = models.CharField("平台", max_length=16, choices=Platform.choices)
    nickname = models.CharField("账号名", max_length=40)
    public_id = models.CharField("账号 ID（公开）", max_length=60, blank=True)
    genre = models.CharField("主要类别", max_length=12, choices=Genre.choices, blank=True)
    followers_band = models.CharField("粉丝量级（自报）", max_length=10, choices=Band.choices, blank=True)
    as_of = models.DateField("自报日期")

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "平台账号"
        ordering = ["anchor", "id"]
        constraints = [
            models.UniqueConstraint(
                name="anchors_platformaccount_once", fields=["anchor", "platform", "nickname"],
                violation_error_message="这个账号已经登记过了。",
            )
        ]
        indexes = [
            models.Index(
                name="anchors_account_by_kind", fields=["platform", "genre", "followers_band", "anchor"],
            ),
        ]

    def __str__(self):
        return f"{self.get_platform_display()} {self.nickname}"


class Declaration(models.Model):
    """What was said of an account's followers on a day: the history behind its present band."""

    account = models.ForeignKey(PlatformAccount, models.CASCADE, related_name="declarations")
    followers_band = models.CharField("粉丝量级（自报）", max_length=10, choices=PlatformAccount.Band.choices)
    as_of = models.DateField("自报日期")

    class Meta:
        verbose_name = verbose_name_plural = "自报记录"
        ordering = ["account", "-as_of"]
        constraints = [models.UniqueConstraint(name="anchors_declaration_once_a_day", fields=["account", "as_of"])]

    def __str__(self):
        return f"{self.as_of} {self.get_followers_band_display()}"
