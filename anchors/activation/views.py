from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import slip
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
        handed = slip.handed(request, anchor.user, *services.issue(anchor, actor=request.user))
        return render(request, "accounts/activation_slip.html", handed | _back(anchor))
    return render(request, "accounts/activation.html", slip.before(anchor.user) | _back(anchor))


def _back(anchor):
    return {
        "back": reverse("anchors:detail", args=[anchor.pk]), "back_label": anchor.stage_name,
        "then": "进去就能说诉求，谁在办、几时回，看得见",
    }
