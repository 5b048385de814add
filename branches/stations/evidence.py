"""Stations as evidence of a measure."""

from django.urls import reverse

from branches.measures.kinds import Kind
from branches.reports.figures import Line
from branches.stations.models import Station


def _line(row):
    return Line(row.name, f"{row.code} · {row.get_status_display()}", reverse("stations:detail", args=[row.pk]))


station = Kind("station", "暖新驿站", Station, "code", lambda user: Station.objects.all(), _line)
