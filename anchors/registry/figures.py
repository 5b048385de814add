"""What the monthly report of a branch counts of anchors."""

from django.urls import reverse

from anchors.registry.models import Anchor
from branches.reports.figures import Figure, FigureKind, Line


def _linked(branch_ids, start, end):
    """As of now: who was linked on a day of the past is not recorded."""
    counted = Anchor.objects.in_use().filter(branch__in=branch_ids).values_list("branch_id", "pk", "contact_id")
    found = {}
    for branch_id, pk, contact_id in counted:
        linked, ids = found.setdefault(branch_id, ([], []))
        ids.append(pk)
        if contact_id:
            linked.append(pk)
    return {pk: Figure(len(linked), len(ids), tuple(sorted(ids))) for pk, (linked, ids) in found.items()}


def _rows(user, ids):
    return Anchor.objects.visible_to(user).for_list().filter(pk__in=ids)


def _line(anchor):
    contact = f"联系党员 {anchor.contact.name}" if anchor.contact else "还没有联系党员"
    return Line(anchor.stage_name, f"{anchor.user.name} · {contact}", reverse("anchors:detail", args=[anchor.pk]))


linked = FigureKind(
    code="linked", group="服务主播", title="有联系党员的主播", unit="名", count=_linked, rows=_rows, line=_line,
    of_many=True, how="登记在本支部的主播中，已经有联系党员的人数，按取数这一刻算。",
)
