import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from accounts import phones
from xinyu_portal import seal


class UserManager(BaseUserManager):
    def create_user(self, username, password=None, *, name="", phone=None, **fields):
        """Make a person; without a password nobody can log in as them until they are activated."""
        user = self.model(username=username, name=name or username, **fields)
        user.set_phone(phone)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username, password=None, **fields):
        return self.create_user(username, password, is_superuser=True, **fields)

    def with_phone(self, number):
        return self.filter(phone_index=seal.index(number, purpose="phone"))


class User(AbstractBaseUser):
    """The person. Name and phone live here and nowhere else; most people have no usable password."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    username = models.CharField("用户名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    phone_sealed = models.CharField("手机（加密）", max_length=120, null=True, blank=True, editable=False)
    phone_index = models.CharField(max_length=64, null=True, unique=True, editable=False)
    phone_tail_index = models.CharField(max_length=64, null=True, db_index=True, editable=False)
    phone_mask = models.CharField("手机", max_length=20, blank=True, editable=False)
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
