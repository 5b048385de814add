"""The room's tables, by topic. Import a model from its topic; this module only lets Django find them."""

from anchors.census.models import Entry, Import, Round, StagedPerson, StagedRow, Workbook
from anchors.contacts.models import ContactChange, ContactSpread, ContactWish, ServiceLog
from anchors.merging.models import Merge
from anchors.moves.models import Move, MoveRow
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor, Declaration, PlatformAccount

__all__ = [
    "Anchor", "ContactChange", "ContactSpread", "ContactWish", "Declaration", "Entry", "Import", "Merge", "Move",
    "MoveRow", "Newcomer", "PlatformAccount", "Round", "ServiceLog", "StagedPerson", "StagedRow", "Workbook",
]
