from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from appeals.doors import act
from appeals.supervision import services
from appeals.supervision.lists import TABS, drawn
from appeals.supervision.models import Supervision
from appeals.workflow import Verb
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from xinyu_portal.paging import paginate_or_first


@require_POST
def supervise(request, pk):
    return act(request, pk, Verb.SUPERVISE, services.supervise, "督办单已发出，办理的人会收到消息。")


@require_POST
def answer_sheet(request, pk):
    return act(request, pk, Verb.ANSWER_SHEET, services.answer_sheet, "督办单已回复，市行业党委会收到消息。")


@require_safe
def sheets(request):
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied("督办单的总表是给市行业党委的。")
    tab = TABS["answered"] if request.GET.get("tab") == "answered" else TABS["open"]
    seen = Supervision.objects.visible_to(request.user).for_page()
    rows = seen.open() if tab.key == "open" else seen.filter(answered_at__isnull=False)
    page = paginate_or_first(
        rows, order=tab.order, cursor=request.GET.get("cursor"), filters={"tab": tab.key}
    )
    now, calendar = timezone.now(), SimpleLazyObject(current_calendar)
    context = {
        "page": page, "tab": tab, "rows": [drawn(row, now, calendar) for row in page], "summary": tab.said,
        "tabs": [{"url": f"?tab={one.key}", "label": one.label, "current": one == tab} for one in TABS.values()],
    }
    return render(request, "appeals/sheet_list.html", context)


@require_safe
def sheet(request, pk):
    """One sheet as the office knows it, to be printed and put on file."""
    row = get_object_or_404(Supervision.objects.visible_to(request.user).for_page(), pk=pk)
    context = {"sheet": row, "drawn": drawn(row, timezone.now(), SimpleLazyObject(current_calendar))}
    return render(request, "appeals/sheet.html", context)
