"""Filed reports as evidence of a measure."""

from django.urls import reverse

from branches.measures.kinds import Kind
from branches.reports.figures import Line
from branches.reports.models import Report


def _rows(user):
    return Report.objects.visible_to(user).frozen().select_related("branch")


def _line(row):
    return Line(f"{row.branch.short_name} {row}", row.get_state_display(), reverse("reports:detail", args=[row.pk]))


report = Kind("report", "支部报表", Report, "-ends_on", _rows, _line)
