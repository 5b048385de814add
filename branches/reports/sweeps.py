"""The clock opens the reports: 17:30 of the period's last day, due 17:30 on the 4th working day after it."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.admission.services import is_admitted
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Post, Role
from branches.reports.figures import bounds
from branches.reports.models import Report
from notices.services import Message, send_all

DUE_WORKDAYS = 4
BATCH = 1000


@transaction.atomic
def open_monthly(now):
    """Open the report of the latest ended month for every branch that stood by then; return how many.

    None while its form is not admitted for the month's last day (准入).

    Insert-or-ignore, so that two clocks at once open it once. A month that nobody's clock saw end is left out.
    """
    month = latest_ended_month(now)
    last_day = _last_day(month)
    branches = list(
        Branch.objects.filter(established_on__lte=last_day).exclude(reports__month=month).order_by("pk")[:BATCH]
    )
    if not branches or not is_admitted("month", last_day):
        return 0
    due = due_at(current_calendar(), month)
    Report.objects.bulk_create(
        [Report(branch=branch, month=month, opened_at=now, due_at=due) for branch in branches],
        ignore_conflicts=True,
    )
    _tell(Report.objects.filter(month=month, branch__in=branches), due, now)
    return len(branches)


def latest_ended_month(now) -> date:
    """The first day of the month that ended last; a month ends at 17:30 of its last day, weekday or not."""
    month = timezone.localdate(now).replace(day=1)
    ends = datetime.combine(_last_day(month), worktime.CLOSES, SHANGHAI)
    return month if now >= ends else (month - timedelta(days=1)).replace(day=1)


def due_at(calendar, month) -> datetime:
    day = calendar.nth_workday_after(_last_day(month), DUE_WORKDAYS)
    return datetime.combine(day, worktime.CLOSES, SHANGHAI)


def _last_day(month) -> date:
    _, following = bounds(month)
    return following.date() - timedelta(days=1)


def _tell(reports, due, now):
    """One notice to each branch's secretary and deputy."""
    posts = Post.objects.current(timezone.localdate(now)).filter(role__in=(Role.SECRETARY, Role.DEPUTY))
    leaders = posts.filter(branch__reports__in=reports).holders_by_branch()
    send_all(
        [
            Message(
                user_id, key=f"report-opened:{report.pk}", title=f"{report.month.month}月支部月报可以报了",
                text=f"数字已经取好，看一遍就能报。{worktime.say(due, now)} 截止。",
                url=reverse("reports:detail", args=[report.pk]),
            )
            for report in reports
            for user_id in sorted(leaders[report.branch_id])
        ],
        at=now,
    )
