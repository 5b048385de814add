"""The duty list: who reads what is CRITICAL beyond the hours of duty, and how it lengthens its hours and no others."""

import random
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.calendar import services, worktime
from branches.calendar.models import DutyShift
from branches.calendar.workcalendar import SHANGHAI, WorkCalendar
from branches.calendar.worktime import Limit

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


FIRST = at("2026-12-01 00:00")
NIGHT = WorkCalendar(
    {}, [(at("2026-11-27 18:00"), at("2026-11-27 22:00")), (at("2026-11-28 21:00"), at("2026-11-29 07:00"))]
)


class TestArithmetic:
    @pytest.mark.parametrize(
        ("start", "limit", "due"),
        [
            ("2026-11-27 16:30", "2h", "2026-11-27 19:00"),  # an hour of duty, one of the shift
            ("2026-11-27 17:40", "2h", "2026-11-27 20:00"),
            ("2026-11-27 21:30", "2h", "2026-11-28 22:30"),  # the rest in the next night
            ("2026-11-28 10:00", "4h", "2026-11-29 01:00"),  # over midnight
            ("2026-11-29 08:00", "2h", "2026-11-30 10:30"),
        ],
    )
    def test_hours_run_while_somebody_reads(self, start, limit, due):
        assert worktime.due_at(NIGHT, at(start), worktime.parse_limit(limit)) == at(due)

    def test_days_do_not(self):
        assert worktime.due_at(NIGHT, at("2026-11-27 19:00"), Limit(1, "d")) == at("2026-12-01 17:30")

    @pytest.mark.parametrize(
        ("now", "reads", "when"),
        [
            ("2026-11-27 19:00", True, "2026-11-27 22:00"),
            ("2026-11-27 16:00", True, "2026-11-27 17:30"),
            ("2026-11-27 12:30", False, "2026-11-27 14:30"),
            ("2026-11-27 17:30", False, "2026-11-27 18:00"),
            ("2026-11-28 23:00", True, "2026-11-29 07:00"),
            ("2026-11-29 07:00", False, "2026-11-30 08:30"),
        ],
    )
    def test_who_reads_now(self, now, reads, when):
        assert worktime.attended(NIGHT, at(now)) == (reads, at(when))

    @pytest.mark.slow
    def test_against_a_clock_that_walks_minute_by_minute(self):
        chance = random.Random(20261128)
        for _ in range(1500):
            begins = [FIRST + chance.randrange(20 * 1440) * MINUTE for _ in range(chance.randrange(5))]
            shifts = [(begin, begin + chance.randrange(1, 900) * MINUTE) for begin in begins]
            start, hours = FIRST + chance.randrange(15 * 1440) * MINUTE, chance.randrange(1, 9)
            walked, minute = 0, start
            while walked < hours * 60:
                walked += on_duty(minute) or any(begin <= minute < end for begin, end in shifts)
                minute += MINUTE
            assert worktime.due_at(WorkCalendar({}, shifts), start, Limit(hours, "h")) == minute, (start, hours, shifts)


def on_duty(minute):
    clock = minute.hour * 60 + minute.minute
    return minute.isoweekday() < 6 and (510 <= clock < 720 or 870 <= clock < 1050)


def shift(city, **words):
    now = timezone.now().replace(second=0, microsecond=0)
    return services.add_shift(
        **{"actor": city.staff, "user": city.secretary, "starts_at": now, "ends_at": now + timedelta(hours=4), **words}
    )


@pytest.mark.django_db
class TestServices:
    def test_a_shift_is_kept_with_an_audit_event_and_taken_back(self, city):
        made = shift(city)
        assert services.with_duty(services.current_calendar()).shifts == ((made.starts_at, made.ends_at),)
        services.remove_shift(made, actor=city.chief)
        assert services.with_duty(services.current_calendar()).shifts == ()
        told = AuditEvent.objects.filter(subject_type="branches.dutyshift").order_by("pk")
        assert [event.facts["what"] for event in told] == ["added", "removed"]

    def test_once_more_is_the_same(self, city):
        assert shift(city) == shift(city)
        assert AuditEvent.objects.filter(subject_type="branches.dutyshift").count() == 1

    def test_what_cannot_be_a_shift(self, city):
        now = timezone.now().replace(second=0, microsecond=0)
        for wrong in (
            {"ends_at": now - DAY}, {"ends_at": now + 2 * DAY}, {"user": city.anchor},
            {"starts_at": now + 400 * DAY, "ends_at": now + 400 * DAY + MINUTE},
            {"starts_at": now - DAY, "ends_at": now - DAY / 2},
        ):
            with pytest.raises(ValidationError):
                shift(city, **wrong)
        assert not DutyShift.objects.exists()

    def test_only_the_committee_keeps_the_list(self, city):
        with pytest.raises(PermissionDenied):
            shift(city, actor=city.secretary)
        made = shift(city)
        with pytest.raises(PermissionDenied):
            services.remove_shift(made, actor=city.secretary)


@pytest.mark.django_db
class TestPages:
    def test_add_list_and_remove(self, city, sign_in):
        staff, address = sign_in(city.staff), reverse("calendar:duty")
        assert "还没有排班" in staff.get(address).content.decode()
        day = timezone.localdate() + DAY
        sent = {"user": city.secretary.pk, "starts_at": f"{day}T18:00", "ends_at": f"{day}T22:00"}
        assert city.secretary.name in staff.post(address, sent, follow=True).content.decode()
        made = DutyShift.objects.get()
        assert timezone.localtime(made.starts_at).hour == 18
        staff.post(reverse("calendar:duty_remove", args=[made.pk]))
        assert not DutyShift.objects.exists()

    def test_what_is_wrong_stands_at_its_field(self, city, sign_in):
        day = timezone.localdate() + DAY
        sent = {"user": city.secretary.pk, "starts_at": f"{day}T22:00", "ends_at": f"{day}T18:00"}
        answer = sign_in(city.staff).post(reverse("calendar:duty"), sent)
        assert answer.status_code == 400 and "结束要在开始以后。" in answer.content.decode()

    def test_not_for_others(self, city, sign_in):
        assert sign_in(city.secretary).get(reverse("calendar:duty")).status_code == 403
        assert sign_in(city.staff).post(reverse("calendar:duty_remove", args=[1])).status_code == 404
        assert sign_in(city.staff).get(reverse("calendar:duty_remove", args=[1])).status_code == 405

    def test_the_anchor_reads_when_somebody_will_look(self, city, sign_in):
        anchor = sign_in(city.anchor)
        calendar = services.with_duty(services.current_calendar())
        reads, _ = worktime.attended(calendar, timezone.now())
        assert ("现在有人在看" if reads else "最早") in anchor.get(reverse("appeals:new")).content.decode()
        shift(city)
        shown = anchor.get(reverse("appeals:new")).content.decode()
        assert "在看" in shown and "12345" in shown
