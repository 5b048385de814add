"""What a round has reached: by township, and who is missing compared with the round before."""

from dataclasses import dataclass

from django.db.models import Count, Exists, FilteredRelation, OuterRef, Q

from anchors.census.models import Entry, Round
from anchors.registry.models import Anchor
from branches.organisation.models import Division


@dataclass(frozen=True)
class Reached:
    """One township, or one county where nobody said the township: registered there, and of them in the round."""

    name: str
    registered: int
    reached: int

    @property
    def percent(self):
        return round(100 * self.reached / self.registered) if self.registered else 0


def coverage(this):
    """`[(county name, [Reached, …])]`; two statements. Townships without anybody are shown with 0."""
    # One pass of a join; asked for each anchor, the database looks a hundred thousand times.
    in_round = FilteredRelation("census_entries", condition=Q(census_entries__round=this))
    counted = Anchor.objects.annotate(entry=in_round).order_by().values("division").annotate(
        registered=Count("pk"), found=Count("entry")
    )
    tallies = {row["division"]: (row["registered"], row["found"]) for row in counted}
    divisions = list(Division.objects.exclude(parent=None).order_by("code"))
    counties = [division for division in divisions if len(division.code) == 6]
    return [
        (county.name, [
            Reached("没有填乡镇" if place is county else place.name, *tallies.get(place.pk, (0, 0)))
            for place in (*(one for one in divisions if one.parent_id == county.pk), county)
            if place is not county or place.pk in tallies
        ])
        for county in counties
    ]


def missing(this):
    """Anchors of the round before who are not in this one: people to ask after; nothing happens to them."""
    before = Round.objects.filter(opened_on__lt=this.opened_on).first()
    entries = Entry.objects.filter(anchor=OuterRef("pk"))
    found = Anchor.objects.filter(Exists(entries.filter(round=before)))
    return found.exclude(Exists(entries.filter(round=this)))
