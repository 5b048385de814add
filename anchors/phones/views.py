from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from anchors.newcomers.models import Newcomer
from anchors.phones import policy, services
from anchors.phones.forms import WhyForm
from anchors.registry.models import Anchor
from xinyu_portal.errors import Conflict

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@get_or_post
def anchor_phone(request, pk):
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user).for_list(), pk=pk)
    if not policy.office(request.user, anchor):
        raise PermissionDenied
    shown = {"person": anchor.user, "mask": anchor.user.phone_mask, "back": reverse("anchors:detail", args=[pk])}
    return _page(request, services.reveal, anchor, shown)


@never_cache
@get_or_post
def newcomer_phone(request, pk):
    newcomer = get_object_or_404(Newcomer.objects.visible_to(request.user).for_list(), pk=pk)
    if not policy.office_of_decider(request.user, newcomer):
        raise PermissionDenied
    shown = {
        "person": newcomer.anchor.user, "mask": newcomer.phone_mask, "back": reverse("newcomers:detail", args=[pk]),
    }
    return _page(request, services.reveal_newcomer, newcomer, shown)


def _page(request, verb, row, shown):
    """By GET the question why, by POST the number, which no cache keeps."""
    form, status = WhyForm(request.POST if request.method == "POST" else None), 200
    if form.is_valid():
        try:
            shown["number"] = verb(row, actor=request.user, why=form.cleaned_data["why"])
        except Conflict as conflict:
            shown["refused"], status = conflict.message, 409
    elif form.is_bound:
        status = 400
    return render(request, "anchors/phone.html", {"form": form, **shown}, status=status)
