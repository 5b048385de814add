from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from branches.organisation.policy import hats
from branches.stations.filters import StationFilter
from branches.stations.models import Station
from xinyu_portal.paging import paginate_or_first


@require_safe
def station_list(request):
    """Open to whoever is logged in: who uses a station is recorded nowhere."""
    found = StationFilter(request.GET, queryset=Station.objects.select_related("division"))
    page = paginate_or_first(found.qs, order="code", cursor=request.GET.get("cursor"), filters=request.GET)
    return render(request, "branches/station_list.html", {"page": page, "form": found.form})


@require_safe
def station_card(request, pk):
    stations = Station.objects.select_related("division__parent", "branch")
    station, worn = get_object_or_404(stations, pk=pk), hats(request.user)
    own = worn.handles_for_committee or station.branch_id in worn.sees_branches
    return render(request, "branches/station_card.html", {"station": station, "own": own})
