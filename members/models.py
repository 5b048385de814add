"""The rows of the room, each made in the topic that it belongs to."""

from members.dues.models import Dues, DuesEntry, DuesRun
from members.groups.models import PartyGroup
from members.roster.models import Activist, Floating, Member, Participation, Profile
from members.sheets.models import Column, RosterImport
from members.transfers.models import Transfer

__all__ = [
    "Activist", "Column", "Dues", "DuesEntry", "DuesRun", "Floating", "Member", "Participation", "PartyGroup",
    "Profile", "RosterImport", "Transfer",
]
