"""The room's tables, by topic. Import a model from its topic; this module only lets Django find them."""

from branches.admission.models import ReportForm
from branches.calendar.models import CalendarYear, DutyShift, WorkDay
from branches.facts.models import Fact
from branches.measures.models import Evidence, Measure, MeasureUnit, Progress
from branches.organisation.models import Branch, Committee, Division, Enterprise, Partner, Post
from branches.reports.models import Report, ReportFigure, WordTemplate
from branches.rules.models import Rule
from branches.stations.models import Station

__all__ = [
    "Branch", "CalendarYear", "Committee", "Division", "DutyShift", "Enterprise", "Evidence", "Fact", "Measure",
    "MeasureUnit", "Partner", "Post", "Progress", "Report", "ReportFigure", "ReportForm", "Rule", "Station",
    "WordTemplate", "WorkDay",
]
