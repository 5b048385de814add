"""Who looked at a row, kept once for each person and Shanghai day (design §7); what a GET may write."""

from django.utils import timezone

from accounts.models import AuditEvent


def look(user, row, *, office, at=None):
    """The AuditEvent of this look, unsaved."""
    at = at or timezone.now()
    return AuditEvent(
        kind=AuditEvent.Kind.VIEW, actor=user, office=office, subject_type=row._meta.label_lower,
        subject_id=str(row.pk), at=at, day=timezone.localdate(at),
    )


def keep(looks):
    """One statement for however many; of two first looks at once one stays."""
    AuditEvent.objects.bulk_create(looks, ignore_conflicts=True, batch_size=500)


def looked(user, row, *, office, at=None):
    """Keep that this person opened the row."""
    keep([look(user, row, office=office, at=at)])
