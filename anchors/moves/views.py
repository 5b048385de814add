from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.moves import policy, services
from anchors.moves.forms import ConfirmForm, SelectionForm
from anchors.moves.models import Move
from anchors.moves.plan import Plan
from anchors.moves.suggestions import suggestions
from anchors.registry.models import Anchor
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first

SHOWN = 30  # names on the preview


@require_safe
def move_list(request):
    """Who could be taken where, and what was moved."""
    _only_movers(request.user)
    moves = Move.objects.visible_to(request.user).for_list()
    page = paginate_or_first(moves, order="-at", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {
        "page": page, "suggestions": suggestions(policy.targets(request.user)),
        "everywhere": hats(request.user).handles_for_committee,
    }
    return render(request, "anchors/move_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def move_new(request):
    """The preview; posting its token carries it out."""
    _only_movers(request.user)
    if request.method == "POST":
        return _confirm(request)
    form = SelectionForm(request.GET, user=request.user)
    if not form.is_valid():
        context = {"wrong": _first_error(form) if request.GET else "", "back": _list(form.narrowing.query)}
        return render(request, "anchors/move_new.html", context)
    return _preview(request, form.selection, form.branch)


def _confirm(request):
    form = ConfirmForm(request.POST, user=request.user)
    if not form.is_valid():
        return render(request, "anchors/move_new.html", {"form": form, "back": _list("")}, status=400)
    seen = form.cleaned_data["token"]
    anchors = seen.selection.anchors(request.user, form.branch)
    try:
        move = services.move(
            anchors, actor=request.user, to_branch=form.branch, kind=seen.selection.kind, seen=seen.digest, key=seen.key
        )
    except Conflict as conflict:
        return _preview(request, seen.selection, form.branch, refused=conflict.message, status=409)
    messages.success(request, f"{move.count} 名主播已调到{form.branch.short_name}。调错了可以在这一页撤销。")
    return redirect("moves:detail", move.pk)


def _preview(request, selection, branch, *, refused="", status=200):
    anchors = selection.anchors(request.user, branch)
    plan = Plan.of(anchors, branch)
    names = dict(Branch.objects.values_list("pk", "short_name"))
    shown = anchors.exclude(branch=branch).select_related("user", "branch", "contact")
    kind = selection.kind
    context = {
        "back": reverse("moves:list") if kind == Move.Kind.SUGGESTED else _list(selection.query),
        "branch": branch, "plan": plan, "refused": refused, "selection": selection,
        "leaving": [(names.get(pk, "还没有支部"), n) for pk, n in plan.by_branch],
        "shown": [(row, row.contact_id and row.contact_id not in plan.members) for row in shown.order_by("pk")[:SHOWN]],
        "everybody": kind == Move.Kind.FILTERED and not selection.query,
        "conditions": selection.narrowing(request.user).words if kind == Move.Kind.FILTERED and selection.query else "",
        "token": selection.sealed(request.user, plan.digest),
    }
    return render(request, "anchors/move_new.html", context, status=status)


def _list(query):
    """The registry's list as it was narrowed."""
    return reverse("anchors:list") + (f"?{query}" if query else "")


@require_safe
def move_detail(request, pk):
    move = _visible_or_404(request, pk)
    seen = Anchor.objects.visible_to(request.user).order_by().values("pk")
    rows = move.rows.filter(anchor__in=seen).select_related("anchor__user", "before", "contact_before")
    page = paginate_or_first(rows, order="id", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {"move": move, "page": page, "may_undo": not move.undone_at and policy.may_undo(request.user, move)}
    return render(request, "anchors/move_detail.html", context)


@require_POST
def move_undo(request, pk):
    move = services.undo(_visible_or_404(request, pk), actor=request.user)
    alone = f"有 {move.left_alone} 名后来又改过，没有动。" if move.left_alone else ""
    messages.success(request, f"已撤销，{move.restored} 名主播回到了原来的支部。{alone}")
    return redirect("moves:detail", pk)


def _visible_or_404(request, pk):
    return get_object_or_404(Move.objects.visible_to(request.user).for_list(), pk=pk)


def _only_movers(user):
    if not policy.may_move(user):
        raise PermissionDenied


def _first_error(form):
    return next(iter(form.errors.values()))[0]
