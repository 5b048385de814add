from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.census import policy, reading, services, sheets
from anchors.census.forms import UploadForm
from anchors.census.models import Import, Round, StagedPerson
from anchors.census.previewing import changed_people
from anchors.census.rounds import before, coverage, missing, reached_by
from anchors.registry.models import Anchor
from xinyu_portal.paging import paginate_or_first

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 20  # rows of each kind on the preview; the workbook to download has them all
COMMITTEE_ONLY = "摸底表由市行业党委导入。"


@require_safe
def import_list(request):
    _judge(request)
    imports = Import.objects.visible_to(request.user).select_related("round", "by")
    page = paginate_or_first(imports, order="-created_at", cursor=request.GET.get("cursor"))
    rounds = Round.objects.annotate(people=Count("entries")).order_by("-opened_on", "-id")[:12]
    return render(request, "anchors/census/import_list.html", {"page": page, "rounds": rounds})


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request):
    _judge(request)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            row = services.upload(
                file.read(services.LARGEST_FILE + 1), file_name=file.name, actor=request.user,
                round_name=form.cleaned_data["round_name"].strip(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect("census:detail", row.pk)
    status = 400 if form.errors else 200
    return render(request, "anchors/census/import_new.html", {"form": form}, status=status)


@require_safe
def import_detail(request, pk):
    """Progress while a worker is at it, the preview to confirm, then the result; htmx asks again while it runs."""
    row = _import_or_404(request, pk)
    template = "anchors/census/_import_state.html" if request.htmx else "anchors/census/import_detail.html"
    return render(request, template, _context(row))


@require_POST
def import_confirm(request, pk):
    row = services.confirm(_import_or_404(request, pk), actor=request.user)
    return redirect("census:detail", row.pk)


@require_POST
def import_discard(request, pk):
    services.discard(_import_or_404(request, pk), actor=request.user)
    messages.success(request, "这份表已放弃，登记册没有变化。")
    return redirect("census:list")


@require_safe
def rejected_workbook(request, pk):
    row = _import_or_404(request, pk)
    if not row.counts.get("rejected"):
        raise Http404
    return _workbook(services.rejected_workbook(row), f"退回的行-{row.file_name.removesuffix('.xlsx')}.xlsx")


@require_safe
def template_workbook(request):
    _judge(request)
    return _workbook(sheets.template(reading.known()), "网络主播摸底登记表.xlsx")


@require_safe
def round_detail(request, pk):
    """How much of the city a round has reached, by township, and who stood in the round before and not in this one."""
    if not policy.may_import(request.user):
        raise Http404
    this = get_object_or_404(Round, pk=pk)
    page = paginate_or_first(
        missing(this).for_list(), order="id", cursor=request.GET.get("cursor"), filters=request.GET
    )
    context = {"round": this, "before": before(this), "coverage": coverage(this), "page": page}
    return render(request, "anchors/census/round_detail.html", context)


def _context(row):
    new = row.people.filter(change=StagedPerson.Change.NEW).order_by("pk")
    waiting = row.state == Import.State.READ and not row.is_empty
    return {
        "row": row, "shown": SHOWN, "rejected": services.told(row, rejected=True, limit=SHOWN),
        "remarks": services.told(row, rejected=False, limit=SHOWN),
        "new": new[:SHOWN] if waiting else [], "changed": changed_people(row, SHOWN) if waiting else [],
        "missing": _missing(row) if waiting else None,
    }


def _missing(row):
    """How many of the round before are not in this workbook: people to ask after, nothing happens to them."""
    last = before(row.round)
    if last is None:
        return None
    here = row.people.values("phone_index")
    found = Anchor.objects.filter(user__phone_index__in=here).order_by().values_list(Coalesce("merged_into", "pk"))
    gone = Anchor.objects.standing().filter(pk__in=reached_by(last).difference(found))
    return {"round": last, "count": gone.count(), "names": list(gone.values_list("user__name", flat=True)[:SHOWN])}


def _judge(request):
    if not policy.may_import(request.user):
        raise PermissionDenied(COMMITTEE_ONLY)


def _import_or_404(request, pk):
    visible = Import.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("round", "by", "confirmed_by"), pk=pk)


def _workbook(content, name):
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Cache-Control"] = "no-store"
    return response
