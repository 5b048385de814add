from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.sheets import policy, services
from members.sheets.columns import NEVER_HIDDEN, columns_of
from members.sheets.forms import ColumnsForm, ExportForm
from members.sheets.models import Sheet
from xinyu_portal import sheets
from xinyu_portal.typed import done

STEPS = {"up": -1, "down": 1}


@require_safe
def sheet_list(request):
    """The tables of the roster: each to take out, and by the committee to arrange."""
    if not policy.may_export(request.user):
        raise PermissionDenied
    context = {"sheets": Sheet.choices, "may_arrange": policy.may_arrange(request.user)}
    return render(request, "members/sheet_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def sheet_export(request, code):
    sheet = _sheet_or_404(code)
    if not policy.may_export(request.user):
        raise PermissionDenied
    form = ExportForm(request.user, request.POST if request.method == "POST" else None)
    if done(form, lambda: services.export(sheet, actor=request.user, **form.cleaned_data)):
        name = content_disposition_header(True, f"{sheet.label}{timezone.localdate():%Y%m%d}.xlsx")
        return HttpResponse(form.result, content_type=sheets.TYPE, headers={"Content-Disposition": name})
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


def _move(said, form):
    """`(field, step)` of a button like `up:name`, or None."""
    way, _, field = said.partition(":")
    return (field, STEPS[way]) if way in STEPS and field in form.fields else None


def _sheet_or_404(code):
    if code not in Sheet.values:
        raise Http404
    return Sheet(code)
