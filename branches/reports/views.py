from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from branches.reports import policy, services
from branches.reports.figures import by_code, count_all
from branches.reports.forms import FileForm
from branches.reports.models import Report
from xinyu_portal.paging import paginate_or_first


@require_safe
def report_list(request):
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    reports = Report.objects.visible_to(request.user).for_list()
    state = request.GET.get("state") if request.GET.get("state") in Report.State.values else ""
    page = paginate_or_first(
        reports.filter(state=state) if state else reports,
        order="-month", cursor=request.GET.get("cursor"), filters=request.GET,
    )
    now, calendar = timezone.now(), current_calendar()
    for report in page:
        report.chip = chip(report, calendar, now)
    context = {"page": page, "state": state, "everywhere": worn.handles_for_committee}
    return render(request, "branches/report_list.html", context)


@require_safe
def report_detail(request, pk):
    report = _visible_or_404(request, pk)
    form = FileForm(initial={"version": report.version}, auto_id="id_%s")
    return render(request, "branches/report_detail.html", _context(request, report, form))


@require_POST
def report_file(request, pk):
    report, form = _visible_or_404(request, pk), FileForm(request.POST)
    if not policy.may(request.user, "file", report):
        raise PermissionDenied
    if form.is_valid():
        try:
            services.file(report, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "月报报上去了，数字已定住。", extra_tags=_draft_key(report))
            return redirect("reports:detail", pk)
    return render(request, "branches/report_detail.html", _context(request, report, form), status=400)


@require_POST
def report_see(request, pk):
    report = _visible_or_404(request, pk)
    services.see(report, actor=request.user)
    messages.success(request, "已记下：行业党委看过这份月报。")
    return redirect("reports:detail", pk)


@require_safe
def report_records(request, pk, code):
    """What was counted, as far as this person may see it."""
    report, kind = _visible_or_404(request, pk), by_code(code)
    if kind is None:
        raise Http404
    ids = dict(_ids(report))[code]
    rows = kind.rows(request.user, ids)
    page = paginate_or_first(rows, order="-id", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {
        "report": report, "kind": kind, "page": page, "counted": len(ids),
        "lines": [kind.line(row) for row in page],
    }
    return render(request, "branches/report_records.html", context)


def chip(report, calendar, now):
    """The one chip of a report: what is left until it is due, or how it was filed."""
    if report.state == Report.State.FILED:
        late = report.filed_at > report.due_at
        return {"kind": "amber", "text": "晚于期限上报"} if late else {"kind": "ok", "text": "已上报"}
    left = worktime.time_left(calendar, now, report.due_at)
    return {"kind": "late" if left.overdue else "calm", "text": left.text}


def _visible_or_404(request, pk):
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _context(request, report, form):
    now = timezone.now()
    return {
        "report": report, "form": form, "rows": _rows(report), "counted_at": report.filed_at or now,
        "chip": chip(report, current_calendar(), now), "draft_key": _draft_key(report),
        "may_file": report.state == Report.State.DRAFT and policy.may(request.user, "file", report),
        "may_see": report.state == Report.State.FILED and policy.may(request.user, "see", report),
    }


def _draft_key(report):
    return f"report-{report.pk}"


def _rows(report):
    """The lines of the report: frozen ones when it is filed, else counted now. A new group opens with its name."""
    rows, before = [], None
    for row in _frozen(report) if report.state == Report.State.FILED else _counted(report):
        rows.append({**row, "opens": row["group"] if row["group"] != before else ""})
        before = row["group"]
    return rows


def _counted(report):
    for kind, figure in count_all([report.branch_id], report.month)[report.branch_id]:
        yield _row(kind, kind, figure, figure.ids)


def _frozen(report):
    for figure in report.figures.all():
        yield _row(by_code(figure.code), figure, figure, figure.ids)


def _row(kind, words, figure, ids):
    """`kind` is None for a figure that is not counted any more: it keeps its words and loses its link."""
    return {
        "group": kind.group if kind else "以前的项目", "code": words.code if kind else "", "title": words.title,
        "unit": words.unit, "how": words.how, "value": figure.value, "denominator": figure.denominator,
        "records": len(ids),
    }


def _ids(report):
    if report.state == Report.State.FILED:
        return [(figure.code, figure.ids) for figure in report.figures.all()]
    counted = count_all([report.branch_id], report.month)[report.branch_id]
    return [(kind.code, figure.ids) for kind, figure in counted]
