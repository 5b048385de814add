"""The verbs of the Word template: replace, restore. `at` is when it happens, now by default."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.policy import offices
from branches.reports import policy, word
from branches.reports.models import WordTemplate


def current():
    """`(bytes, the row or None)` of the template that holds."""
    row = WordTemplate.objects.select_related("by").order_by("-pk").first()
    return (bytes(row.content), row) if row else (standard(), None)


def standard():
    return word.STANDARD.read_bytes()


@transaction.atomic
def replace(*, actor, content, name, at=None):
    """The roll-up is printed by this template from now on. Returns the WordTemplate.

    Raises PermissionDenied, and ValidationError at `file` with what is wrong with it, before anything is written.
    """
    _judge(actor)
    word.check(content)
    at = at or timezone.now()
    WordTemplate.objects.all().delete()
    row = WordTemplate.objects.create(content=content, name=name[-100:], by=actor, at=at)
    _audit(actor, "换了汇总的 Word 模板", at)
    return row


@transaction.atomic
def restore(*, actor, at=None):
    """The standard one holds again; where it did already nothing changes. Raises PermissionDenied."""
    _judge(actor)
    if WordTemplate.objects.all().delete()[0]:
        _audit(actor, "恢复标准的 Word 模板", at or timezone.now())


def _judge(actor):
    if not policy.may(actor, "template"):
        raise PermissionDenied


def _audit(actor, reason, at):
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type="word_template",
        subject_id="rollup", reason=reason, at=at,
    )
