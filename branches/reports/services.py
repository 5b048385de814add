"""The verbs of a report: open, file, give back, accept. `at` is when it happens, now by default."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.admission.services import admitted_codes
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import COMMITTEE_HANDLERS
from branches.reports import periods, policy
from branches.reports.deadlines import due_at
from branches.reports.figures import count_all, stamps
from branches.reports.models import Report, ReportFigure
from notices.services import Message, send, send_all
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason, cleaned_text

LIMIT = 200  # of the remarks, in characters (domain.md §7.2)
SUBJECT_LIMIT, BATCH = 40, 1000
FILED = "这份报表已经上报，数字定住了，不能再改。"
STALE = "这份报表刚刚有变化，没有报上去。请看一下现在的情况再报。"


@transaction.atomic
def open_reports(period, *, at=None, subject="", branches=None):
    """Open the reports of a Period for every branch that stood on its last day and has none. Returns how many.

    `branches`: ids, if not all. At most BATCH at once: the clock comes again. Insert-or-ignore, so that two clocks open
    them once.
    """
    at = at or timezone.now()
    there = Report.objects.filter(form=period.form, period=period.code, subject=subject)
    owing = Branch.objects.filter(established_on__lte=period.last).exclude(pk__in=there.values("branch"))
    if branches is not None:
        owing = owing.filter(pk__in=branches)
    owing = list(owing.order_by("pk")[:BATCH])
    if not owing:
        return 0
    asked = max(period.last, timezone.localdate(at)) if subject else period.last  # a matter is asked about afterwards
    due = due_at(current_calendar(), asked, "REPORT_DUE")
    Report.objects.bulk_create(
        [
            Report(
                branch=branch, form=period.form, period=period.code, subject=subject, starts_on=period.first,
                ends_on=period.last, opened_at=at, due_at=due, late_told_at=at if at > due else None,
            )
            for branch in owing
        ],
        ignore_conflicts=True,
    )
    words = f"数字已经取好，看一遍就能报。{worktime.say(due, at)} 截止。"
    tell_leaders(there.filter(branch__in=owing, opened_at=at), "opened", "{}可以报了", lambda _: words, at)
    return len(owing)


def open_event(*, actor, subject, day, branches=(), at=None):
    """The committee asks branches (all of them, without `branches`) to report on a matter of one day. Returns how many.

    Raises PermissionDenied, Conflict while the form is not admitted (准入) or where it stands already, and
    ValidationError.
    """
    at = at or timezone.now()
    if not policy.may(actor, "open_event"):
        raise PermissionDenied
    subject = cleaned_text(subject, "请写明要报什么，至少 2 个字。", field="subject", least=2, limit=SUBJECT_LIMIT)
    if day > timezone.localdate(at):
        raise ValidationError({"day": "这一天还没有到，请填今天或以前的一天。"})
    if not admitted_codes({periods.Form.EVENT: at}):
        raise Conflict("专项报告这张表还没有准入，请先到“报表准入”审批。")
    period, chosen = periods.of(periods.Form.EVENT, day), [branch.pk for branch in branches]
    opened = open_reports(period, at=at, subject=subject, branches=chosen or None)
    if not opened:
        raise Conflict("这件事的报告已经开过了，选的支部都有。")
    return opened


@transaction.atomic
def file(report, *, actor, version=None, remarks="", at=None):
    """Count the figures, freeze them, and hand the report to the committee. Returns the fresh Report.

    Raises PermissionDenied, Conflict (filed before, stale version) and ValidationError (remarks).
    """
    report, at = _locked(report), at or timezone.now()
    if not policy.may(actor, "file", report):
        raise PermissionDenied
    if not report.is_owed:
        raise Conflict(FILED, report)
    if version is not None and version != report.version:
        raise Conflict(STALE, report)
    asked = report.form == periods.Form.EVENT
    report.remarks = cleaned_text(remarks, "请写明情况。", optional=not asked, field="remarks", limit=LIMIT)
    report.state, report.filed_at, report.filed_by = Report.State.FILED, at, actor
    report.version += 1
    report.save(update_fields=["remarks", "state", "filed_at", "filed_by", "version"])
    _freeze(report, actor)
    staff = Post.objects.current().filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    send(
        set(staff.values_list("user", flat=True)) - {actor.pk}, key=f"report-filed:{report.pk}:{report.version}",
        title=f"{report.branch.short_name}报来了《{report.name}》", text="数字已定住，请看一遍。", url=_address(report),
        at=at,
    )
    return report


@transaction.atomic
def accept(report, *, actor, at=None):
    """The committee has looked at it and found it right. Returns it afresh. Raises PermissionDenied and Conflict."""
    report = _of_committee(report, actor, "accept")
    report.state, report.accepted_at, report.accepted_by = Report.State.ACCEPTED, at or timezone.now(), actor
    report.version += 1
    report.save(update_fields=["state", "accepted_at", "accepted_by", "version"])
    send(
        {report.filed_by_id} - {None}, key=f"report-accepted:{report.pk}:{report.version}",
        title=f"{report.name}，行业党委看过了", text="数字和您说的话都收下了，不用再做什么。", url=_address(report),
        at=report.accepted_at,
    )
    return report


@transaction.atomic
def give_back(report, *, actor, reason, at=None):
    """Return it with a reason: its figures are counted afresh until it is filed again. Returns it afresh.

    The branch has REPORT_RETURNED working days, or until the old deadline. Raises ValidationError, and as `accept`.
    """
    report, at = _of_committee(report, actor, "return"), at or timezone.now()
    report.reason = cleaned_reason(reason, "请写明退回的理由，至少 2 个字。")
    report.state, report.returned_at, report.returned_by = Report.State.RETURNED, at, actor
    report.due_at = max(report.due_at, due_at(current_calendar(), timezone.localdate(at), "REPORT_RETURNED"))
    report.late_told_at, report.version = None, report.version + 1
    report.save(
        update_fields=["reason", "state", "returned_at", "returned_by", "due_at", "late_told_at", "version"]
    )
    tell_leaders(
        Report.objects.filter(pk=report.pk), f"returned:{report.version}", "{}退回来了",
        lambda one: f"{one.reason} {worktime.by(one.due_at, at)}改好再报，不用重来。", at,
    )
    return report


def tell_leaders(reports, key, title, text, at):
    """One notice to each secretary and deputy of the branch of each report; `text(report)` is what it says.

    It leads to where the report is confirmed, so that an uneventful month is two clicks: this one and 确认上报.
    What was returned is first to be put right.
    """
    posts = Post.objects.current(timezone.localdate(at)).filter(role__in=(Role.SECRETARY, Role.DEPUTY))
    reports = list(reports)
    leaders = posts.filter(branch__in={report.branch_id for report in reports}).holders_by_branch()
    verb, _, mark = key.partition(":")
    place = "" if verb == "returned" else "#confirm"
    send_all(
        [
            Message(
                user_id, key=f"report-{verb}:{report.pk}{mark and ':' + mark}", title=title.format(report.name),
                text=text(report), url=_address(report) + place,
            )
            for report in reports
            for user_id in sorted(leaders[report.branch_id])
        ],
        at=at,
    )


def _of_committee(report, actor, verb):
    """The fresh row, filed, for who may look it over. Raises PermissionDenied and Conflict."""
    report = _locked(report)
    if not policy.may(actor, verb, report):
        raise PermissionDenied
    if report.state != Report.State.FILED:
        said = "这份报表还没有上报。" if report.is_owed else "这份报表已经通过了。"
        raise Conflict(said, report)
    return report


def _locked(report):
    return Report.objects.select_for_update().get(pk=report.pk)


def _freeze(report, actor):
    """The figures as they stand; those of an earlier filing go."""
    counted = count_all([report.branch_id], report.when)[report.branch_id]
    report.figures.all().delete()
    ReportFigure.objects.bulk_create(
        ReportFigure(
            report=report, position=position, code=kind.code, title=kind.title, unit=kind.unit, how=kind.how,
            value=figure.value, denominator=figure.denominator, ids=list(figure.ids),
            inner=None if figure.inner is None else list(figure.inner), stamps=stamps(kind, actor, figure.ids),
        )
        for position, (kind, figure) in enumerate(counted, start=1)
    )


def _address(report):
    return reverse("reports:detail", args=[report.pk])
