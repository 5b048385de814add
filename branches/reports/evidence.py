"""Filed reports as evidence of a measure."""

from django.urls import reverse

from branches.measures.kinds import Kind
from branches.reports.figures import Line
from branches.reports.models import Report


def _rows(user):
    return Report.objects.visible_to(user).filter(state=Report.State.FILED).select_related("branch")


def _line(row):
    return Line(f"{row.branch.short_name} {row.month.year} 年 {row.month.month} 月月报", "已上报",
                reverse("reports:detail", args=[row.pk]))


report = Kind("report", "支部月报", Report, "-month", _rows, _line)
