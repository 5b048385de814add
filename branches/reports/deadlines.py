"""When a report is due, and when its lateness is the committee's to see. The numbers are rules (rules.csv)."""

from datetime import datetime

from django.utils import timezone

from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI
from branches.reports.models import Report
from branches.rules.services import rules_on


def due_at(calendar, day, code) -> datetime:
    """17:30 of the n-th working day after a day; n is the number of the rule `code` on it."""
    nth = calendar.nth_workday_after(day, int(rules_on(day).number(code)))
    return datetime.combine(nth, worktime.CLOSES, SHANGHAI)


def on_the_list(now, calendar):
    """Reports that the committee is shown as late: owed still, REPORT_LATE_LIST working days after they were due."""
    days = int(rules_on(timezone.localdate(now)).number("REPORT_LATE_LIST"))
    return Report.objects.owed().filter(due_at__lte=worktime.workdays_before(calendar, now, days))
