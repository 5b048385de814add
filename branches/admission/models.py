from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from branches.organisation.policy import hats
from branches.organisation.terms import months_later
from branches.reports.periods import Form

COUNT_LIMIT, MONEY_LIMIT = 10_000, 1_000_000_000
YEARS_MOST = 10  # so long may a form be admitted, and so far ahead may it begin
OPEN = ("proposed", "approved")  # states of a form that burdens branches, or may


class ReportFormQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Whoever may be burdened by one, or admits it: the officers of branches and the committee's handlers."""
        return self if hats(user).is_officer else self.none()

    def in_force(self, day):
        """Admitted for a Shanghai day, first and last day included. What has expired needs no verb to end."""
        return self.filter(in_force_on(day))

    def standing(self, day):
        """Admitted and not over: what is in force, and what begins later."""
        return self.filter(standing_on(day))

    def past(self, day):
        return self.exclude(state="proposed").exclude(standing_on(day))


def standing_on(day):
    return Q(Q(expires_on=None) | Q(expires_on__gte=day), state="approved")


def in_force_on(day):
    return standing_on(day) & Q(since__lte=day)


def latest_start():
    return months_later(timezone.localdate(), 12 * YEARS_MOST)


class ReportForm(models.Model):
    """A form that somebody wants filled by branches, and whether it may be (准入, domain.md §7.3).

    `code` names the one of the portal's own forms that this admits, so that its use is known; null where it is filled
    elsewhere. What is null of the rest was not entered (未录入); 0 is a number. `corrected_by` is the last of the
    `correctors`.
    """

    class Period(models.TextChoices):
        MONTH = "month", "每月"
        QUARTER = "quarter", "每季度"
        HALF_YEAR = "half-year", "每半年"
        YEAR = "year", "每年"
        EVENT = "event", "有事才报"

    class State(models.TextChoices):
        PROPOSED = "proposed", "等审批"
        APPROVED = "approved", "已准入"
        REFUSED = "refused", "未准入"
        REMOVED = "removed", "已取消"

    code = models.CharField("在本系统里填", max_length=10, choices=Form.choices, null=True, blank=True)
    period = models.CharField("多久报一次", max_length=10, choices=Period.choices)
    title = models.CharField("表名", max_length=60)
    owner = models.CharField("谁要的", max_length=60)
    basis = models.CharField("依据", max_length=200, blank=True)
    since = models.DateField("从哪天起")
    expires_on = models.DateField("到哪天止（含当日）", null=True, blank=True)
    people = models.PositiveIntegerField("随表来几个人", null=True, blank=True)
    money = models.PositiveIntegerField("随表来多少元", null=True, blank=True)
    items_before = models.PositiveIntegerField("原来填报事项", null=True, blank=True)
    items_after = models.PositiveIntegerField("现在填报事项", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.PROPOSED)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="录入人"
    )
    entered_at = models.DateTimeField("录入时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True, blank=True)
    decision = models.CharField("审批理由", max_length=200, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="取消人"
    )
    removed_at = models.DateTimeField("取消时间", null=True, blank=True)
    removal = models.CharField("取消理由", max_length=200, blank=True)
    corrected_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="更正人"
    )
    corrected_at = models.DateTimeField("更正时间", null=True, blank=True)
    correctors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="+", verbose_name="更正过的人"
    )
    renews = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="renewals", verbose_name="续的是哪一张"
    )
    reminded_of = models.DateField("已提醒哪一天到期", null=True, blank=True)
    version = models.PositiveIntegerField("版本", default=1)

    objects = ReportFormQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "报表准入"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                name="branches_reportform_code_once", fields=["code", "since"], condition=~Q(state="refused"),
                violation_error_message="这一天起的这张表已经录入过了。",
            ),
            models.UniqueConstraint(
                name="branches_reportform_proposed_once", fields=["owner", "title"], condition=Q(state="proposed"),
                violation_error_message="这家单位的这张表已经在等审批。",
            ),
            models.UniqueConstraint(
                name="branches_reportform_renewed_once", fields=["renews"],
                condition=Q(state__in=OPEN), violation_error_message="这张表已经续过了。",
            ),
            models.CheckConstraint(  # its reports open by the code, whatever else it says
                name="branches_reportform_period_of_its_code", condition=Q(code=None) | Q(period=F("code")),
                violation_error_message="在本系统里填的，多久报一次要和那张表一样。",
            ),
            models.CheckConstraint(
                name="branches_reportform_ends_after_it_begins",
                condition=Q(expires_on=None) | Q(expires_on__gte=F("since")),
                violation_error_message="截止日期不能早于开始日期。",
            ),
            models.CheckConstraint(  # without who entered it: from the code lists
                name="branches_reportform_decided_has_time",
                condition=Q(entered_by=None) | Q(state="proposed", decided_at=None)
                | Q(~Q(state="proposed"), decided_at__isnull=False),
                violation_error_message="审批过的表必须有审批时间。",
            ),
            models.CheckConstraint(
                name="branches_reportform_decided_by_another",
                condition=Q(entered_by=None) | Q(decided_by=None) | ~Q(decided_by=F("entered_by")),
                violation_error_message="录入的人不能自己审批。",
            ),
            models.CheckConstraint(
                name="branches_reportform_decided_not_corrected",
                condition=Q(corrected_by=None) | Q(decided_by=None) | ~Q(decided_by=F("corrected_by")),
                violation_error_message="更正的人不能自己审批。",
            ),
            models.CheckConstraint(
                name="branches_reportform_removed_has_time",
                condition=Q(state="removed", removed_at__isnull=False) | Q(~Q(state="removed"), removed_at=None),
                violation_error_message="取消的表必须有取消时间。",
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def is_standing(self):
        today = timezone.localdate()
        return self.state == self.State.APPROVED and (self.expires_on is None or self.expires_on >= today)

    @property
    def may_be_renewed(self):
        """Admitted until a day that is known, come or not, after which another one may begin."""
        admitted = self.state == self.State.APPROVED
        return admitted and self.expires_on is not None and self.expires_on < latest_start()

    @property
    def chip(self):
        """Its one chip: `{kind, text}`. An expired form is approved still, and in force no more."""
        if self.state != self.State.APPROVED:
            kinds = {self.State.PROPOSED: "amber"}
            return {"kind": kinds.get(self.state, "calm"), "text": self.get_state_display()}
        if not self.is_standing:
            return {"kind": "calm", "text": "到期"}
        if self.since > timezone.localdate():
            return {"kind": "calm", "text": "还没开始"}
        return {"kind": "ok", "text": "有效"}
