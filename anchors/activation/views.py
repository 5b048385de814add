from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes, slip
from anchors.activation import policy, services
from anchors.registry.models import Anchor


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request, pk):
    """By GET what a code is and which one is out; by POST a new one, shown this once."""
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user).for_list(), pk=pk)
    if not policy.office(request.user, anchor):
        raise PermissionDenied
    if request.method == "POST":
        return _slip(request, anchor)
    live = anchor.user.activation_codes.live().select_related("issued_by").first()
    context = {
        "person": anchor.user, "live": live, "has_password": anchor.user.has_usable_password(), **_back(anchor),
    }
    return render(request, "accounts/activation.html", context)


def _slip(request, anchor):
    row, code = services.issue(anchor, actor=request.user)
    context = {
        "person": anchor.user, "row": row, "code": codes.shown(code), "place": request.get_host(),
        "qr": slip.drawing(slip.address(request, code)), **_back(anchor),
    }
    return render(request, "accounts/activation_slip.html", context)


def _back(anchor):
    return {
        "back": reverse("anchors:detail", args=[anchor.pk]), "back_label": anchor.stage_name,
        "then": "进去就能说诉求，谁在办、几时回，看得见",
    }
