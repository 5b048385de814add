"""The committee's pages over all branches: the roll-up and its files, the Word template, a matter of its own."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.admission.models import ReportForm
from branches.reports import periods, policy, rollup, services, templates, word, workbook
from branches.reports.forms import EventForm, RollUpForm, TemplateForm
from branches.reports.models import Report
from branches.reports.periods import PERIODIC, Form
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done

BAR, GAP, TALL = 6, 2, 24


@dataclass(frozen=True)
class Cell:
    """One figure of one branch, and its bars: `(x, y, height)` of each period that it filed, against its own most."""

    figure: object
    column: object
    bars: list
    wide: int
    said: str

    @property
    def shows_bars(self):
        """Bars of nothing but noughts have no height."""
        return len(self.bars) > 1 and any(tall for _, _, tall in self.bars)


@require_safe
def rollup_page(request):
    """The branches of a page in rows, the figures of one group in columns."""
    _judge(request, "roll_up")
    said = _without_foreign_period(request.GET)
    form = RollUpForm(said)
    if not form.is_valid():
        typed = {name: request.GET.get(name, "") for name in ("form", "period")}
        context = {"form": form, "forms": _forms(), "asked": typed}
        return render(request, "branches/report_rollup.html", context, status=400)
    period = form.cleaned_data["period"]
    every = rollup.columns_of(period)
    groups = list(dict.fromkeys(column.group for column in every))
    group = request.GET.get("group") if request.GET.get("group") in groups else groups[0]
    columns = [column for column in every if column.group == group]
    page = paginate_or_first(
        rollup.branches_of(period), order="established_on", cursor=request.GET.get("cursor"), filters=request.GET
    )
    rolled, sums, asked = rollup.read(period, page, columns, some=True), rollup.totals(period), _asked(period)
    rows = [(row, [_cell(rolled, row, column) for column in columns]) for row in rolled.rows]
    context = {
        "form": form, "forms": _forms(), "period": period, "columns": columns, "page": page, "asked": asked,
        "rows": rows, "latest": not said.get("period"), "filed": bool(sums) or _has_reports(rolled),
        "legend": any(cell.shows_bars for _, cells in rows for cell in cells),
        "totals": [(column, sums.get(column.code)) for column in columns],
        "tabs": [
            {"url": f"?{urlencode({**asked, 'group': one})}", "label": one, "current": one == group} for one in groups
        ],
        "admitted": period.form == Form.MONTH or _is_approved(period.form),
    }
    return render(request, "branches/report_rollup.html", context)


@require_safe
def rollup_excel(request):
    rolled = _rolled(request)
    return _file(workbook.of(rolled), f"{rolled.period.title}汇总.xlsx", sheets.TYPE)


@require_safe
def rollup_word(request):
    """By the template that holds; one that fails on the real figures is named, with the page on which to change it."""
    rolled = _rolled(request)
    try:
        made = word.render(templates.current()[0], word.context_of(rolled))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("reports:template")
    return _file(made, f"{rolled.period.title}汇总.docx", word.TYPE)


@require_safe
def report_word(request, pk):
    """One report with frozen figures, by the same template; by the standard one where an edited one fails on it."""
    report = get_object_or_404(Report.objects.visible_to(request.user).filter(subject="").for_list(), pk=pk)
    if not report.is_frozen:
        raise Conflict("这份报表还没有上报，数字没有定住，报了才能下载。", report)
    context = word.context_of(rollup.read(report.when, [report.branch], rollup.columns_of(report.when)))
    try:
        made = word.render(templates.current()[0], context)
    except ValidationError:
        made = word.render(templates.standard(), context)
    return _file(made, f"{report.branch.short_name} {report}.docx", word.TYPE)


@require_http_methods(["GET", "HEAD", "POST"])
def template_page(request):
    _judge(request, "template")
    form = TemplateForm(request.POST, request.FILES) if request.method == "POST" else TemplateForm()
    if done(form, lambda: _replace(request.user, form.cleaned_data["file"])):
        messages.success(request, "模板换好了，下一次下载 Word 就用它。")
        return redirect("reports:template")
    context = {"form": form, "current": templates.current()[1]}
    return render(request, "branches/report_template.html", context, status=400 if form.is_bound else 200)


@require_POST
def template_restore(request):
    templates.restore(actor=request.user)
    messages.success(request, "已恢复标准模板。")
    return redirect("reports:template")


@require_safe
def template_file(request, which):
    _judge(request, "template")
    content = templates.standard() if which == "standard" else templates.current()[0]
    return _file(content, "汇总模板.docx", word.TYPE)


@require_http_methods(["GET", "HEAD", "POST"])
def event_new(request):
    _judge(request, "open_event")
    form = EventForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: services.open_event(actor=request.user, **form.cleaned_data)):
        messages.success(request, f"开好了 {form.result} 份，支部书记会收到消息。")
        return redirect("reports:list")
    context = {"form": form, "admitted": _is_approved(Form.EVENT)}
    return render(request, "branches/report_event.html", context, status=400 if form.is_bound else 200)


def _judge(request, verb):
    if not policy.may(request.user, verb):
        raise PermissionDenied


def _rolled(request):
    """The whole RollUp that was asked for. Raises PermissionDenied; nobody types the address of a file: Http404."""
    _judge(request, "roll_up")
    form = RollUpForm(request.GET)
    if not form.is_valid():
        raise Http404
    period = form.cleaned_data["period"]
    return rollup.read(period, rollup.branches_of(period), rollup.columns_of(period))


def _without_foreign_period(asked):
    """Who chooses another form has left the period of the old one in its field: then it is the latest of the new."""
    try:
        strange = periods.parse(asked.get("period", "")).form != asked.get("form", Form.MONTH)
    except ValueError:
        return asked
    return {"form": asked.get("form")} if strange else asked


def _replace(user, file):
    return templates.replace(actor=user, content=file.read(word.LARGEST + 1), name=file.name)


def _file(content, name, kind):
    return HttpResponse(content, kind, headers={"Content-Disposition": content_disposition_header(True, name)})


def _forms():
    return [(form.value, form.label) for form in PERIODIC]


def _has_reports(rolled):
    """Whether any branch has a report of the period; those of the other pages are asked for where this one has none."""
    if any(row.report for row in rolled.rows):
        return True
    period = rolled.period
    return Report.objects.filter(form=period.form, period=period.code, subject="").exists()


def _asked(period):
    return {"form": period.form.value, "period": period.code}


def _is_approved(code):
    return ReportForm.objects.filter(code=code, state=ReportForm.State.APPROVED).exists()


def _cell(rolled, row, column):
    filed = [(period, row.figure(period, column.code)) for period in sorted(row.figures, key=lambda one: one.first)]
    filed = [(period, figure) for period, figure in filed if figure and figure.value is not None]
    most = max((figure.value for _, figure in filed), default=0) or 1
    bars = [
        (place * (BAR + GAP), TALL - (tall := round(TALL * figure.value / most)), tall)
        for place, (_, figure) in enumerate(filed)
    ]
    said = "、".join(f"{period.short} {figure.value}" for period, figure in filed)
    return Cell(row.figure(rolled.period, column.code), column, bars, len(filed) * (BAR + GAP), said)
