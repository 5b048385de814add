"""What a round has reached: by township, and who is missing compared with the round before."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Coalesce

from anchors.census.models import Entry, Round
from anchors.registry.models import Anchor
from branches.organisation.models import Division


@dataclass(frozen=True)
class Reached:
    """One place: how many are registered there, and how many of them stand in the round.

    `code` is the township's; None of a county where the township was not said, of no residence, and of the city.
    """

    name: str
    registered: int
    reached: int
    code: str | None = None

    @property
    def percent(self):
        return round(100 * self.reached / self.registered) if self.registered else 0


@dataclass(frozen=True)
class County:
    name: str
    code: str
    places: list


@dataclass(frozen=True)
class Coverage:
    """The city by county and township; `nowhere` are those without a residence; `total` is all of them together."""

    counties: list
    nowhere: Reached
    total: Reached


def coverage(this):
    """Coverage of a round; three statements. Townships without anybody are shown with 0."""
    registered = Anchor.objects.confirmed()
    # A set that is read once; asked for each anchor, the database looks a hundred thousand times.
    in_all, found = _by_division(registered), _by_division(registered.filter(pk__in=reached_by(this)))
    divisions = list(Division.objects.exclude(parent=None).order_by("code"))
    counties = [division for division in divisions if len(division.code) == 6]
    counties = [County(one.name, one.pk, _places(one, divisions, in_all, found)) for one in counties]
    total = Reached("全市", sum(in_all.values()), sum(found.values()))
    placed = [place for county in counties for place in county.places]
    nowhere = Reached(
        "没有填现居地", total.registered - sum(place.registered for place in placed),
        total.reached - sum(place.reached for place in placed),
    )
    return Coverage(counties, nowhere, total)


def _places(county, divisions, in_all, found):
    """The townships of a county, and those of whom only the county is known."""
    townships = [
        Reached(one.name, in_all.get(one.pk, 0), found.get(one.pk, 0), one.pk)
        for one in divisions if one.parent_id == county.pk
    ]
    if county.pk in in_all:
        townships.append(Reached("没有填乡镇", in_all[county.pk], found.get(county.pk, 0)))
    return townships


def _by_division(anchors):
    return dict(anchors.order_by().values_list("division").annotate(Count("pk")))


def missing(this):
    """Anchors of the round before who are not in this one: people to ask after; nothing happens to them."""
    return Anchor.objects.standing().filter(pk__in=reached_by(before(this)).difference(reached_by(this)))


def before(this):
    """The Round before this one, or None."""
    return Round.objects.filter(opened_on__lt=this.opened_on).first()


def reached_by(census_round):
    """Ids of the anchors in a round, by themselves or by an entry that was merged into them; a set for the database."""
    entries = Entry.objects.filter(round=census_round).order_by()
    return entries.values_list(Coalesce("anchor__merged_into", "anchor"))
