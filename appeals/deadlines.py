"""When a stage is due, when it is reminded, when it turns amber (design §5). All in working time."""

from dataclasses import dataclass
from functools import cached_property

from django.utils.functional import SimpleLazyObject

from appeals import trail
from appeals.models import ServiceLevel
from branches.calendar import worktime
from branches.calendar.services import current_calendar, with_duty

REMIND_AT = 50  # percent of the working time of the deadline in force
AMBER_AT = 70
JUDGE_WITHIN = 10  # working days of silence until an answered appeal closes unconfirmed
RED_AFTER = 5  # working days overdue at the committee
NEXT_DAY = worktime.Limit(1, "d")  # a change of the calendar brings no deadline nearer than its end
_INSTANTS = ("accept_due_at", "due_at", "counted_from", "remind_at", "amber_at")


def as_facts(stage):
    """The due columns of a stage as its line tells them, so that `verify_trail` can compare every one of them."""
    instants = {name: getattr(stage, name) for name in _INSTANTS}
    told = {name: at and trail.stamp(at) for name, at in instants.items()}
    return {**told, "handle_within": stage.handle_within}


@dataclass(frozen=True)
class Terms:
    """The calendar and the limits in force; read once, for one verb or one whole sweep.

    Two statements, and one where no limit is asked for: a deadline that is only shown was counted before.
    """

    calendar: object
    limits: dict

    @classmethod
    def load(cls):
        return cls(current_calendar(), SimpleLazyObject(_limits))

    @cached_property
    def duty_calendar(self):
        """The calendar with the shifts of the duty list; one statement, asked for a limit in hours of CRITICAL."""
        return with_duty(self.calendar)

    def calendar_for(self, service_class, limit):
        """The duty list lengthens the hours of what is CRITICAL, and of nothing else (design §5)."""
        critical = service_class == ServiceLevel.ServiceClass.CRITICAL and limit.unit == "h"
        return self.duty_calendar if critical else self.calendar

    def accept_due(self, service_class, level, at):
        """Until when what enters at `at` has to be accepted, were there no handling deadline before that."""
        limit = self.accept_limit(service_class, level)
        return worktime.due_at(self.calendar_for(service_class, limit), at, limit)

    def accept_limit(self, service_class, level):
        return worktime.parse_limit(self.limits[service_class, level][0])

    def handle_limit(self, service_class, level):
        return worktime.parse_limit(self.limits[service_class, level][1])

    def on_entering(self, service_class, level, at, *, kept=None):
        """The due columns of a stage that begins at `at`: accepting is the deadline in force.

        `kept` is the stage whose handling deadline goes on, where a verb starts none (design §4 “Deadlines”); it may
        have passed, then accepting is due at once.
        """
        handling = self._kept(kept) if kept else self.handling(at, self.limits[service_class, level][1])
        accept_due_at = min(self.accept_due(service_class, level, at), handling["due_at"])
        signals = self.accept_signals(service_class, level, at, accept_due_at)
        return {**handling, "accept_due_at": accept_due_at, **signals}

    def handling(self, at, within):
        """The handling deadline of a limit like "5d" that is counted from `at`."""
        due_at = worktime.due_at(self.calendar, at, worktime.parse_limit(within))
        return {"counted_from": at, "handle_within": within, "due_at": due_at}

    def sooner(self, stage, service_class, at):
        """The due columns that a stricter class, counted from `at`, brings forward; nothing where it brings none."""
        handling = self.handling(at, self.limits[service_class, stage.level][1])
        if handling["due_at"] >= stage.due_at:
            handling = self._kept(stage)
        accept_due_at = min(self.accept_due(service_class, stage.level, at), stage.accept_due_at, handling["due_at"])
        if (accept_due_at, handling["due_at"]) == (stage.accept_due_at, stage.due_at):
            return {}
        if stage.accepted_at is not None:
            within = worktime.parse_limit(handling["handle_within"])
            return {**handling, **self.signals(handling["counted_from"], within, handling["due_at"])}
        signals = self.accept_signals(service_class, stage.level, at, accept_due_at)
        return {**handling, "accept_due_at": accept_due_at, **signals}

    def extended(self, stage, days):
        """The due columns with `days` working days more, in force at once: only who has accepted may ask."""
        within = worktime.parse_limit(stage.handle_within)
        due_at = worktime.add_workdays(self.calendar, stage.due_at, days)
        if within.unit == "d":
            text = f"{within.amount + days}d"
        else:
            text = f"{worktime.working_minutes(self.calendar, stage.counted_from, due_at)}m"
        handling = {"counted_from": stage.counted_from, "handle_within": text, "due_at": due_at}
        return {**handling, **self.signals(stage.counted_from, worktime.parse_limit(text), due_at)}

    def resumed(self, stage, at):
        """The due columns of a suspended stage that goes on at `at`: what remained of its working time, from then."""
        within = f"{stage.minutes_left}m"
        handling = self.handling(at, within)
        return {**handling, **self.signals(at, worktime.parse_limit(within), handling["due_at"])}

    def on_accepting(self, stage):
        """The signals of a stage whose handling deadline is now in force, over all the time it was given."""
        return self.signals(stage.counted_from, worktime.parse_limit(stage.handle_within), stage.due_at)

    @staticmethod
    def _kept(stage):
        return {"counted_from": stage.counted_from, "handle_within": stage.handle_within, "due_at": stage.due_at}

    def judge_by(self, at):
        return worktime.add_workdays(self.calendar, at, JUDGE_WITHIN)

    def red_cutoff(self, now):
        """A deadline at or before this instant is RED_AFTER working days overdue."""
        return worktime.workdays_before(self.calendar, now, RED_AFTER)

    def accept_signals(self, service_class, level, at, due_at):
        """The signals of what entered at `at` and has to be accepted until `due_at`."""
        limit = self.accept_limit(service_class, level)
        return self.signals(at, limit, due_at, self.calendar_for(service_class, limit))

    def signals(self, at, limit, due_at, calendar=None):
        """`remind_at` and `amber_at` of a limit that is counted from `at` and ends at `due_at`, perhaps sooner."""
        calendar = calendar or self.calendar
        start = min(worktime.counting_from(calendar, at, limit), due_at)
        span = worktime.working_minutes(calendar, start, due_at)
        long_enough = span >= worktime.DAY_MINUTES
        return {
            "remind_at": worktime.share_at(calendar, start, due_at, REMIND_AT),
            "amber_at": worktime.share_at(calendar, start, due_at, AMBER_AT) if long_enough else None,
        }


def _limits():
    """`{(service class, level): (accept within, handle within)}`"""
    rows = ServiceLevel.objects.all()
    return {(row.service_class, row.level): (row.accept_within, row.handle_within) for row in rows}
