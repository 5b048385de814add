"""What answers may begin from: the committee's staff keep them, handlers take them. Nothing is ever deleted.

Raises PermissionDenied and ValidationError.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from anchors.registry.policy import links
from appeals.answering.models import ReplyTemplate
from appeals.workflow import ACTIVE
from branches.organisation.policy import hats
from xinyu_portal.typed import cleaned_text

NAMED = "已经有一份叫这个名称的模板了。"


def may_keep(user):
    return hats(user).handles_for_committee


def may_read(user):
    """Whoever answers somewhere: an officer who takes appeals, or a contact member."""
    return may_keep(user) or bool(hats(user).handles_for_branches) or bool(links(user).linked)


@transaction.atomic
def add(*, actor, title, text, category=None, status="", at=None):
    return _write(ReplyTemplate(), actor, title, text, category, status, at)


@transaction.atomic
def change(template, *, actor, title, text, category=None, status="", at=None):
    return _write(_locked(template), actor, title, text, category, status, at)


@transaction.atomic
def set_active(template, *, actor, active, at=None):
    """Retire a template, or take it into use again."""
    if not may_keep(actor):
        raise PermissionDenied
    template = _locked(template)
    template.is_active, template.changed_by, template.changed_at = active, actor, at or timezone.now()
    template.save()
    return template


def _locked(template):
    return ReplyTemplate.objects.select_for_update().get(pk=template.pk)


def _write(template, actor, title, text, category, status, at):
    if not may_keep(actor):
        raise PermissionDenied
    title = cleaned_text(title, "请写一个名称。", field="title", limit=40)
    if status and status not in ACTIVE:
        raise ValidationError({"status": "请选什么时候用。"})
    if ReplyTemplate.objects.filter(title=title).exclude(pk=template.pk).exists():
        raise ValidationError({"title": NAMED})
    written = {"title": title, "text": cleaned_text(text, "请写内容。"), "category": category, "status": status}
    for column, value in {**written, "changed_by": actor, "changed_at": at or timezone.now()}.items():
        setattr(template, column, value)
    template.save()
    return template
