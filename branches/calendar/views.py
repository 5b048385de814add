"""The working calendar year by year, the duty list, and what a change would move before it is confirmed."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.calendar import changes, pictures, policy, services
from branches.calendar.forms import ConfirmForm, ShiftForm, YearForm
from branches.calendar.models import CalendarYear, DutyShift
from branches.calendar.notice_text import Listed, written
from branches.calendar.workcalendar import WorkCalendar
from xinyu_portal.errors import Conflict

YEARS = range(2020, 2100)
SHOWN = 20  # deadlines named on a preview; their number is told whole
SHIFTS = 200


@require_safe
def this_year(request):
    _judge(request)
    return redirect("calendar:year", timezone.localdate().year)


@require_safe
def year_page(request, pk):
    year = _judge(request, pk)
    calendar, today = services.current_calendar(), timezone.localdate()
    context = {
        "year": year, "months": pictures.months(calendar, year, today), "known": year in calendar.years,
        "row": CalendarYear.objects.select_related("entered_by").filter(year=year).first(),
        "years": sorted({*calendar.years, today.year, today.year + 1, year}), "duty": _upcoming().count(),
    }
    return render(request, "branches/calendar_year.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def year_edit(request, pk):
    """The list of the year to be written or pasted over; sent, it is shown with what it would move."""
    year = _judge(request, pk)
    if request.method != "POST":
        return _form(request, year, YearForm(year, initial=_present(year)))
    form = YearForm(year, request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, year, form, status=400)
    if "back" in request.POST:  # from the preview, to write on
        return _form(request, year, YearForm(year, initial=form.cleaned_data))
    return _preview(request, year, form)


@require_POST
def year_confirm(request, pk):
    year = _judge(request, pk)
    form = ConfirmForm(year, request.POST)
    if not form.is_valid():
        return _form(request, year, form, status=400)
    try:
        moved = services.enter_year(
            year, notice=form.cleaned_data["notice"], days=form.listed, actor=request.user,
            seen=form.cleaned_data["seen"],
        )
    except Conflict as conflict:
        return _preview(request, year, form, refused=conflict.message, status=409)
    told = f"{moved} 件诉求的期限重新算过，各记了一条经过。" if moved else "没有一件诉求的期限要动。"
    messages.success(request, f"{year} 年的日历已写入。{told}")
    return redirect("calendar:year", year)


@require_http_methods(["GET", "HEAD", "POST"])
def duty(request):
    _judge(request)
    form = ShiftForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.add_shift(actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, "已排上。")
            return redirect("calendar:duty")
    context = {"form": form, "shifts": _upcoming().select_related("user")[:SHIFTS], "now": timezone.now()}
    return render(request, "branches/duty.html", context, status=400 if form.is_bound else 200)


@require_POST
def duty_remove(request, pk):
    _judge(request)
    services.remove_shift(get_object_or_404(DutyShift, pk=pk), actor=request.user)
    messages.success(request, "已取消这一班。")
    return redirect("calendar:duty")


def _upcoming():
    return DutyShift.objects.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk")


def _present(year):
    days = services.days_of_year(services.current_calendar(), year)
    row = CalendarYear.objects.filter(year=year).first()
    return {
        "notice": row.notice if row else "", "days": written(Listed(day, *days[day]) for day in sorted(days)),
    }


def _form(request, year, form, *, status=200):
    return render(request, "branches/calendar_edit.html", {"form": form, "year": year}, status=status)


def _preview(request, year, form, *, refused="", status=200):
    before, now = services.current_calendar(), timezone.now()
    after = services.with_year(before, year, form.listed)
    moved = changes.moves(before, after, now=now)
    picture = WorkCalendar(services.days_of_year(after, year))
    context = {
        "year": year, "refused": refused, "notice": form.cleaned_data["notice"], "days": written(form.listed),
        "seen": services.digest(before, year), "turned": _said(changes.turned(before, after), after),
        "moved": len(moved), "sooner": sum(one.sooner for one in moved), "shown": moved[:SHOWN],
        "months": pictures.months(picture, year, timezone.localdate()), "listed": len(form.listed),
    }
    return render(request, "branches/calendar_preview.html", context, status=status)


def _said(days, after):
    """`[(first, last, 休 or 上班)]` of the days that turn."""
    groups = ((True, "改成上班"), (False, "改成休息"))
    return sorted(
        (first, last, word)
        for works, word in groups
        for first, last in changes.spans([day for day in days if after.is_workday(day) == works])
    )


def _judge(request, year=None):
    """Return the year, which is also the key of its row."""
    if not policy.may_keep(request.user):
        raise PermissionDenied("日历和值班由市行业党委管。")
    if year is not None and year not in YEARS:
        raise Http404
    return year
