"""The room's tables, by topic. Import a model from its topic; this module only lets Django find them."""

from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor, Declaration, PlatformAccount

__all__ = ["Anchor", "Declaration", "Newcomer", "PlatformAccount"]
