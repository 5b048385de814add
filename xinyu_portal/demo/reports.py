"""The monthly reports of the past: opened by the clock of then, filed by the branches, seen by the committee."""

import random
from datetime import datetime, timedelta

from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Post, Role
from branches.organisation.policy import COMMITTEE_HANDLERS
from branches.reports import services, sweeps
from branches.reports.models import Report
from xinyu_portal.demo.script import after

MONTHS = 3
LATE = (1, 4)  # which month, counted from the oldest, and which branch was late
REMARKS = ("本月无其他情况。", "夜班主播多，走访改在晚上。", "", "驿站热水器已报修。", "", "新主播的联系党员已排好。")


def play(now):
    """Open the reports of the last months that ended before `now`, and file them; secretary1's newest stays open."""
    calendar, secretaries, staff = current_calendar(), _secretaries(), _staff()
    for month in range(MONTHS):
        opened = _end_of_month(now, MONTHS - 1 - month) + timedelta(minutes=1)
        sweeps.open_monthly(opened)
        reports = Report.objects.filter(opened_at=opened).order_by("branch")
        for place, report in enumerate(reports):
            if month == MONTHS - 1 and secretaries[report.branch_id].username == "secretary1":
                continue
            filed = _filing(calendar, report, month, place)
            if filed <= now:
                report = services.file(
                    report, actor=secretaries[report.branch_id], version=None, at=filed, remark=REMARKS[place]
                )
                _see(calendar, report, staff, now)


def _see(calendar, report, staff, now):
    seen = after(calendar, report.filed_at, 300 + 20 * report.branch_id % 200)
    if seen <= now:
        services.see(report, actor=staff, at=seen)


def _filing(calendar, report, month, place):
    """When a branch files: in time, but for one."""
    dice = random.Random(f"report {month} {place}")
    if (month, place) == LATE:
        return after(calendar, report.due_at, 520)
    return after(calendar, report.opened_at, dice.uniform(0.1, 0.9) * sweeps.DUE_WORKDAYS * worktime.DAY_MINUTES)


def _end_of_month(now, back):
    """17:30 of the last day of the month that ended `back` months before the latest that ended."""
    month = sweeps.latest_ended_month(now)
    for _ in range(back):
        month = (month - timedelta(days=1)).replace(day=1)
    following = (month + timedelta(days=32)).replace(day=1)
    return datetime.combine(following - timedelta(days=1), worktime.CLOSES, SHANGHAI)


def _secretaries():
    posts = Post.objects.current().filter(branch__isnull=False, role=Role.SECRETARY).select_related("user")
    return {post.branch_id: post.user for post in posts}


def _staff():
    posts = Post.objects.current().filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    return posts.select_related("user").get(user__username="staff1").user
