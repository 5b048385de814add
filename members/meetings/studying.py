"""The study plan 学习计划 of a branch and year: lines may change until a meeting is made of them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from members.meetings import policy
from members.meetings.models import StudyLine
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

THEME_LIMIT = StudyLine._meta.get_field("theme").max_length
PLANNED = "这一条已经排成会了，不能再改。会不开了，它就又空出来。"


@transaction.atomic
def add_line(branch, *, actor, year, span, kind, theme):
    """Raises PermissionDenied and ValidationError (the theme, or a line that is there). Returns the StudyLine."""
    if not policy.may(actor, "plan", branch.pk):
        raise PermissionDenied
    return _saved(StudyLine(branch=branch, year=year, by=actor), span=span, kind=kind, theme=theme)


@transaction.atomic
def correct_line(line, *, actor, span, kind, theme):
    """Raises PermissionDenied, Conflict (a meeting was made of it) and ValidationError. Returns the fresh StudyLine."""
    return _saved(_taken(line, actor), span=span, kind=kind, theme=theme)


@transaction.atomic
def drop_line(line, *, actor):
    """Raises PermissionDenied and Conflict (a meeting was made of it)."""
    _taken(line, actor).delete()


def _taken(line, actor):
    line = StudyLine.objects.select_for_update().get(pk=line.pk)
    if not policy.may(actor, "plan", line.branch_id):
        raise PermissionDenied
    if line.meeting_id:
        raise Conflict(PLANNED, line)
    return line


def _saved(line, *, span, kind, theme):
    line.span, line.kind = span, kind
    line.theme = cleaned_text(theme, "请写学什么。", field="theme", limit=THEME_LIMIT)
    line.full_clean()
    line.save()
    return line
