"""The reports of the past: opened by the clock of then, filed by the branches, looked over by the committee."""

import random
from datetime import timedelta

from branches.admission import services as admission
from branches.admission.models import ReportForm
from branches.calendar import worktime
from branches.calendar.services import current_calendar
from branches.organisation.models import Post, Role
from branches.organisation.policy import COMMITTEE_HANDLERS
from branches.reports import periods, services, sweeps
from branches.reports.models import Report
from xinyu_portal.demo.script import after

MONTHS = 3
WORKDAYS = 4  # in which a branch files
LATE = (1, 4)  # which month, counted from the oldest, and which branch was late
BACK = (1, 2)  # which one was returned, and filed again
UNREAD = (MONTHS - 1, 3)  # which one waits for the committee
STAYS_BACK = (MONTHS - 1, 5)  # which one was returned, and waits for its branch
REMARKS = ("本月无其他情况。", "夜班主播多，走访改在晚上。", "", "驿站热水器已报修。", "", "新主播的联系党员已排好。")


def play(now):
    """Open the reports of the last months that ended before `now`, and file them; secretary1's newest stays open."""
    calendar, secretaries, staff = current_calendar(), _leaders(branch__isnull=False), _staff()
    ends = [end + timedelta(minutes=1) for end in _ends_of_months(now)]
    _admit(ends[0] - timedelta(days=20))
    for month, opened in enumerate(ends):
        sweeps.open_due(opened)
        for form in (periods.Form.MONTH, periods.Form.QUARTER):
            reports = Report.objects.filter(form=form, opened_at=opened).order_by("branch")
            for place, report in enumerate(reports):
                secretary = secretaries[report.branch_id]
                if month == MONTHS - 1 and secretary.username == "secretary1":
                    continue
                step = (month, place) if form == periods.Form.MONTH else None
                _story(calendar, report, step, secretary, staff, REMARKS[place], now)


def _story(calendar, report, step, secretary, staff, remarks, now):
    """What became of one report, as far as it has happened by `now`."""
    at = _filing(calendar, report, step)
    if at > now:
        return
    report = services.file(report, actor=secretary, at=at, remarks=remarks)
    at = after(calendar, at, 300 + 20 * report.branch_id % 200)
    if step in (BACK, STAYS_BACK) and at <= now:
        report = services.give_back(report, actor=staff, reason="有两条走访记在了别的支部，请改到本支部。", at=at)
        at = after(calendar, at, 200)
        if step == STAYS_BACK or at > now:
            return
        report = services.file(report, actor=secretary, at=at, remarks=remarks)
        at = after(calendar, at, 100)
    if step != UNREAD and at <= now:
        services.accept(report, actor=staff, at=at)


def _filing(calendar, report, step):
    """When a branch files: in time, but for one."""
    dice = random.Random(f"report {report.form} {step} {report.branch_id}")
    if step == LATE:
        return after(calendar, report.due_at, 520)
    return after(calendar, report.opened_at, dice.uniform(0.1, 0.9) * WORKDAYS * worktime.DAY_MINUTES)


def _admit(at):
    """The committee of the demo city admits the other forms as well."""
    (chief,) = _leaders(committee__isnull=False).values()
    for form in ReportForm.objects.filter(state=ReportForm.State.PROPOSED, entered_by=None):
        admission.decide(form, actor=chief, granted=True, reason="演示：数字都是自动取的，不增加填报。", at=at)


def _ends_of_months(now):
    """17:30 of the last days of the last months that ended, oldest first."""
    month, ends = periods.latest_ended(periods.Form.MONTH, now), []
    for _ in range(MONTHS):
        ends.insert(0, month.ends_at)
        month = month.previous
    return ends


def _leaders(**seat):
    posts = Post.objects.current().filter(role=Role.SECRETARY, **seat).select_related("user")
    return {post.branch_id: post.user for post in posts}


def _staff():
    posts = Post.objects.current().filter(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    return posts.select_related("user").get(user__username="staff1").user
