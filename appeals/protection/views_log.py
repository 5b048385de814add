"""谁看过我的诉求: who opened an appeal (design §7).

Where the appeal came with `seen_today` it costs one statement, at the first look of the day.
"""

from django.db.models import CharField, Exists, OuterRef
from django.db.models.functions import Cast
from django.utils import timezone

from accounts import looks
from accounts.models import AuditEvent
from appeals import policy
from appeals.models import Appeal
from branches.organisation.policy import offices

SUBJECT = Appeal._meta.label_lower
CONTACT = "联系党员"  # who holds no post sees it as the contact


def looked(user, appeal, at=None):
    """Keep that this person opened the appeal, an attachment of it, or an export with its row; never its anchor."""
    if policy.is_anchor(user, appeal):
        return
    view = _view(user, appeal, at or timezone.now())
    seen = appeal.seen_today if hasattr(appeal, "seen_today") else _of(user, view.day).filter(
        subject_id=view.subject_id
    ).exists()
    if not seen:
        looks.keep([view])


def seen_today(user):
    """Whether this person opened it today, as the column `seen_today` of an appeal that is read for its page."""
    views = _of(user, timezone.localdate())
    return Exists(views.filter(subject_id=Cast(OuterRef("pk"), CharField())))


def _of(user, day):
    return AuditEvent.objects.filter(kind=AuditEvent.Kind.VIEW, actor=user, subject_type=SUBJECT, day=day)


def looked_at_all(user, appeals, at=None):
    """The same for the rows of an export, or of a list that carries their words: one statement for however many."""
    at = at or timezone.now()
    looks.keep([_view(user, appeal, at) for appeal in appeals if not policy.is_anchor(user, appeal)])


def _view(user, appeal, at):
    return looks.look(user, appeal, office=offices(user) or CONTACT, at=at)


def of_appeal(appeal):
    """What its anchor may read: who opened it, was let read its words or erased them, by office and time. No names."""
    kinds = (AuditEvent.Kind.VIEW, AuditEvent.Kind.SETTING, AuditEvent.Kind.CHANGE)
    return AuditEvent.objects.filter(subject_type=SUBJECT, subject_id=str(appeal.pk), kind__in=kinds)
