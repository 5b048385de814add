"""The clock reminds the committee of forms that run out: once for each last day."""

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from branches.admission import expiry
from branches.admission.models import ReportForm
from branches.organisation.models import COMMITTEE_HANDLERS, Post
from branches.rules.services import rules_on
from notices.services import Message, send_all

BATCH = 1000


@transaction.atomic
def remind_of_expiry(now):
    """Tell the committee's handlers of forms in their last days. Returns how many forms."""
    today = timezone.localdate(now)
    rows = expiry.untold(today, rules_on(today)).select_for_update(of=("self",)).order_by("pk")
    forms = list(rows[:BATCH])
    if not forms:
        return 0
    seats = Post.objects.current(today).filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    hearers = sorted(set(seats.values_list("user", flat=True)))
    send_all(
        [
            Message(
                user, key=f"form-expires:{form.pk}:{form.expires_on}", title=f"报表快到期：{form.title}",
                text=f"{form.expires_on:%Y年%-m月%-d日}到期，到期支部就不用填了。还要用的，请续期，重新审批。",
                url=reverse("admission:detail", args=[form.pk]),
            )
            for form in forms for user in hearers
        ],
        at=now,
    )
    ReportForm.objects.filter(pk__in=[form.pk for form in forms]).update(reminded_of=F("expires_on"))
    return len(forms)
