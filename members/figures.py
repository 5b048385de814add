"""What the monthly report of a branch counts of its people."""

from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.reports.figures import Figure, FigureKind, Line
from members.models import Activist


def _activists(branch_ids, start, end):
    """Named before the month ended, and not ended before it did."""
    after = timezone.localdate(end)
    found = defaultdict(list)
    people = Activist.objects.filter(Q(until=None) | Q(until__gte=after), branch__in=branch_ids, since__lt=after)
    for branch_id, pk in people.values_list("branch_id", "pk"):
        found[branch_id].append(pk)
    return {branch_id: Figure(len(ids), None, tuple(sorted(ids))) for branch_id, ids in found.items()}


def _rows(user, ids):
    return Activist.objects.visible_to(user).select_related("user").filter(pk__in=ids)


def _line(activist):
    return Line(activist.user.name, f"{activist.since:%Y-%m-%d} 确定", f"{reverse('members:list')}?show=activist")


activists = FigureKind(
    code="activists", group="队伍", title="入党积极分子", unit="名", count=_activists, rows=_rows, line=_line,
    how="月底时本支部确定的、仍在培养的入党积极分子人数。",
)
