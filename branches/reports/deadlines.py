"""When a report is due, and when its lateness is the committee's to see. The numbers are rules (rules.csv)."""

from datetime import datetime
from typing import NamedTuple

from django.utils import timezone

from branches.admission.services import admitted_codes
from branches.calendar import worktime
from branches.calendar.workcalendar import SHANGHAI
from branches.reports import periods
from branches.reports.models import Report
from branches.rules.services import rules_on


class Coming(NamedTuple):
    """A Period that runs: when the clock opens its reports, and when they are due."""

    period: periods.Period
    opens_at: datetime
    due_at: datetime


def due_at(calendar, day, code) -> datetime:
    """17:30 of the n-th working day after a day; n is the number of the rule `code` on it."""
    nth = calendar.nth_workday_after(day, int(rules_on(day).number(code)))
    return datetime.combine(nth, worktime.CLOSES, SHANGHAI)


def on_the_list(now, calendar):
    """Reports that the committee is shown as late: owed still, REPORT_LATE_LIST working days after they were due."""
    days = int(rules_on(timezone.localdate(now)).number("REPORT_LATE_LIST"))
    return Report.objects.owed().filter(due_at__lte=worktime.workdays_before(calendar, now, days))


def coming(now, calendar):
    """The Coming of the period that ends next, of those whose form is admitted (准入); None where there is none."""
    running = [periods.latest_ended(form, now).following for form in periods.PERIODIC]
    admitted = admitted_codes({period.form: period.ends_at for period in running})
    open_soon = [period for period in running if period.form in admitted]
    if not open_soon:
        return None
    period = min(open_soon, key=lambda one: (one.ends_at, periods.MONTHS[one.form]))
    return Coming(period, period.ends_at, due_at(calendar, period.last, "REPORT_DUE"))
