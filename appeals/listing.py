"""One page of a list of appeals, with its tabs; for the views of this room."""

from django.utils.functional import SimpleLazyObject

from appeals import worklists
from branches.calendar.services import current_calendar
from xinyu_portal.paging import paginate_or_first


def listed(request, queryset, tabs, counts, now, *, size):
    """The tabs, and one page of rows of the chosen one: a statement, and one for the calendar if needed."""
    tab, calendar = worklists.chosen(tabs, request.GET.get("tab")), SimpleLazyObject(current_calendar)
    rows = worklists.with_last_line(queryset.filter(tab.condition(now)).for_list())
    page = paginate_or_first(
        rows, order=tab.order, size=size, cursor=request.GET.get("cursor"), filters=request.GET
    )
    return {
        "counts": counts, "tab": tab, "page": page,
        "tabs": [_drawn(request, one, tab, counts) for one in tabs if _shown(one, tab, counts)],
        "rows": [worklists.row(appeal, request.user, now, calendar) for appeal in page],
        "summary": f"本页 {len(page)} 件，{worklists.SAID[tab.order]}",
    }


def _shown(tab, current, counts):
    return not tab.only_filled or counts[tab.key] or tab == current


def _drawn(request, tab, current, counts):
    address = request.GET.copy()
    address["tab"] = tab.key
    address.pop("cursor", None)
    return {
        "url": f"?{address.urlencode()}", "label": tab.label, "count": counts[tab.key], "current": tab == current,
        "kind": tab.kind if counts[tab.key] else "", "icon": tab.icon,
    }
