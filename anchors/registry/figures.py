"""What the reports of a branch count of anchors."""

from django.urls import reverse
from django.utils import timezone

from anchors.registry.models import Anchor
from branches.reports.figures import FigureKind, Line, listed, shared
from branches.reports.periods import Form


def _linked(branch_ids, start, end):
    """As of now: who was linked on a day of the past is not recorded."""
    anchors = Anchor.objects.in_use().filter(branch__in=branch_ids).values_list("branch_id", "pk", "contact_id")
    return shared((branch_id, pk, bool(contact_id)) for branch_id, pk, contact_id in anchors)


def _registered(branch_ids, start, end):
    """By the branch of today; enrolled on a Shanghai day of the period."""
    first, after = timezone.localdate(start), timezone.localdate(end)
    anchors = Anchor.objects.in_use().filter(branch__in=branch_ids, enrolled_on__gte=first, enrolled_on__lt=after)
    return listed(anchors.values_list("branch_id", "pk"))


def _rows(user, ids):
    return Anchor.objects.visible_to(user).for_list().filter(pk__in=ids)


def _line(anchor):
    contact = f"联系党员 {anchor.contact.name}" if anchor.contact else "还没有联系党员"
    return Line(anchor.stage_name, f"{anchor.user.name} · {contact}", reverse("anchors:detail", args=[anchor.pk]))


linked = FigureKind(
    code="linked", group="服务主播", title="有联系党员的主播", unit="名", count=_linked, rows=_rows, line=_line,
    of_many=True, forms=tuple(Form), how="登记在本支部的主播中，已经有联系党员的人数，按取数这一刻算。",
)
registered = FigureKind(
    code="registered", group="服务主播", title="新登记主播", unit="名", count=_registered, rows=_rows, line=_line,
    how="登记日期在本期、现在联系支部是本支部的主播。没有核实的、收回同意的和并到别的登记里的不算。",
)
KINDS = (linked, registered)
