"""The verbs of the monthly report: file, see. `at` is when it happens, now by default."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import Post
from branches.organisation.policy import COMMITTEE_HANDLERS
from branches.reports import policy
from branches.reports.figures import count_all
from branches.reports.models import Report, ReportFigure
from notices.services import send
from xinyu_portal.errors import Conflict

REMARK_LIMIT = 200
FILED = "这份月报已经上报，数字定住了，不能再改。"
STALE = "这份月报刚刚有变化，没有报上去。请看一下现在的情况再报。"


@transaction.atomic
def file(report, *, actor, version, remark="", at=None):
    """Count the figures, freeze them, and hand the report to the committee. Returns the fresh Report.

    Raises PermissionDenied, Conflict (filed before, stale version) and ValidationError (remark).
    """
    report, at = Report.objects.select_for_update().get(pk=report.pk), at or timezone.now()
    if not policy.may(actor, "file", report):
        raise PermissionDenied
    if report.state == Report.State.FILED:
        raise Conflict(FILED, report)
    if version is not None and version != report.version:
        raise Conflict(STALE, report)
    report.remark = _cleaned(remark)
    report.state, report.filed_at, report.filed_by = Report.State.FILED, at, actor
    report.version += 1
    report.save(update_fields=["remark", "state", "filed_at", "filed_by", "version"])
    _freeze(report)
    staff = Post.objects.current().filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    send(
        set(staff.values_list("user", flat=True)) - {actor.pk}, key=f"report-filed:{report.pk}",
        title=f"{report.branch.short_name}报来了{report.month.month}月月报", text="数字已定住，请看一遍。",
        url=reverse("reports:detail", args=[report.pk]), at=at,
    )
    return report


@transaction.atomic
def see(report, *, actor, at=None):
    """The committee has looked at it; looking again changes nothing. Raises PermissionDenied and Conflict."""
    report = Report.objects.select_for_update().get(pk=report.pk)
    if not policy.may(actor, "see", report):
        raise PermissionDenied
    if report.state != Report.State.FILED:
        raise Conflict("这份月报还没有上报。", report)
    if report.seen_at is None:
        report.seen_at = at or timezone.now()
        report.save(update_fields=["seen_at"])
        send(
            [report.filed_by_id], key=f"report-seen:{report.pk}", title=f"{report.month.month}月月报，行业党委看过了",
            url=reverse("reports:detail", args=[report.pk]), at=report.seen_at,
        )
    return report


def _cleaned(remark):
    remark = remark.strip()
    if len(remark) > REMARK_LIMIT:
        raise ValidationError({"remark": f"最多 {REMARK_LIMIT} 字，现在 {len(remark)} 字。"})
    if "\0" in remark:
        raise ValidationError({"remark": "里面有系统认不出的字符，请删掉再报。"})
    return remark


def _freeze(report):
    counted = count_all([report.branch_id], report.month)[report.branch_id]
    ReportFigure.objects.bulk_create(
        ReportFigure(
            report=report, position=position, code=kind.code, title=kind.title, unit=kind.unit, how=kind.how,
            value=figure.value, denominator=figure.denominator, ids=list(figure.ids),
        )
        for position, (kind, figure) in enumerate(counted, start=1)
    )
