"""The clock opens the reports at 17:30 of a period's last day, and reminds once, in private, of one that is late."""

from django.db import transaction
from django.utils import timezone

from branches.admission.services import admitted_codes
from branches.calendar import worktime
from branches.reports import periods
from branches.reports.models import Report
from branches.reports.services import BATCH, open_reports, tell_leaders


def open_due(now):
    """Open the reports of the latest ended period of each form that was admitted for its last day (准入).

    Returns how many. A period that nobody's clock saw end is left out: `manage.py open_reports` opens it by hand.
    """
    ended = [periods.latest_ended(form, now) for form in periods.PERIODIC]
    admitted = admitted_codes({period.form: period.ends_at for period in ended})
    return sum(open_reports(period, at=now) for period in ended if period.form in admitted)


@transaction.atomic
def remind_late(now):
    """Tell the leaders of a branch once that a report is late; nobody else hears of it. Returns how many reports."""
    late = Report.objects.owed().filter(due_at__lt=now, late_told_at=None)
    rows = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:BATCH])
    if not rows:
        return 0
    Report.objects.filter(pk__in=[report.pk for report in rows]).update(late_told_at=now)
    tell_leaders(
        rows, f"late:{timezone.localdate(now)}", "{}过了截止时间",
        lambda one: f"{worktime.say(one.due_at, now)} 截止，晚了也照样能报。数字已经取好，看一遍就行。", now,
    )
    return len(rows)
