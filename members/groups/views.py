from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from branches.organisation.policy import hats
from branches.rules.services import rules_on
from members.groups import services
from members.groups.forms import ArrangeForm, FoundForm
from members.models import Member, PartyGroup
from members.roster.policy import handles, may_add
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done


@require_http_methods(["GET", "HEAD", "POST"])
def group_list(request):
    """The standing groups of the branches whose roster one reads; whoever handles one of them founds here."""
    worn = hats(request.user)
    if not worn.is_officer or request.method == "POST" and not may_add(request.user):
        raise PermissionDenied
    form = FoundForm(request.user, request.POST if request.method == "POST" else None)
    if done(form, lambda: services.found(actor=request.user, **form.cleaned_data)):
        messages.success(request, "建好了，请选组员和组长。")
        return redirect("groups:detail", form.result.pk)
    full = Count("members", filter=Q(members__standing=Member.Standing.FULL))
    rows = PartyGroup.objects.standing().visible_to(request.user).select_related("branch", "leader__user")
    rows = rows.annotate(size=Count("members"), full=full)
    page = paginate_or_first(rows, order="branch_id", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {
        "page": page, "form": form, "may_found": may_add(request.user), "everywhere": worn.handles_for_committee,
        "least": int(rules_on().number("GROUP_FULL_MEMBERS")),
    }
    return render(request, "members/group_list.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def group_detail(request, pk):
    """Name, members and leader at once: whoever handles the branch changes them here."""
    group = _visible_or_404(request.user, pk)
    writes = handles(request.user, group.branch_id)
    if request.method == "POST" and not writes:
        raise PermissionDenied
    form = ArrangeForm(request.POST if request.method == "POST" else None, group=group)
    if done(form, lambda: services.arrange(group, actor=request.user, **form.cleaned_data)):
        messages.success(request, "记下了。")
        return redirect("groups:list")
    context = {"group": group, "form": form, "writes": writes, "members": group.members.select_related("user")}
    return render(request, "members/group_detail.html", context, status=400 if form.errors else 200)


@require_POST
def group_dissolve(request, pk):
    services.dissolve(_visible_or_404(request.user, pk), actor=request.user)
    messages.success(request, "撤销了，组员现在没有编组。")
    return redirect("groups:list")


def _visible_or_404(user, pk):
    rows = PartyGroup.objects.visible_to(user).select_related("branch", "leader__user")
    return get_object_or_404(rows, pk=pk)
