"""What the year brings: the calendar, its subscription, and the study plan."""

from datetime import date, datetime, time

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.calendar.services import current_calendar
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from branches.organisation.terms import months_later
from members.meetings import month, policy, studying, subscribing
from members.meetings.forms import StudyDropForm, StudyForm, StudyLineForm, SubscriptionForm
from members.meetings.models import CalendarFeed, Meeting, StudyLine, own_branches
from members.meetings.views import named_branch, readable
from xinyu_portal.typed import done

YEARS = range(2020, 2100)
NAMED = 300  # meetings of one month that a page names


@require_safe
def calendar(request):
    """`?month=2026-11`; what cannot be read is this month."""
    worn, today = readable(request), timezone.localdate()
    first = _month(request.GET.get("month", ""), today)
    zone = timezone.get_default_timezone()
    start, end = (datetime.combine(day, time.min, zone) for day in (first, months_later(first, 1)))
    found = Meeting.objects.visible_to(request.user).filter(starts_at__gte=start, starts_at__lt=end)
    found = list(found.select_related("branch").order_by("starts_at", "pk")[:NAMED])
    held = [one for one in found if one.state != Meeting.State.CANCELLED]
    context = {
        "month": month.picture(first, found, current_calendar(), today), "count": len(held), "today": today,
        "several": policy.reads_several(request.user, found),
        "plans": bool(worn.handles_for_branches),
    }
    return render(request, "members/meeting_calendar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def subscription(request):
    """The own address for a phone's calendar: made, changed, stopped."""
    readable(request)
    form = SubscriptionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        if form.cleaned_data["do"] == "stop":
            subscribing.stop(actor=request.user)
            messages.success(request, "停了，原来的链接打不开了。")
        else:
            had_one = CalendarFeed.objects.filter(user=request.user).exists()
            subscribing.renew(actor=request.user)
            messages.success(request, "链接换好了，以前的那个已经打不开。" if had_one else "链接做好了。")
        return redirect("meetings:subscription")
    feed = CalendarFeed.objects.filter(user=request.user).first()
    address = feed and request.build_absolute_uri(f"{reverse('api:calendar')}?token={subscribing.token_of(feed)}")
    context = {
        "feed": feed, "address": address, "form": form,
        "on_phones": address and "webcal" + address.removeprefix("https").removeprefix("http"),
    }
    return render(request, "members/meeting_subscription.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def study(request):
    """The plan of one branch and year, `?branch=` and `?year=`; sent, one line more."""
    worn, branches = readable(request), _branches(request.user)
    if not branches:
        raise PermissionDenied
    branch = named_branch(request, branches)
    writes = branch.pk in worn.handles_for_branches
    if request.method == "POST" and not writes:
        raise PermissionDenied
    year = _year(request.GET.get("year", ""))
    form = StudyForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: studying.add_line(branch, actor=request.user, year=year, **form.cleaned_data)):
        messages.success(request, "加进计划了。")
        return redirect(f"{request.path}?branch={branch.pk}&year={year}")
    lines = list(StudyLine.objects.filter(branch=branch, year=year).select_related("meeting"))
    lines.sort(key=lambda line: (line.month, line.span))
    context = {
        "branch": branch, "branches": branches, "year": year, "years": (year - 1, year, year + 1), "form": form,
        "writes": writes, "lines": lines, "done": sum(line.is_done for line in lines),
    }
    return render(request, "members/study_plan.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def study_line(request, pk):
    line = _line_or_404(request, pk)
    form = StudyLineForm(request.POST if request.method == "POST" else None, initial=_present(line))
    if done(form, lambda: studying.correct_line(line, actor=request.user, **form.cleaned_data)):
        messages.success(request, "改好了。")
        return redirect(_plan_of(line))
    return _line_page(request, line, status=400 if form.is_bound else 200, form=form)


@require_POST
def study_drop(request, pk):
    line = _line_or_404(request, pk)
    form = StudyDropForm(request.POST, auto_id="drop_%s")
    if done(form, lambda: studying.drop_line(line, actor=request.user, **form.cleaned_data)):
        messages.success(request, "从计划里拿掉了。")
        return redirect(_plan_of(line))
    return _line_page(request, line, status=400, drop=form)


def _line_page(request, line, status, **forms):
    present = _present(line)
    context = {
        "line": line, "back": _plan_of(line), "form": StudyLineForm(initial=present),
        "drop": StudyDropForm(initial=present, auto_id="drop_%s"), **forms,
    }
    return render(request, "members/study_line.html", context, status=status)


def _present(line):
    return {"span": line.span, "kind": line.kind, "theme": line.theme, "seen": line.digest}


def _line_or_404(request, pk):
    """Raises PermissionDenied where it is seen and another's to write."""
    line = get_object_or_404(StudyLine.objects.visible_to(request.user).select_related("branch"), pk=pk)
    if not policy.may(request.user, "plan", line.branch_id):
        raise PermissionDenied
    return line


def _plan_of(line):
    return f"{reverse('meetings:study')}?branch={line.branch_id}&year={line.year}"


def _branches(user):
    """Whose plans this person may read."""
    worn, branches = hats(user), Branch.objects.all()
    if worn.handles_for_committee:
        return list(branches)
    return list(branches.filter(pk__in=worn.sees_branches) | branches.filter(pk__in=own_branches(user)))


def _month(text, today):
    try:
        first = date.fromisoformat(f"{text}-01") if len(text) == 7 else today.replace(day=1)
    except ValueError:
        first = today.replace(day=1)
    return first if first.year in YEARS else today.replace(day=1)


def _year(text):
    year = int(text) if len(text) == 4 and text.isascii() and text.isdigit() else 0
    return year if year in YEARS else timezone.localdate().year
