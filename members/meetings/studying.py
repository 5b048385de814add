"""The study plan 学习计划 of a branch and year: lines may change until a meeting is made of them."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from members.meetings import policy
from members.meetings.models import StudyLine
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text, save_unless_there

THEME_LIMIT = StudyLine._meta.get_field("theme").max_length
THERE = "这一条已经在计划里。"
STALE = "这一条刚刚有人改过，您的还没有保存。请看一下现在的再写。"
PLANNED = "这一条已经排成会了，不能再改。会不开了，它就又空出来。"


@transaction.atomic
def add_line(branch, *, actor, year, span, kind, theme):
    """Raises PermissionDenied and ValidationError (the theme, or a line that is there). Returns the StudyLine."""
    if not policy.may(actor, "plan", branch.pk):
        raise PermissionDenied
    return _saved(StudyLine(branch=branch, year=year, by=actor), span=span, kind=kind, theme=theme)


@transaction.atomic
def correct_line(line, *, actor, span, kind, theme, seen=None):
    """Write a line that still has the digest `seen`. Returns the fresh StudyLine.

    Raises PermissionDenied, Conflict (a meeting was made of it, or it is another by now) and ValidationError.
    """
    return _saved(_taken(line, actor, seen), span=span, kind=kind, theme=theme)


@transaction.atomic
def drop_line(line, *, actor, seen=None):
    """Raises PermissionDenied and Conflict, as `correct_line`."""
    _taken(line, actor, seen).delete()


def _taken(line, actor, seen):
    line = StudyLine.objects.select_for_update().get(pk=line.pk)
    if not policy.may(actor, "plan", line.branch_id):
        raise PermissionDenied
    if line.meeting_id:
        raise Conflict(PLANNED, line)
    if seen is not None and seen != line.digest:
        raise Conflict(STALE, line)
    return line


def _saved(line, *, span, kind, theme):
    line.span, line.kind = span, kind
    line.theme = cleaned_text(theme, "请写学什么。", field="theme", limit=THEME_LIMIT)
    line.full_clean()
    save_unless_there(line, THERE)
    return line
