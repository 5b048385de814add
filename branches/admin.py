"""Django only looks for `branches.admin`; each topic registers its own code lists. Posts and people: never."""

from branches.calendar.admin import WorkDayAdmin
from branches.facts.admin import FactAdmin
from branches.organisation.admin import DivisionAdmin
from branches.rules.admin import RuleAdmin

__all__ = ["DivisionAdmin", "FactAdmin", "RuleAdmin", "WorkDayAdmin"]
