from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from anchors.newcomers import policy, posters, services
from anchors.newcomers.forms import JoinForm
from anchors.newcomers.models import Newcomer
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from branches.stations.models import Station
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first

NOT_YOURS = "核实主播，是支部书记、副书记、组织委员和行业党委的事。"
NO_POSTER = "海报由所在支部和行业党委打印。"


@require_safe
def newcomer_list(request):
    if not policy.sees_waiting(request.user):
        raise PermissionDenied(NOT_YOURS)
    done = request.GET.get("show") == "done"
    rows = Newcomer.objects.visible_to(request.user).for_list()
    rows = rows.exclude(outcome=Newcomer.Outcome.WAITING) if done else rows.waiting()
    page = paginate_or_first(rows, order="-created_at", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {"page": page, "done": done, "posters": _posters(hats(request.user))}
    return render(request, "anchors/newcomer_list.html", context)


def _posters(worn):
    """(text of the button, its address): of each branch one handles for; the committee picks on the list of them."""
    if worn.handles_for_committee:
        return [("海报", reverse("branches:list"))]
    branches = {post.branch_id: post.branch for post in worn.posts if post.branch_id in worn.handles_for_branches}
    several = len(branches) > 1
    return [
        (f"{branch.short_name if several else ''}海报", reverse("newcomers:branch_poster", args=[pk]))
        for pk, branch in branches.items()
    ]


@require_safe
def newcomer_detail(request, pk):
    return _page(request, _visible_or_404(request, pk))


def _visible_or_404(request, pk):
    return get_object_or_404(Newcomer.objects.visible_to(request.user).for_list(), pk=pk)


def _page(request, newcomer, *, form=None, refused="", status=200):
    candidates = policy.candidates(newcomer, request.user)[:20] if newcomer.is_waiting else []
    context = {
        "newcomer": newcomer, "candidates": [_drawn(anchor, newcomer) for anchor in candidates], "form": form,
        "refused": refused,
    }
    return render(request, "anchors/newcomer_detail.html", context, status=status)


def _drawn(anchor, newcomer):
    same_phone = bool(newcomer.phone_index) and anchor.user.phone_index == newcomer.phone_index
    return {"anchor": anchor, "why": "手机号相同" if same_phone else "姓名相同"}


@require_POST
def confirm(request, pk):
    return _act(request, pk, services.confirm, "已登记。以后按主播联系，手机号也能登录了。")


@require_POST
def join(request, pk):
    newcomer = _visible_or_404(request, pk)
    form = JoinForm(policy.candidates(newcomer, request.user), request.POST)
    if form.is_valid():
        return _act(request, pk, services.join, "已归到登记的主播名下，本人会看到。", **form.cleaned_data)
    if newcomer.is_waiting:
        return _page(request, newcomer, form=form, status=400)
    return _page(request, newcomer, refused=services.decided(newcomer).message, status=409)


@require_POST
def close(request, pk):
    return _act(request, pk, services.close, "已记为不登记。说过的诉求照常办。")


def _act(request, pk, verb, done, **words):
    newcomer = _visible_or_404(request, pk)
    try:
        verb(newcomer, actor=request.user, **words)
    except Conflict as conflict:
        return _page(request, _visible_or_404(request, pk), refused=conflict.message, status=409)
    except ValidationError as error:
        return _page(request, newcomer, refused=" ".join(error.messages), status=400)
    messages.success(request, done)
    return redirect("newcomers:list")


@require_safe
def branch_poster(request, pk):
    return _print(request, posters.of_branch(get_object_or_404(Branch, pk=pk)))


@require_safe
def station_poster(request, pk):
    return _print(request, posters.of_station(get_object_or_404(Station.objects.select_related("branch"), pk=pk)))


def _print(request, poster):
    """One A4 poster, or with ?as=stickers a sheet of small ones."""
    if not policy.may_print(request.user, poster.branch and poster.branch.pk):
        raise PermissionDenied(NO_POSTER)
    address = request.build_absolute_uri(poster.path)
    stickers = request.GET.get("as") == "stickers"
    context = {
        "poster": poster, "address": address.partition("://")[2], "qr": posters.qr(address), "stickers": stickers,
        "sheet": range(posters.PER_SHEET) if stickers else (),
    }
    return render(request, "anchors/poster.html", context)
