"""The first page of an office of a branch: what waits, what is not recorded yet, what comes, and what there is."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from anchors.registry.models import Anchor
from appeals.workflow import ACTIVE
from branches.calendar import worktime
from branches.organisation.policy import hats
from branches.reports import deadlines
from members.meetings.missing import missing
from members.meetings.models import Meeting
from members.models import Activist, Member
from xinyu_portal.todo.branch import LINES
from xinyu_portal.todo.desk import Desk, lines, list_url

COMING = 5  # so many meetings are named: the calendar has them all


@dataclass(frozen=True)
class Coming:
    """Something that has its day already and asks for nothing today."""

    at: datetime
    title: str
    detail: str
    url: str = ""


@require_safe
def branch_home(request):
    worn = hats(request.user)
    if not worn.sees_branches:
        raise PermissionDenied("这一页是给支部的。")
    now = timezone.now()
    desk = Desk(request.user, now)
    context = {
        "today": timezone.localtime(now), "todo": lines(desk, LINES), "branches": worn.own_branches,
        "missing": missing(worn.handles_for_branches, desk.today), "plans": bool(worn.handles_for_branches),
        "coming": _coming(desk), "figures": _figures(desk),
    }
    return render(request, "portal/branch.html", context)


def _coming(desk):
    planned = Meeting.objects.filter(
        branch__in=desk.worn.sees_branches, state=Meeting.State.PLANNED, starts_at__gt=desk.now
    )
    found = [
        Coming(
            meeting.starts_at, meeting.title, f"{meeting.get_kind_display()} · {meeting.place}",
            reverse("meetings:detail", args=[meeting.pk]),
        )
        for meeting in planned.order_by("starts_at", "pk")[:COMING]
    ]
    if report := deadlines.coming(desk.now, desk.calendar):
        found.append(Coming(
            report.opens_at, f"{report.period.short}{report.period.form.short}",
            f"那时开始能报，数字自动取好，{worktime.say(report.due_at, desk.now)} 截止",
        ))
    return sorted(found, key=lambda one: one.at)


def _figures(desk):
    """`[(label, number, unit, address)]`: each the number of rows on the page that it leads to."""
    user, roster = desk.user, reverse("members:list")
    people, activists = Member.objects.in_branch(desk.today), Activist.objects.lasting(desk.today)
    return [
        ("在办诉求", desk.seen.filter(status__in=ACTIVE).count(), "件", list_url(tab="open")),
        ("主播", Anchor.objects.visible_to(user).count(), "位", reverse("anchors:list")),
        ("党员", people.visible_to(user).count(), "名", roster),
        ("积极分子", activists.visible_to(user).count(), "名", f"{roster}?show=activist"),
    ]
