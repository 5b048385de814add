"""What hangs on a wall: a QR code that leads to one branch or one station (code b12 or s7)."""

import re
from dataclasses import dataclass

import segno
from django.urls import reverse
from django.utils.safestring import mark_safe

from branches.organisation.models import Branch
from branches.stations.models import Station

_CODE = re.compile(r"([bs])([1-9][0-9]{0,9})", re.IGNORECASE | re.ASCII)
BRANCH, STATION = "b", "s"
PER_SHEET = 18  # stickers of 70 × 49.5 mm on A4


@dataclass(frozen=True)
class Poster:
    """A poster of a branch, or of a station and the branch that looks after it (None: the committee)."""

    code: str
    branch: Branch | None
    station: Station | None = None

    @property
    def place(self):
        return self.station or self.branch

    @property
    def receiver(self):
        """Who has what is said here first."""
        return self.branch.name if self.branch else "市行业党委"

    @property
    def path(self):
        return reverse("posters:door", args=[self.code])


def of_branch(branch):
    return Poster(f"{BRANCH}{branch.pk}", branch)


def of_station(station):
    return Poster(f"{STATION}{station.pk}", station.branch, station)


def find(code):
    """The poster of a code as typed in either case, or None when there is no such branch or station."""
    read = _CODE.fullmatch(code)
    if read is None:
        return None
    kind, pk = read[1].lower(), int(read[2])
    if kind == BRANCH:
        branch = Branch.objects.filter(pk=pk).first()
        return branch and of_branch(branch)
    station = Station.objects.select_related("branch").filter(pk=pk).first()
    return station and of_station(station)


def qr(address):
    """An inline SVG that scales with its box; error correction Q, for paper that gets wet and torn."""
    drawn = segno.make(address, error="q", micro=False)
    return mark_safe(drawn.svg_inline(omitsize=True, border=2, svgclass="qr", lineclass=None))
