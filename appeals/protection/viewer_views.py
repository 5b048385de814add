"""谁看过我的诉求: to its anchor alone, and to whoever has its query code."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.views.decorators.http import require_safe

from appeals import policy
from appeals.doors import visible_or_404
from appeals.protection import views_log
from xinyu_portal.paging import paginate_or_first

ROWS = 50
OWN_ONLY = "谁看过，只给提诉求的主播本人看。"


@require_safe
def viewers(request, pk):
    appeal = visible_or_404(request, pk)
    if not policy.is_anchor(request.user, appeal):
        raise PermissionDenied(OWN_ONLY)
    return viewers_page(request, appeal)


def viewers_page(request, appeal, *, by_code=False):
    page = paginate_or_first(
        views_log.of_appeal(appeal), order="-at", size=ROWS, cursor=request.GET.get("cursor"), filters=request.GET
    )
    return render(request, "appeals/viewers.html", {"appeal": appeal, "page": page, "by_code": by_code})
