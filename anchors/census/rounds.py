"""What a round has reached: by township, and who is missing compared with the round before."""

from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Coalesce

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
    """`[(county name, [Reached, …])]`; three statements. Townships without anybody are shown with 0."""
    registered = Anchor.objects.confirmed()
    # A set that is read once; asked for each anchor, the database looks a hundred thousand times.
    in_all, found = _by_division(registered), _by_division(registered.filter(pk__in=reached_by(this)))
    divisions = list(Division.objects.exclude(parent=None).order_by("code"))
    counties = [division for division in divisions if len(division.code) == 6]
    return [
        (county.name, [
            Reached("没有填乡镇" if place is county else place.name, in_all.get(place.pk, 0), found.get(place.pk, 0))
            for place in (*(one for one in divisions if one.parent_id == county.pk), county)
            if place is not county or place.pk in in_all
        ])
        for county in counties
    ]


def _by_division(anchors):
    return dict(anchors.order_by().values_list("division").annotate(Count("pk")))


def missing(this):
    """Anchors of the round before who are not in this one: people to ask after; nothing happens to them."""
    before = Round.objects.filter(opened_on__lt=this.opened_on).first()
    return Anchor.objects.standing().filter(pk__in=reached_by(before).difference(reached_by(this)))


def reached_by(census_round):
    """Ids of the anchors in a round, by themselves or by an entry that was merged into them; a set for the database."""
    entries = Entry.objects.filter(round=census_round).order_by()
    return entries.values_list(Coalesce("anchor__merged_into", "anchor"))
