"""The rows of the room, each made in the topic that it belongs to."""

from members.dues.models import Dues, DuesEntry, DuesRun
from members.groups.models import PartyGroup
from members.meetings.models import Attendance, CalendarFeed, Meeting, MeetingCounter, StudyLine
from members.roster.models import Activist, Floating, Member, Participation, Profile
from members.sheets.models import Column, RosterImport
from members.transfers.models import Transfer

__all__ = [
    "Activist", "Attendance", "CalendarFeed", "Column", "Dues", "DuesEntry", "DuesRun", "Floating", "Meeting",
    "MeetingCounter", "Member", "Participation", "PartyGroup", "Profile", "RosterImport", "StudyLine", "Transfer",
]
