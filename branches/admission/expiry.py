"""When a form runs out, and until when somebody should think of it. Nothing has to end it: its last day does."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, Subquery

from branches.admission.models import OPEN, ReportForm, standing_on
from branches.rules.models import Rule

CODE = "FORM_EXPIRY_REMINDER"


def with_reminder(forms, day):
    """Annotate `remind_days`: how many days before its last one the rule of that Shanghai day reminds of a form."""
    rule = Rule.objects.filter(code=CODE, since__lte=day).order_by("-since").values("value")[:1]
    return forms.annotate(remind_days=Subquery(rule))


def days_left(form, today):
    """Days to the last one, which is 0, of a form `with_reminder` that is in its last days; else None."""
    if form.expires_on is None or not form.is_standing:
        return None
    left = (form.expires_on - today).days
    return left if left <= form.remind_days else None


def running_out(today, book):
    """A condition: an admitted form in its last days that nobody has asked to renew."""
    until = today + timedelta(days=int(book.number(CODE)))
    renewed = ReportForm.objects.filter(renews=OuterRef("pk"), state__in=OPEN)
    return standing_on(today) & Q(expires_on__lte=until) & ~Exists(renewed)


def untold(today, book):
    return ReportForm.objects.filter(running_out(today, book)).exclude(reminded_of=F("expires_on"))
