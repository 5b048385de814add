import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts import id_numbers, phones
from xinyu_portal import seal
from xinyu_portal.words import WordsField, cut, initials


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, *, name="", phone=None, **fields):
        """Make a person; without a password nobody can log in as them until they are activated."""
        user = self.model(username=username, **fields)
        user.set_name(name or username)
        user.set_phone(phone)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        return self.create_user(username, password, is_superuser=True, **fields)

    def with_phone(self, number):
        return self.filter(phone_index=seal.index(number, purpose="phone"))

    def with_phone_ending(self, digits):
        """By the last four digits, as people say them to each other."""
        return self.filter(phone_tail_index=seal.index(digits, purpose="phone-tail"))

    def with_id_number(self, number):
        return self.filter(id_number_index=seal.index(number, purpose="id-number"))


class Sex(models.TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class User(AbstractBaseUser):
    """The person. Name, sex, birth month, phone and ID number live here and nowhere else; most have no password."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    phone_sealed = models.CharField("手机（加密）", max_length=120, null=True, blank=True, editable=False)
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    phone_tail_index = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    phone_mask = models.CharField("手机", max_length=20, blank=True, editable=False)
    id_number_sealed = models.CharField("身份证号（加密）", max_length=120, null=True, blank=True, editable=False)
    id_number_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    id_number_mask = models.CharField("身份证号", max_length=20, blank=True, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_month = models.DateField("出生年月", null=True, blank=True, help_text="那个月的第一天")
    words = WordsField()  # what a roster finds the name by; people who came in by thousands have none
    is_active = models.BooleanField("可登录", default=True)
    is_superuser = models.BooleanField("系统管理员", default=False)
    date_joined = models.DateTimeField("建档时间", default=timezone.now)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "人员"

    def __str__(self):
        return self.name

    def get_full_name(self):
        return self.name

    def set_name(self, name):
        """The name, and what search finds it by: its characters in pairs, its initials in all readings."""
        self.name, self.words = name, cut(name, *initials(name))

    def set_id_number(self, number):
        """Seal an ID number (GB 11643) and take birth month and sex from it; None takes the number away."""
        if number is None:
            self.id_number_sealed = self.id_number_index = None
            self.id_number_mask = ""
            return
        number = id_numbers.clean(number)
        self.id_number_sealed = seal.seal(number, table="accounts_user", row=self.uuid, column="id_number")
        self.id_number_index = seal.index(number, purpose="id-number")
        self.id_number_mask = id_numbers.mask(number)
        self.birth_month = id_numbers.born_on(number).replace(day=1)
        self.sex = Sex.MALE if id_numbers.is_male(number) else Sex.FEMALE

    def reveal_id_number(self):
        """The whole number, or None. Raises seal.SealBroken."""
        if self.id_number_sealed is None:
            return None
        return seal.unseal(self.id_number_sealed, table="accounts_user", row=self.uuid, column="id_number")

    def set_phone(self, number):
        """Seal a mobile number and index it whole and by its last four digits; None takes it away."""
        if number is None:
            self.phone_sealed = self.phone_index = self.phone_tail_index = None
            self.phone_mask = ""
            return
        number = phones.clean(number)
        self.phone_sealed = seal.seal(number, table="accounts_user", row=self.uuid, column="phone")
        self.phone_index = seal.index(number, purpose="phone")
        self.phone_tail_index = seal.index(number[-4:], purpose="phone-tail")
        self.phone_mask = phones.mask(number)

    def reveal_phone(self):
        """The whole number, or None. Raises seal.SealBroken."""
        if self.phone_sealed is None:
            return None
        return seal.unseal(self.phone_sealed, table="accounts_user", row=self.uuid, column="phone")

    @property
    def is_staff(self):
        """May open Django's admin, which shows code lists, calendar and sweeps: no people, no appeals."""
        return self.is_superuser

    def has_perm(self, perm, obj=None):
        return self.is_active and self.is_superuser

    def has_module_perms(self, app_label):
        return self.is_active and self.is_superuser


class ActivationCodeQuerySet(models.QuerySet):
    def live(self):
        """Neither used nor voided. One that has merely expired is still among them."""
        return self.filter(used_at=None, voided_at=None)

    def valid(self, now):
        """To its last second."""
        return self.live().filter(expires_at__gte=now)


class ActivationCode(models.Model):
    """One way in, once: with it and the own phone a person sets a password. Only an HMAC of the code is kept."""

    user = models.ForeignKey(User, models.PROTECT, related_name="activation_codes", verbose_name="给谁")
    digest = models.CharField(max_length=64, editable=False)
    issued_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="谁给的", help_text="空为本人用短信要的"
    )
    issued_at = models.DateTimeField("给出时间")
    expires_at = models.DateTimeField("有效期至")
    tries = models.PositiveSmallIntegerField("输错次数", default=0)
    used_at = models.DateTimeField("用掉时间", null=True, blank=True)
    voided_at = models.DateTimeField("作废时间", null=True, blank=True)

    objects = ActivationCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "激活码"
        constraints = [
            models.UniqueConstraint(
                name="accounts_activationcode_one_live", fields=["user"], condition=Q(used_at=None, voided_at=None),
                violation_error_message="这个人已经有一个激活码。",
            )
        ]
        indexes = [models.Index(name="accounts_activationcode_digest", fields=["digest"])]

    def __str__(self):
        return f"{self.user_id} {self.issued_at:%Y-%m-%d}"


