import csv
import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.calendar import changes, policy
from branches.calendar.models import CalendarYear, DutyShift, WorkDay
from branches.calendar.workcalendar import WorkCalendar
from branches.organisation.policy import offices
from xinyu_portal.errors import Conflict

WORKDAYS_CSV = Path(__file__).resolve().parent.parent / "data" / "workdays.csv"
SHIFTS_SINCE = timedelta(days=30)  # no limit in hours is counted from earlier
LONGEST_SHIFT, AHEAD = timedelta(days=1), timedelta(days=366)
CHANGED = "这一年的日历刚刚被改过，您的还没有写入。请看一下现在的再确认。"


def load_workdays(path=None) -> int:
    """Enter the days of a CSV file (columns date, kind, name) and return how many it has.

    Days already there take the kind and name of the file; days it does not know stay, and so does every day of a
    year that a person has entered. Safe to repeat.
    Raises ValidationError for a kind or a date that does not exist, before anything is written.
    """
    days = _days_of(path or WORKDAYS_CSV)
    for day in days:
        day.clean_fields()
    counted = len(days)
    by_hand = set(CalendarYear.objects.filter(entered_by__isnull=False).values_list("year", flat=True))
    days = [day for day in days if day.date.year not in by_hand]
    years = sorted({day.date.year for day in days})
    CalendarYear.objects.bulk_create(
        [CalendarYear(year=year, notice="", entered_at=timezone.now()) for year in years], ignore_conflicts=True
    )
    WorkDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["date"], update_fields=["kind", "name"]
    )
    return counted


def _days_of(path):
    with open(path, encoding="utf-8-sig", newline="") as lines:
        return [WorkDay(**row) for row in csv.DictReader(lines)]


@transaction.atomic
def enter_year(year, *, notice, days, actor, seen, at=None):
    """The days off and made-up working days of one year are these `[Listed]`, by this notice (its number, or nothing).

    `seen` is the `digest` of the year that the person looked at. Open deadlines are counted anew. Returns how many
    moved. Raises PermissionDenied, and Conflict when the year was changed since; what is there already changes nothing.
    """
    if not policy.may_keep(actor):
        raise PermissionDenied
    at, notice = at or timezone.now(), notice.strip()
    CalendarYear.objects.get_or_create(year=year, defaults={"notice": "", "entered_at": at})
    row = CalendarYear.objects.select_for_update().get(year=year)  # two who enter the same year: one after the other
    before = current_calendar()
    wanted = {day.date: (day.kind, day.name) for day in days}
    present = days_of_year(before, year)
    if (wanted, notice) == (present, row.notice):
        return 0
    if digest(before, year) != seen:
        raise Conflict(CHANGED)
    WorkDay.objects.filter(date__year=year).delete()
    WorkDay.objects.bulk_create(WorkDay(date=day.date, kind=day.kind, name=day.name) for day in days)
    row.notice, row.entered_by, row.entered_at = notice, actor, at
    row.save()
    moved = changes.tell(before, current_calendar(), actor=actor, at=at)
    changed = sorted(day for day in {*wanted, *present} if wanted.get(day) != present.get(day))
    _audit(actor, "branches.calendaryear", year, at, reason=notice, days=[str(day) for day in changed], moved=moved)
    return moved


def days_of_year(calendar, year):
    return {day: said for day, said in calendar.days.items() if day.year == year}


def with_year(calendar, year, days) -> WorkCalendar:
    """The calendar as it would be with these `[Listed]` as the whole of the year."""
    others = {day: said for day, said in calendar.days.items() if day.year != year}
    return WorkCalendar({**others, **{day.date: (day.kind, day.name) for day in days}})


def digest(calendar, year):
    """Of the days of a year as entered: who saw one list has not seen another."""
    said = sorted((str(day), *what) for day, what in days_of_year(calendar, year).items())
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@transaction.atomic
def add_shift(*, actor, user, starts_at, ends_at, at=None):
    """Somebody reads what is CRITICAL from one instant to another. Deadlines that were set before stay as they are.

    Raises PermissionDenied, ValidationError. Returns the DutyShift; the same once more is the first one.
    """
    if not policy.may_keep(actor):
        raise PermissionDenied
    at = at or timezone.now()
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": "结束要在开始以后。"})
    if ends_at - starts_at > LONGEST_SHIFT:
        raise ValidationError({"ends_at": f"一班最长 {LONGEST_SHIFT.days * 24} 小时，长的请分开排。"})
    if not at < ends_at < at + AHEAD:
        raise ValidationError({"ends_at": "只能排从现在起一年以内的班。"})
    if not policy.on_duty().filter(user=user).exists():
        raise ValidationError({"user": "只能排党委和支部能接单的人。"})
    shift, created = DutyShift.objects.get_or_create(user=user, starts_at=starts_at, defaults={"ends_at": ends_at})
    if shift.ends_at != ends_at:
        raise ValidationError({"starts_at": "这个人这时已经排了班。"})
    if created:
        _audit(actor, "branches.dutyshift", shift.pk, at, **_told(shift, "added"))
    return shift


@transaction.atomic
def remove_shift(shift, *, actor, at=None):
    """Deadlines that counted it stay as they are."""
    if not policy.may_keep(actor):
        raise PermissionDenied
    _audit(actor, "branches.dutyshift", shift.pk, at or timezone.now(), **_told(shift, "removed"))
    shift.delete()


def _told(shift, what):
    span = {"from": shift.starts_at.isoformat(), "until": shift.ends_at.isoformat()}
    return {"what": what, "user": shift.user_id, **span}


def _audit(actor, subject_type, subject_id, at, *, reason="", **facts):
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=subject_type,
        subject_id=str(subject_id), reason=reason, facts=facts, at=at,
    )


def shipped_calendar() -> WorkCalendar:
    """The calendar that comes with the portal, for who asks before anything was entered."""
    days = _days_of(WORKDAYS_CSV)
    return WorkCalendar({date.fromisoformat(day.date): (day.kind, day.name) for day in days})


def current_calendar() -> WorkCalendar:
    """The calendar as entered, in one SQL statement; read it once per request or batch."""
    rows = WorkDay.objects.values_list("date", "kind", "name")
    return WorkCalendar({day: (kind, name) for day, kind, name in rows})


def with_duty(calendar) -> WorkCalendar:
    """The calendar with the shifts that end later than `SHIFTS_SINCE` before now; one statement."""
    shifts = DutyShift.objects.filter(ends_at__gt=timezone.now() - SHIFTS_SINCE)
    return calendar.with_shifts(shifts.values_list("starts_at", "ends_at"))
