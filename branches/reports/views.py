from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from branches.admission.models import ReportForm
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from branches.reports import policy, reading, services
from branches.reports.deadlines import on_the_list
from branches.reports.forms import FileForm, ReturnForm
from branches.reports.models import Report
from branches.reports.periods import Form
from branches.reports.unrecorded import unrecorded
from xinyu_portal.paging import count_up_to, paginate_or_first
from xinyu_portal.typed import done

TABS = {"": "全部", **dict(Report.State.choices)}
LATE = "late"


@require_safe
def report_list(request):
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    tabs = TABS | ({LATE: "逾期"} if worn.handles_for_committee else {})
    tab = request.GET.get("state") if request.GET.get("state") in tabs else ""
    form = request.GET.get("form") if request.GET.get("form") in Form.values else ""
    now, calendar = timezone.now(), current_calendar()
    reports = (on_the_list(now, calendar) if tab == LATE else Report.objects.all()).visible_to(request.user).for_list()
    if tab and tab != LATE:
        reports = reports.filter(state=tab)
    if form:
        reports = reports.filter(form=form)
    page = paginate_or_first(reports, order="-ends_on", cursor=request.GET.get("cursor"), filters=request.GET)
    for report in page:
        report.chip = chip(report, calendar, now)
    kept = {"form": form} if form else {}
    context = {
        "page": page, "tab": tab, "form": form, "forms": Form.choices, "everywhere": worn.handles_for_committee,
        "tabs": [
            {"url": "?" + urlencode(kept | ({"state": key} if key else {})), "label": label, "current": key == tab}
            for key, label in tabs.items()
        ],
    }
    return render(request, "branches/report_list.html", context)


@require_safe
def report_detail(request, pk):
    return _page(request, _visible_or_404(request, pk))


@require_POST
def report_file(request, pk):
    return _act(request, pk, "file", FileForm(request.POST), services.file, "已上报，数字定住了。")


@require_POST
def report_accept(request, pk):
    report = _visible_or_404(request, pk)
    services.accept(report, actor=request.user)
    messages.success(request, f"{report.branch.short_name}的 {report.name}已通过。")
    return redirect("reports:detail", pk)


@require_POST
def report_return(request, pk):
    return _act(request, pk, "return", ReturnForm(request.POST), services.give_back, "已退回，书记会收到消息。")


@require_safe
def report_records(request, pk, code):
    """What was counted, as far as this person may see it; of a filed report, what was counted then.

    `?show=out`: of a share, those that its numerator leaves out.
    """
    report = _visible_or_404(request, pk)
    row = reading.row_of(report, code)
    if row is None or row.kind is None:
        raise Http404
    out = request.GET.get("show") == "out" and row.inner is not None
    ids = row.outer if out else row.ids
    found = row.kind.rows(request.user, ids)
    page = paginate_or_first(found, order="-id", cursor=request.GET.get("cursor"), filters=request.GET)
    seen = count_up_to(found, len(ids)).n
    context = {
        "report": report, "row": row, "page": page, "counted": len(ids), "unseen": len(ids) - seen,
        "records": list(reading.records(row, page)), "out": out,
    }
    return render(request, "branches/report_records.html", context)


def chip(report, calendar, now):
    """The one chip of a report: what is left until it is due, or how it was filed."""
    if report.state == Report.State.ACCEPTED:
        return {"kind": "ok", "text": "已通过"}
    if report.state == Report.State.FILED:
        late = report.filed_at > report.due_at
        return {"kind": "amber", "text": "晚于期限上报"} if late else {"kind": "ok", "text": "已上报"}
    left = worktime.time_left(calendar, now, report.due_at)
    back = "退回，" if report.state == Report.State.RETURNED else ""
    return {"kind": "late" if left.overdue else "amber" if back else "calm", "text": back + left.text}


def _act(request, pk, verb, form, service, said):
    """Do the verb with what was sent and come back, or show the report with what is wrong."""
    report = _visible_or_404(request, pk)
    if not policy.may(request.user, verb, report):
        raise PermissionDenied
    if done(form, lambda: service(report, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"{report.name}{said}", extra_tags=_draft_key(report))
        return redirect("reports:detail", pk)
    return _page(request, report, status=400, **{f"{verb}_form": form})


def _page(request, report, *, status=200, file_form=None, return_form=None):
    now, user, earlier = timezone.now(), request.user, reading.before(report)
    waits = report.state == Report.State.FILED and policy.may(user, "accept", report)
    may_file = report.is_owed and policy.may(user, "file", report)
    context = {
        "report": report, "rows": _rows(report, earlier), "earlier": earlier,
        "file_form": file_form or FileForm(initial={"version": report.version}, auto_id="id_%s"),
        "return_form": return_form or ReturnForm(auto_id="id_%s"), "return_open": bool(return_form),
        "counted_at": report.filed_at if report.is_frozen else now, "chip": chip(report, current_calendar(), now),
        "draft_key": _draft_key(report), "may_file": may_file, "unrecorded": unrecorded(report) if may_file else [],
        "may_review": waits, "basis": ReportForm.objects.filter(code=report.form).order_by("-since").first(),
    }
    return render(request, "branches/report_detail.html", context, status=status)


def _visible_or_404(request, pk):
    return get_object_or_404(Report.objects.visible_to(request.user).for_list(), pk=pk)


def _draft_key(report):
    return f"report-{report.pk}"


def _rows(report, earlier):
    """The lines of the page: `(row, the group that it opens or "", the same figure one period before or None)`."""
    then = {figure.code: figure for figure in earlier.figures.all()} if earlier else {}
    lines, group = [], None
    for row in reading.rows_of(report):
        lines.append((row, row.group if row.group != group else "", then.get(row.code)))
        group = row.group
    return lines
