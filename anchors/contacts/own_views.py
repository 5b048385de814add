"""我的联系党员: what the anchor says about the own contact."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from anchors.contacts import pages, services
from anchors.contacts.forms import WishForm
from anchors.contacts.models import ServiceLog
from anchors.registry.models import Anchor

NOT_AN_ANCHOR = "这一页是给登记过的主播的。"


@require_safe
def mine(request):
    return _page(request, _own(request.user), WishForm(initial={"why": ""}))


@require_POST
def wish(request):
    anchor, form = _own(request.user), WishForm(request.POST)
    if not form.is_valid():
        return _page(request, anchor, form, status=400)
    services.wish_for_another(anchor, actor=request.user, reason=form.cleaned_data["why"])
    messages.success(request, "已告诉支部。换好以前，还是现在这位联系您。")
    return redirect("contacts:mine")


@require_POST
def wish_back(request):
    services.withdraw_wish(_own(request.user), actor=request.user)
    messages.success(request, "不换了，还是现在这位联系您。")
    return redirect("contacts:mine")


@require_POST
def decline(request):
    services.decline_contact(_own(request.user), actor=request.user)
    messages.success(request, "记下了，不会再给您安排联系党员。没办完的诉求会接着办。")
    return redirect("contacts:mine")


@require_POST
def accept(request):
    services.accept_contact(_own(request.user), actor=request.user)
    messages.success(request, "记下了，支部会给您安排联系党员。")
    return redirect("contacts:mine")


def _own(user):
    anchor = Anchor.objects.select_related("user", "contact", "branch", "contact_wish").filter(user=user).first()
    if anchor is None:
        raise PermissionDenied(NOT_AN_ANCHOR)
    return anchor


def _page(request, anchor, form, *, status=200):
    logs = ServiceLog.objects.visible_to(request.user).filter(anchor=anchor).newest_first()
    context = {
        "anchor": anchor, "form": form, "wish": getattr(anchor, "contact_wish", None),
        "logs": logs.select_related("member")[:pages.LOGS_SHOWN],
    }
    return render(request, "anchors/contact_mine.html", context, status=status)
