from django.db.models import Count, Prefetch, Q
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import BRANCH_HANDLERS, hats
from xinyu_portal.paging import paginate_or_first

# Officers are read out in the order in which the roles are declared.
_RANK = {role: place for place, role in enumerate(Role)}


@require_safe
def branch_list(request):
    page = paginate_or_first(_branches(), order="id", cursor=request.GET.get("cursor"), filters=request.GET)
    for branch in page:
        _fill_offices(branch)
    return render(request, "branches/branch_list.html", {"page": page, "counts": _sees_counts(request.user)})


@require_safe
def branch_card(request, pk):
    branch = get_object_or_404(_branches(), pk=pk)
    _fill_offices(branch)
    worn = hats(request.user)
    context = {
        "branch": branch,
        "counts": _sees_counts(request.user),
        "own": worn.handles_for_committee or branch.pk in worn.sees_branches,
    }
    return render(request, "branches/branch_card.html", context)


def _branches():
    """Branches with who is in office and how many they serve. An address book: open to whoever is logged in."""
    officers = Prefetch("posts", Post.objects.current().select_related("user"), to_attr="in_office")
    # `members` and `anchors` are the related names of higher rooms; only their number is asked for.
    return (
        Branch.objects.select_related("division", "committee")
        .annotate(
            member_count=Count("members", filter=Q(members__left_on=None), distinct=True),
            anchor_count=Count("anchors", filter=Q(anchors__confirmed_at__isnull=False), distinct=True),
        )
        .prefetch_related(officers)
    )


def _sees_counts(user):
    """Aggregated numbers are internal: committee and branches (domain.md §9.1 P1)."""
    worn = hats(user)
    return worn.handles_for_committee or worn.is_auditor or bool(worn.sees_branches)


def _fill_offices(branch):
    """Add `officers` in order of rank, whether it is `vacant` (no secretary) or `unattended` (nobody to accept)."""
    held = {post.role for post in branch.in_office}
    branch.officers = sorted(branch.in_office, key=lambda post: (_RANK[post.role], post.since, post.pk))
    branch.secretaries = [post for post in branch.officers if post.role == Role.SECRETARY]
    branch.others = [post for post in branch.officers if post.role != Role.SECRETARY]
    branch.vacant = Role.SECRETARY not in held
    branch.unattended = not held.intersection(BRANCH_HANDLERS)
