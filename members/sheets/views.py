from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.models import RosterImport
from members.sheets import importing, policy, services
from members.sheets.columns import NEVER_HIDDEN, columns_of
from members.sheets.forms import ColumnsForm, ExportForm, ImportForm
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from xinyu_portal import sheets
from xinyu_portal.typed import done

STEPS = {"up": -1, "down": 1}
SHOWN_LINES = 100
VERDICTS = {"new": "新登记", "changed": "更正", "same": "没有变化"}
ORDER = ("", "changed", "new", "same")  # what one has to look at comes first
NOTHING = "没有"


@require_safe
def sheet_list(request):
    """The tables of the roster: each to take out, and by the committee to arrange."""
    if not policy.may_export(request.user):
        raise PermissionDenied
    tables = [(sheet.value, sheet.label, sheet in LAYOUTS) for sheet in Sheet]
    context = {"tables": tables, "may_arrange": policy.may_arrange(request.user)}
    return render(request, "members/sheet_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_export(request, code):
    sheet = _sheet_or_404(code)
    if not policy.may_export(request.user):
        raise PermissionDenied
    form = ExportForm(request.user, request.POST if request.method == "POST" else None)
    if done(form, lambda: services.export(sheet, actor=request.user, **form.cleaned_data)):
        return _workbook(form.result, sheet.label)
    context = {"form": form, "sheet": sheet}
    return render(request, "members/sheet_export.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_columns(request, code):
    """Titles, ticks and order in one form; the arrows save what was typed and move one column."""
    sheet = _sheet_or_404(code)
    if not policy.may_arrange(request.user):
        raise PermissionDenied
    form = ColumnsForm(columns_of(sheet), request.POST if request.method == "POST" else None)
    move = _move(request.POST.get("move", ""), form)
    if done(form, lambda: services.arrange(
        sheet, actor=request.user, titles=form.titles, shown=form.shown, move=move
    )):
        if not move:
            messages.success(request, "记下了，以后的导出和导入都按这个表头。")
        return redirect("sheets:columns", sheet)
    context = {"form": form, "sheet": sheet, "always": NEVER_HIDDEN}
    return render(request, "members/sheet_columns.html", context, status=400 if form.errors else 200)


@require_POST
def sheet_reset(request, code):
    sheet = _sheet_or_404(code)
    services.reset(sheet, actor=request.user)
    messages.success(request, "回到标准的表头了。")
    return redirect("sheets:columns", sheet)


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request):
    """`?sheet=` chooses the table; a select offers only what it knows."""
    if not policy.may_export(request.user):
        raise PermissionDenied
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(request.user, *sent, initial={"sheet": request.GET.get("sheet") or Sheet.MEMBERS})
    if done(form, lambda: _upload(request, form)):
        return redirect("sheets:import", form.result.pk)
    waiting = RosterImport.objects.filter(by=request.user, state=RosterImport.State.READ).order_by("-id").first()
    if waiting and not policy.may_bring_in(request.user, waiting.branch_id):
        waiting = None
    context = {"form": form, "waiting": waiting, "sheets": [(sheet.value, sheet.label) for sheet in LAYOUTS]}
    return render(request, "members/import_new.html", context, status=400 if form.errors else 200)


def _upload(request, form):
    words = {name: form.cleaned_data[name] for name in ("sheet", "branch")}
    file = form.cleaned_data["file"]
    return importing.upload(file.read(), file_name=file.name, actor=request.user, **words)


@require_safe
def import_template(request, code):
    sheet = _sheet_or_404(code)
    if sheet not in LAYOUTS:
        raise Http404
    if not policy.may_export(request.user):
        raise PermissionDenied
    return _workbook(importing.template(sheet), f"{sheet.label}（空白）")


@require_safe
def import_detail(request, pk):
    """What would be written, for whoever read it in."""
    row = _own_or_404(request, pk)
    waits = row.state == RosterImport.State.READ
    kept = importing.kept(row) if waits else {"lines": []}
    lines = sorted(kept["lines"], key=lambda line: (not line["errors"], ORDER.index(line["verdict"]), line["number"]))
    titles = importing.titles(row.sheet)
    shown = [_shown(line, titles) for line in lines[:SHOWN_LINES]]
    context = {
        "row": row, "waits": waits, "kept": kept, "lines": shown, "more": max(0, len(lines) - SHOWN_LINES),
    }
    return render(request, "members/import_detail.html", context)


def _shown(line, titles):
    changes = [(titles[field], before or NOTHING, after or NOTHING) for field, before, after in line["changes"]]
    return {
        "number": line["number"], "name": line["values"].get("name", ""), "errors": line["errors"],
        "verdict": VERDICTS.get(line["verdict"], ""), "changes": changes,
    }


@require_safe
def import_rejected(request, pk):
    row = _own_or_404(request, pk)
    if row.state != RosterImport.State.READ:
        raise Http404
    return _workbook(importing.rejected_workbook(row, actor=request.user), f"{row.get_sheet_display()}退回修改")


@require_POST
def import_confirm(request, pk):
    row = importing.confirm(_own_or_404(request, pk), actor=request.user)
    new, changed, same = (row.counts[verdict] for verdict in VERDICTS)
    messages.success(request, f"写好了：新登记 {new} 名，更正 {changed} 名，没有变化 {same} 名。")
    return redirect("sheets:import", pk)


@require_POST
def import_discard(request, pk):
    importing.discard(_own_or_404(request, pk), actor=request.user)
    messages.success(request, "放弃了，名册没有变化。")
    return redirect("sheets:import_new")


def _own_or_404(request, pk):
    row = get_object_or_404(RosterImport.objects.filter(by=request.user).select_related("branch"), pk=pk)
    if not policy.may_bring_in(request.user, row.branch_id):
        raise Http404
    return row


def _workbook(content, title):
    name = content_disposition_header(True, f"{title}{timezone.localdate():%Y%m%d}.xlsx")
    return HttpResponse(content, content_type=sheets.TYPE, headers={"Content-Disposition": name})


def _move(said, form):
    """`(field, step)` of a button like `up:name`, or None."""
    way, _, field = said.partition(":")
    return (field, STEPS[way]) if way in STEPS and field in form.fields else None


def _sheet_or_404(code):
    if code not in Sheet.values:
        raise Http404
    return Sheet(code)
