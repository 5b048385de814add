"""The room's tables, by topic. Import a model from its topic; this module only lets Django find them."""

from anchors.registry.models import Anchor, PlatformAccount

__all__ = ["Anchor", "PlatformAccount"]
