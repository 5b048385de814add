"""Pages on which a trail is checked: the anchor's receipt, the check in the browser, the daily seals."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.slip import drawing
from appeals.doors import visible_or_404
from appeals.policy import is_anchor
from appeals.proof import services
from appeals.proof.forms import EraseForm
from appeals.proof.models import Seal, SealedHead
from appeals.proof.policy import may_erase, may_read_seals
from appeals.proof.sealing import receipt_of
from appeals.workflow import Verb
from xinyu_portal.paging import paginate_or_first

ROWS = 50
SEALS_SHOWN = 20  # of one appeal; what was sealed before them is in the chain


@require_safe
def receipt(request, pk):
    appeal = visible_or_404(request, pk)
    if not is_anchor(request.user, appeal):
        raise PermissionDenied
    return render(request, "appeals/proof_receipt.html", {"appeal": appeal, "receipt": receipt_of(appeal)})


@require_safe
def check(request, pk):
    """The lines are recomputed by static/proof.js from the API's JSON; the server is not asked whether they hold."""
    appeal = visible_or_404(request, pk)
    sealed = SealedHead.objects.filter(appeal=appeal).select_related("seal").order_by("-seal")[:SEALS_SHOWN]
    context = {
        "appeal": appeal, "by_anchor": is_anchor(request.user, appeal), "sealed": sealed,
        "words": {str(verb): verb.label for verb in Verb}, "reads_seals": may_read_seals(request.user),
    }
    return render(request, "appeals/proof_check.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request, pk):
    """What goes is shown before it does. Not a verb of the chain: nothing is added to the trail, and no API has it."""
    appeal = visible_or_404(request, pk)
    if not may_erase(request.user, appeal):
        raise PermissionDenied
    lines = list(services.erasable(appeal))
    form = EraseForm(request.POST if request.method == "POST" else None, appeal=appeal, lines=lines)
    try:
        if request.method == "POST" and form.is_valid():
            services.erase_words(appeal, actor=request.user, **form.words)
            messages.success(request, "已清除。经过还在，照样可以核对。")
            return redirect("appeals:detail", appeal.pk)
    except ValidationError as error:
        form.add_error(None, error)
    context = {"appeal": appeal, "form": form, "lines": lines}
    return render(request, "appeals/erase.html", context, status=400 if request.method == "POST" else 200)


@require_safe
def seals(request):
    _read_or_403(request)
    page = paginate_or_first(
        Seal.objects.all(), order="-day", size=ROWS, cursor=request.GET.get("cursor"), filters=request.GET
    )
    return render(request, "appeals/seal_list.html", {"page": page})


@require_safe
def seal(request, pk):
    _read_or_403(request)
    found = get_object_or_404(Seal, pk=pk)
    return render(request, "appeals/seal.html", {"seal": found, "qr": drawing(f"{found.day} {found.hash}")})


def _read_or_403(request):
    if not may_read_seals(request.user):
        raise PermissionDenied("每日封存由市行业党委和审计查看。")
