"""When a stage is due, when it is reminded, when it turns amber (design §5). All in working time."""

from dataclasses import dataclass

from appeals.models import ServiceLevel
from branches.calendar import worktime
from branches.calendar.services import current_calendar

REMIND_AT = 50  # percent of the working time of the deadline in force
AMBER_AT = 70
JUDGE_WITHIN = 10  # working days of silence until an answered appeal closes unconfirmed
RED_AFTER = 5  # working days overdue at the committee


@dataclass(frozen=True)
class Terms:
    """The calendar and the limits in force; read once, two statements, for one verb or one whole sweep."""

    calendar: object
    limits: dict

    @classmethod
    def load(cls):
        levels = ServiceLevel.objects.all()
        limits = {(row.service_class, row.level): (row.accept_within, row.handle_within) for row in levels}
        return cls(current_calendar(), limits)

    def accept_limit(self, service_class, level):
        return worktime.parse_limit(self.limits[service_class, level][0])

    def handle_limit(self, service_class, level):
        return worktime.parse_limit(self.limits[service_class, level][1])

    def on_entering(self, service_class, level, at):
        """The due columns of a stage that begins at `at`: accepting is the deadline in force."""
        accept = self.accept_limit(service_class, level)
        due_at = worktime.due_at(self.calendar, at, self.handle_limit(service_class, level))
        return {
            "accept_due_at": min(worktime.due_at(self.calendar, at, accept), due_at),
            "due_at": due_at,
            **self._signals(at, accept),
        }

    def on_accepting(self, service_class, stage):
        """The signals of a stage whose handling deadline is now in force, counted from its entry."""
        return self._signals(stage.entered_at, self.handle_limit(service_class, stage.level))

    def judge_by(self, at):
        return worktime.add_workdays(self.calendar, at, JUDGE_WITHIN)

    def red_cutoff(self, now):
        """A deadline at or before this instant is RED_AFTER working days overdue."""
        return worktime.workdays_before(self.calendar, now, RED_AFTER)

    def _signals(self, at, limit):
        return {
            "remind_at": worktime.fraction_at(self.calendar, at, limit, REMIND_AT),
            "amber_at": None if limit.under_a_day else worktime.fraction_at(self.calendar, at, limit, AMBER_AT),
        }
