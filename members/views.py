from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from branches.organisation.models import Branch
from branches.organisation.policy import hats
from members.models import Activist, Member
from xinyu_portal.paging import paginate_or_first

SHOWN = {"member": Member.objects.filter(left_on=None), "activist": Activist.objects.filter(until=None)}


@require_safe
def member_list(request):
    """A thin roster: name, standing, branch. Only for the branch's own officers and the committee (P3)."""
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    shown = request.GET.get("show") if request.GET.get("show") in SHOWN else "member"
    people = SHOWN[shown].visible_to(request.user).select_related("user", "branch")
    chosen = request.GET.get("branch", "")
    if chosen.isascii() and chosen.isdigit():
        people = people.filter(branch=int(chosen[:9]))
    page = paginate_or_first(people, order="branch_id", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {
        "page": page, "shown": shown, "chosen": chosen, "everywhere": worn.handles_for_committee,
        "branches": Branch.objects.all() if worn.handles_for_committee else (),
    }
    return render(request, "members/member_list.html", context)
