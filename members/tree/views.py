from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from branches.organisation.policy import hats
from members.tree.reading import tree_of


@require_safe
def tree(request):
    """From the committee to the members: all of it for the committee, the own branch for its officers."""
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    context = {"everywhere": worn.handles_for_committee, "tree": tree_of(request.user)}
    return render(request, "members/tree.html", context)
