"""Who must never see an appeal, and who was allowed to read words that their office alone would not show."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Recusal(models.Model):
    """A person, or a branch with all its present and future posts, from whom an appeal is hidden for ever.

    Rows are added, never removed (design §4 “Entry”, “any → recuse”).
    """

    class Why(models.TextChoices):
        CONTACT = "contact", "说的是联系党员"
        BRANCH = "branch", "说的是支部"
        ENTERPRISE = "enterprise", "说的是所在企业"
        STAFF = "staff", "工作人员设的回避"

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="recusals")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="recusals", verbose_name="人"
    )
    branch = models.ForeignKey(
        "branches.Branch", models.PROTECT, null=True, blank=True, related_name="recusals", verbose_name="支部"
    )
    why = models.CharField("原因", max_length=12, choices=Why.choices)
    at = models.DateTimeField("时间")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="谁设的",
        help_text="空为提交时按主播选的写下",
    )

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        constraints = [
            models.CheckConstraint(
                name="appeals_recusal_of_one",
                condition=Q(user__isnull=False, branch=None) | Q(user=None, branch__isnull=False),
                violation_error_message="回避的是一个人，或者一个支部。",
            ),
            models.UniqueConstraint(
                name="appeals_recusal_person_once", fields=["appeal", "user"], condition=Q(user__isnull=False),
                violation_error_message="这个人已经回避。",
            ),
            models.UniqueConstraint(
                name="appeals_recusal_branch_once", fields=["appeal", "branch"], condition=Q(branch__isnull=False),
                violation_error_message="这个支部已经回避。",
            ),
        ]

    def __str__(self):
        return f"{self.appeal_id} {self.user_id or self.branch_id}"


class WordsGrant(models.Model):
    """The secretary lets one auditor read the words of one appeal, from a day to a day (design §7)."""

    appeal = models.ForeignKey("appeals.Appeal", models.PROTECT, related_name="words_grants")
    auditor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="words_grants", verbose_name="审计人员"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="授权人")
    at = models.DateTimeField("授权时间")
    since = models.DateField("从哪天")
    until = models.DateField("到哪天（含当日）")
    reason = models.CharField("原因", max_length=200)

    class Meta:
        verbose_name = verbose_name_plural = "查阅授权"
        constraints = [
            models.CheckConstraint(
                name="appeals_wordsgrant_ends_after_it_begins", condition=Q(until__gte=F("since")),
                violation_error_message="结束日期不能早于开始日期。",
            )
        ]
        indexes = [models.Index(name="appeals_wordsgrant_of_auditor", fields=["auditor", "until"])]

    def __str__(self):
        return f"{self.auditor_id} {self.appeal_id}"
