from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import codes
from anchors.activation import policy, services, slip
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
    context = {"anchor": anchor, "live": live, "has_password": anchor.user.has_usable_password()}
    return render(request, "anchors/activation.html", context)


def _slip(request, anchor):
    row, code = services.issue(anchor, actor=request.user)
    context = {
        "anchor": anchor, "row": row, "code": codes.shown(code), "qr": slip.drawing(slip.address(request, code)),
        "place": request.get_host(),
    }
    return render(request, "anchors/activation_slip.html", context)