class Session(AbstractBaseSession):
    """A login at a page, of `user` (null before the login). No address and no browser's line is kept."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="sessions")
    device = models.CharField("设备", max_length=40, blank=True)
    seen_on = models.DateField("最近使用", default=timezone.localdate)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = verbose_name_plural = "登录"

    @property
    def mark(self):
        """What a page may call it: the key itself opens the login."""
        return seal.index(self.session_key, purpose="session")[:16]


class ConsentQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(withdrawn_at=None)

    def refusing(self):
        """Rows of people who took a consent back, or never gave one, and have none in force now."""
        standing = self.model.objects.in_force().filter(user=OuterRef("user"), purpose=OuterRef("purpose"))
        return self.filter(~Exists(standing), withdrawn_at__isnull=False)


class Consent(models.Model):
    """A person agreed to a purpose, under a text of a version, at a time; and perhaps took it back (PIPL Art 13–15)."""

    class Purpose(models.TextChoices):
        REGISTRY = "REGISTRY", "登记联系方式，办理诉求"

    user = models.ForeignKey(User, models.PROTECT, related_name="consents")
    purpose = models.CharField("用途", max_length=12, choices=Purpose.choices)
    text_version = models.CharField("告知书版本", max_length=20)
    given_at = models.DateTimeField("同意时间", default=timezone.now)
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "同意"
        constraints = [
            models.UniqueConstraint(
                name="accounts_consent_one_in_force", fields=["user", "purpose"], condition=Q(withdrawn_at=None),
                violation_error_message="已经同意过了。",
            )
        ]
        indexes = [
            models.Index(
                name="accounts_consent_withdrawn", fields=["purpose", "user"],
                condition=Q(withdrawn_at__isnull=False),
            )
        ]

    def __str__(self):
        return f"{self.get_purpose_display()} {self.text_version}"


class AuditEvent(models.Model):
    """Who took data in or out, and why. What happened to an appeal stands in its trail, not here (design §7)."""

    class Kind(models.TextChoices):
        IMPORT = "IMPORT", "导入"
        EXPORT = "EXPORT", "导出"
        ISSUE = "ISSUE", "给出激活码"
        ACTIVATE = "ACTIVATE", "用激活码设密码"
        PASSWORD = "PASSWORD", "改密码"
        CHANGE = "CHANGE", "更正"
        REVEAL = "REVEAL", "看完整号码"
        VIEW = "VIEW", "查看"
        SETTING = "SETTING", "改设置"

    kind = models.CharField("动作", max_length=10, choices=Kind.choices)
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name="谁")
    office = models.CharField("职务", max_length=80, blank=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64, blank=True)
    reason = models.CharField("原因", max_length=200, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(default=timezone.now)
    day = models.DateField("哪一天", null=True, blank=True, help_text="查看：每人每件每天一条")

    class Meta:
        verbose_name = verbose_name_plural = "操作记录"
        constraints = [
            models.UniqueConstraint(
                name="accounts_auditevent_one_view_a_day", fields=["actor", "subject_type", "subject_id", "day"],
                condition=Q(kind="VIEW"),
            )
        ]
        indexes = [
            models.Index(name="accounts_auditevent_newest", fields=["-at", "-id"]),
            models.Index(name="accounts_auditevent_subject", fields=["subject_type", "subject_id"]),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.subject_type} {self.subject_id}"
