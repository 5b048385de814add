"""The tiles of the first level: which stand in front, and their icons."""

from dataclasses import dataclass

from appeals.models import Category

ICONS = {
    "A": "truck-delivery", "B": "building-bank", "C": "device-desktop", "D": "school", "E": "briefcase",
    "F": "file-certificate", "G": "ban", "H": "shield-check", "I": "scale", "J": "home", "K": "plant-2",
    "L": "heart-handshake", "M": "flag", "Z": "dots",
}
IN_FRONT = ("A", "B", "C", "E", "F", "G", "H", "Z")
UNSURE = "Z"
DANGER = "L"


@dataclass(frozen=True)
class Tile:
    code: str
    name: str
    icon: str
    chosen: bool

    @property
    def is_danger(self):
        return self.code == DANGER


def tiles(chosen=None):
    """`(those in front, the others)` of the first-level categories; one statement."""
    made = [_tile(category, chosen) for category in Category.objects.filter(parent=None)]
    return [t for t in made if t.code in IN_FRONT], [t for t in made if t.code not in IN_FRONT]


def _tile(category, chosen):
    name = "说不清" if category.code == UNSURE else category.name
    return Tile(category.code, name, ICONS.get(category.code, "dots"), category.code == chosen)
