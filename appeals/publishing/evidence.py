"""Public answers as evidence of a measure, while they are shown."""

from django.urls import reverse

from appeals.publishing.models import Publication
from branches.measures.kinds import Kind
from branches.reports.figures import Line


def _line(row):
    return Line(row.title, "公开的答复", reverse("answer", args=[row.pk]))


answer = Kind("answer", "公开的答复", Publication, "-published_at", lambda user: Publication.objects.shown(), _line)
