from django.db.models import Exists, OuterRef, Q

from branches.admission.models import ReportForm
from branches.organisation.policy import hats


def may(user, verb, form=None):
    """`enter`, `correct`, `renew` and `remove` are the committee's; `decide` its secretary's or deputy's, but for
    what they entered or corrected themselves.
    """
    worn = hats(user)
    if verb == "decide":
        changed_by = {form.entered_by_id, *(one.pk for one in form.correctors.all())}
        return worn.leads_committee and user.pk not in changed_by
    return verb in ("enter", "correct", "renew", "remove") and worn.handles_for_committee


def to_decide(user):
    """A condition: a form that somebody asked for, and that waits for this person's word, as `may` says it of one."""
    if not hats(user).leads_committee:
        return Q(pk__in=[])
    corrected = ReportForm.correctors.through.objects.filter(reportform=OuterRef("pk"), user=user)
    waits = Q(state=ReportForm.State.PROPOSED, entered_by__isnull=False)
    return waits & ~Q(entered_by=user) & ~Exists(corrected)
