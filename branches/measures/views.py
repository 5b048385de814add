"""The 21 measures: all of them, one, its words and state, its quarter, and the records behind it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Max, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.measures import kinds, policy, quarters, services
from branches.measures.forms import LinkForm, MeasureForm, ProgressForm
from branches.measures.models import SEATS, Evidence, Measure, MeasureUnit
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done

UNITS = Prefetch("units", MeasureUnit.objects.select_related(*SEATS))
UNIT_NAME = Coalesce(*(f"{seat}__name" for seat in SEATS))
CHIPS = {"IDLE": "", "MOVING": "chip-calm", "DONE": "chip-ok", "LASTING": "chip-gold"}


@require_safe
def measure_list(request):
    _judge(request, policy.may_read)
    quarter, counted = quarters.quarter_of(), kinds.counts(request.user)
    lead = MeasureUnit.objects.filter(measure=OuterRef("pk"), leads=True).order_by().values(name=UNIT_NAME)
    known = Measure.objects.with_told(quarter).annotate(last=Max("progress__quarter"), lead=Subquery(lead))
    measures = list(known.order_by("number"))  # said again: what is grouped has no order of its own
    for measure in measures:
        measure.behind, measure.chip = counted[measure.number], CHIPS[measure.state]
        measure.last_told = quarters.said(measure.last) if measure.last else ""
    still = [measure for measure in measures if measure.is_still]
    shown = "still" if request.GET.get("show") == "still" else ""
    context = {
        "measures": still if shown else measures, "shown": shown, "quarter": quarters.said(quarter),
        "tabs": [
            {"url": "?", "label": "全部", "count": len(measures), "current": not shown},
            {"url": "?show=still", "label": "该写没写进展的", "count": len(still), "current": bool(shown)},
        ],
        "unpublished": sum(not measure.text for measure in measures),
    }
    return render(request, "branches/measure_list.html", context)


@require_safe
def measure_detail(request, pk):
    _judge(request, policy.may_read)
    measure = get_object_or_404(Measure.objects.select_related("changed_by").prefetch_related(UNITS), pk=pk)
    told, quarter = list(measure.progress.select_related("by")), quarters.quarter_of()
    found = kinds.behind(measure, request.user)
    context = {
        "measure": measure, "chip": CHIPS[measure.state], "quarter": quarters.said(quarter),
        "lead": next((row.unit for row in measure.units.all() if row.leads), None),
        "units": [row.unit for row in measure.units.all() if not row.leads],
        "now": next((one for one in told if one.quarter == quarter), None),
        "earlier": [one for one in told if one.quarter != quarter],
        "behind": found, "counted": sum(len(rows) for _, rows in found),
        "may_write": policy.may_write(request.user),
    }
    return render(request, "branches/measure_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def measure_edit(request, pk):
    _judge(request, policy.may_write)
    measure = get_object_or_404(Measure, pk=pk)
    form = MeasureForm(measure, request.POST if request.method == "POST" else None)
    if done(form, lambda: services.correct(measure, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"{measure}已保存。")
        return redirect("measures:detail", pk)
    return _form(request, "branches/measure_edit.html", measure, form)


@require_http_methods(["GET", "HEAD", "POST"])
def measure_progress(request, pk):
    """What moved in this quarter; what was written of it before stands in the form."""
    _judge(request, policy.may_write)
    measure, quarter = get_object_or_404(Measure, pk=pk), quarters.quarter_of()
    before = measure.progress.filter(quarter=quarter).first()
    present = {"text": before.text if before else "", "version": measure.version}
    form = ProgressForm(request.POST if request.method == "POST" else None, initial=present)
    if done(form, lambda: services.tell(measure, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"{quarters.said(quarter)}的进展已写入。")
        return redirect("measures:detail", pk)
    return _form(request, "branches/measure_progress.html", measure, form, quarter=quarters.said(quarter))


@require_http_methods(["GET", "HEAD", "POST"])
def measure_evidence(request, pk):
    """The records that could stand behind a measure, kind by kind; sent, one of them does."""
    _judge(request, policy.may_write)
    measure = get_object_or_404(Measure, pk=pk)
    form = LinkForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: _link(measure, request.user, form)):
        messages.success(request, "已关联。")
        return redirect(f"{request.path}?kind={form.cleaned_data['record'][0].code}")
    kind = kinds.by_code(request.GET.get("kind")) or kinds.all_kinds()[0]
    page = paginate_or_first(
        kind.rows(request.user), order=kind.order, cursor=request.GET.get("cursor"), filters=request.GET
    )
    linked = set(kind.linked.filter(measure=measure).values_list("record_id", flat=True))
    tabs = [
        {"url": f"?kind={one.code}", "label": one.title, "current": one == kind} for one in kinds.all_kinds()
    ]
    lines = [(row.pk in linked, row.pk, kind.line(row)) for row in page]
    return _form(
        request, "branches/measure_evidence.html", measure, form, page=page, kind=kind, tabs=tabs, lines=lines
    )


@require_POST
def evidence_unlink(request, pk):
    _judge(request, policy.may_write)
    evidence = get_object_or_404(Evidence.objects.select_related("measure"), pk=pk)
    services.unlink(evidence, actor=request.user)
    messages.success(request, "已取消关联，记录本身还在。")
    return redirect("measures:detail", evidence.measure_id)


def _judge(request, may):
    if not may(request.user):
        raise PermissionDenied


def _link(measure, user, form):
    kind, pk = form.cleaned_data["record"]
    services.link(measure, actor=user, kind=kind, record_id=pk)


def _form(request, template, measure, form, **more):
    context = {"measure": measure, "form": form, **more}
    return render(request, template, context, status=400 if form.is_bound else 200)
