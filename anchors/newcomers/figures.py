"""What the reports of a branch count of people who came by its poster."""

from django.urls import reverse

from anchors.newcomers.models import Newcomer
from branches.reports.figures import FigureKind, Line, shared


def _newcomers(branch_ids, start, end):
    """Those whom the branch has looked at already, among all who scanned in the period."""
    came = Newcomer.objects.filter(branch__in=branch_ids, created_at__gte=start, created_at__lt=end)
    rows = came.order_by("pk").values_list("branch_id", "pk", "outcome")
    return shared((branch_id, pk, outcome != Newcomer.Outcome.WAITING) for branch_id, pk, outcome in rows)


def _rows(user, ids):
    return Newcomer.objects.visible_to(user).for_list().filter(pk__in=ids)


def _line(newcomer):
    return Line(
        newcomer.anchor.user.name, newcomer.get_outcome_display(), reverse("newcomers:detail", args=[newcomer.pk])
    )


newcomers = FigureKind(
    code="newcomers", group="服务主播", title="扫码来的已核实", unit="名", count=_newcomers, rows=_rows, line=_line,
    of_many=True, how="分母是本期扫本支部海报来的人，分子是其中支部已经核实的，登记、归到登记和不登记都算核实过。",
)
