from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from anchors.activation import policy as activation
from anchors.contacts.pages import card as contact_card
from anchors.contacts.policy import assigns
from anchors.registry.filters import AnchorFilter
from anchors.registry.models import Anchor
from branches.organisation.policy import hats
from xinyu_portal.paging import paginate_or_first


@require_safe
def anchor_list(request):
    """A registry, not a ranking: newest first, and nothing about what anybody says on air."""
    found = AnchorFilter(request.GET, queryset=Anchor.objects.visible_to(request.user).for_list())
    page = paginate_or_first(
        found.qs, order="-enrolled_on", cursor=request.GET.get("cursor"), filters=request.GET
    )
    worn = hats(request.user)
    officer = worn.handles_for_committee or bool(worn.sees_branches)
    context = {
        "page": page, "form": found.form, "officer": officer, "everywhere": worn.handles_for_committee,
        "assigns": assigns(request.user),
        "decides": worn.handles_for_committee or bool(worn.handles_for_branches),
        "narrowed": any(request.GET.get(name) for name in found.filters),
    }
    return render(request, "anchors/anchor_list.html", context)


@require_safe
def anchor_card(request, pk):
    """No appeals here: who appealed is not a fact about a person (domain.md §9.4)."""
    anchors = Anchor.objects.visible_to(request.user).for_list().prefetch_related("accounts")
    anchor = get_object_or_404(anchors, pk=pk)
    context = {
        "anchor": anchor, "own": anchor.user_id == request.user.pk,
        "may_activate": activation.office(request.user, anchor), "service": contact_card(request.user, anchor),
    }
    return render(request, "anchors/anchor_card.html", context)
