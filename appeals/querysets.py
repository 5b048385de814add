"""Which appeals: whose eyes may see them, and which the clock takes. Read after the noun."""

from datetime import timedelta

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.utils import timezone

from anchors.registry.policy import speaks_for
from appeals.dispatching.models import Dispatch
from appeals.merging.models import Merge
from appeals.negotiation.models import Request
from appeals.protection.models import Recusal
from appeals.protection.sight import hidden_from
from appeals.supervision.models import Supervision
from appeals.workflow import ACTIVE, OPEN, Level, Status, Verb
from branches.organisation.policy import hats

SIGHT_AFTER_END = timedelta(days=30)  # who held an appeal keeps sight of it that long (design §7)


class AppealQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Own; held by me, now or before; ever at my branch, critical there, or asked for more time; committee: all.

        Subtracted last, from every office: what somebody is recused from. One's own stays one's own.
        """
        return self.filter(own(user) | (self._seen_by(user) & ~hidden_from(user)))

    def _seen_by(self, user):
        """By office, a condition; an empty one sees everything."""
        worn = hats(user)
        if worn.handles_for_committee:
            return Q()
        stages = self.model._meta.get_field("current").related_model.objects.filter(appeal=OuterRef("pk"))
        recently = Q(closed_at=None) | Q(closed_at__gt=timezone.now() - SIGHT_AFTER_END)
        seen = Exists(stages.filter(holder=user)) & recently
        branches = worn.handles_for_branches
        if branches:
            seen |= Exists(stages.filter(level=Level.BRANCH, branch__in=branches))
            seen |= Q(service_class="CRITICAL", branch__in=branches)
            seen |= Exists(stages.filter(branch__in=branches, requests__kind=Request.Kind.EXTENSION))
        return seen

    def lent_to(self, user):
        """Dispatched to a unit of which this person is clerk: known by number, category and what is asked alone.

        `visible_to` leaves them out, so that no list, search, count, export or attachment has to withhold anything.
        """
        lent = Dispatch.objects.filter(appeal=OuterRef("pk"), partner__in=hats(user).partner_ids)
        return self.filter(Exists(lent), ~own(user), ~hidden_from(user))

    def known_to(self, user):
        """Visible, or lent: to whom the doors of the verbs answer 403, and not 404."""
        if not hats(user).partner_ids:
            return self.visible_to(user)
        everything = self.model.objects
        seen, lent = everything.visible_to(user).values("pk"), everything.lent_to(user).values("pk")
        return self.filter(Q(pk__in=seen) | Q(pk__in=lent))

    def with_lent(self, user):
        """For the API: `only_lent`, and the dispatches of the own units in `lent`, the newest first."""
        if not hats(user).partner_ids:
            return self
        seen = self.model.objects.visible_to(user).filter(pk=OuterRef("pk"))
        theirs = Dispatch.objects.lent_to(user).select_related("asked__words", "answered__words").order_by("-at", "-pk")
        return self.annotate(only_lent=~Exists(seen)).prefetch_related(
            Prefetch("dispatches", queryset=theirs, to_attr="lent")
        )

    def for_list(self):
        return self.select_related(
            "category", "anchor__user", "anchor__merged_into", "current__holder", "current__branch"
        )

    def for_page(self):
        return self.for_list().select_related(
            "category__parent", "anchor__contact", "anchor__newcomer", "anchor__merged_into__user",
            "anchor__merged_into__contact", "branch",
        ).with_open_work()

    def with_open_work(self):
        """What waits beside the stage, as `appeals.waiting.OpenWork` reads it: without it each row asks for its own."""
        asked = Request.objects.open().filter(stage=OuterRef("current"))
        led = Merge.objects.in_force().filter(child=OuterRef("pk"))
        events = self.model._meta.get_field("events").related_model.objects
        return self.annotate(
            **{f"open_{kind}_by": Subquery(asked.filter(kind=kind).values("by")[:1]) for kind in Request.Kind.values},
            asked_for_time=Exists(Request.objects.filter(stage=OuterRef("current"), kind=Request.Kind.EXTENSION)),
            open_sheet=Exists(Supervision.objects.open().filter(appeal=OuterRef("pk"))),
            led_by=Subquery(led.values("lead")[:1]), led_number=Subquery(led.values("lead__number")[:1]),
            leads=Exists(Merge.objects.in_force().filter(lead=OuterRef("pk"))),
            hides=Exists(Recusal.objects.filter(appeal=OuterRef("pk"))),
            answered_by=Subquery(events.filter(stage=OuterRef("current"), verb=Verb.REPLY).values("actor")[:1]),
        )

    def merged_with(self, appeal):
        """The lead of this appeal, or those that follow it; also once they were answered together."""
        merges = Merge.objects.filter(Q(until=None) | Q(until_by=None))
        return self.filter(
            Exists(merges.filter(child=OuterRef("pk"), lead=appeal))
            | Exists(merges.filter(lead=OuterRef("pk"), child=appeal))
        )

    def open(self):
        return self.filter(status__in=OPEN)

    def with_had(self, user):
        """For `policy.had`: `had_by` is this person's id where they have or had the appeal at one of its stages."""
        worn = hats(user)
        had = Q(holder=user) | Q(level=Level.BRANCH, branch__in=worn.handles_for_branches)
        if worn.handles_for_committee:
            had |= Q(level=Level.COMMITTEE)
        stages = self.model._meta.get_field("current").related_model.objects.filter(had, appeal=OuterRef("pk"))
        return self.annotate(had_by=Case(When(Exists(stages), then=Value(user.pk))))

    def newest_first(self):
        return self.order_by("-submitted_at", "-id")

    def search(self, text, user):
        return self.filter(asked_for(text, user)) if text.strip() else self

    # What the tabs of a work list mean; `now` is when the page was asked for.

    def waiting(self):
        return self.filter(status=Status.SUBMITTED)

    def handling(self):
        return self.filter(status=Status.HANDLING)

    def overdue(self, now):
        return self.filter(overdue(now))

    def soon_overdue(self, now):
        return self.filter(soon_overdue(now))

    def with_me(self, user):
        """Open at a level where this person may act now."""
        return self.filter(with_me(user))


def own(user):
    """Appeals of the records that this person speaks for; tuples, for a set has no order to be cached by."""
    return Q(anchor__in=sorted(speaks_for(user)))


def overdue(now):
    return Q(status__in=ACTIVE, current__deadline_at__lt=now)


def soon_overdue(now):
    return Q(status__in=ACTIVE, current__amber_at__lte=now, current__deadline_at__gte=now)


def with_me(user):
    worn = hats(user)
    mine = Q(current__level=Level.MEMBER, current__holder=user)
    mine |= Q(current__level=Level.BRANCH, current__branch__in=worn.handles_for_branches)
    if worn.handles_for_committee:
        mine |= Q(current__level=Level.COMMITTEE)
    return mine & Q(status__in=OPEN) & ~own(user)


def asked_for(text, user):
    """By number, title and category; by the anchor's name only what is open at one's own level now.

    No wider: whoever could ask for a name everywhere would list all that a person ever said (domain.md §9.4.7).
    """
    return Q(words__has=text) | (with_me(user) & named_to(user) & Q(anchor__words__has=text))


def named_to(user):
    """A condition: the anchor's name is no secret to this person. As `policy.knows_anchor` says it of one row."""
    return Q() if hats(user).handles_for_committee else ~Q(confidentiality="confidential")


class EventQuerySet(models.QuerySet):
    def for_trail(self):
        return self.select_related("words", "actor", "stage__branch").order_by("seq")


def due(now, *, deadline=None, at=None, fired=None, levels=None):
    """A condition on an open stage for the clock: its deadline has passed, or a signal's time has come.

    A child of a merge is never due by itself: it goes where its lead goes.
    """
    found = not_aside(now) & ~Exists(Merge.objects.in_force().filter(child=OuterRef("appeal")))
    if deadline:
        found &= Q(deadline_at__lt=now)
    if at:
        found &= Q(**{f"{at}__lte": now})
    if fired:
        found &= Q(**{f"{fired}__lt": F("clock")})
    if levels:
        found &= Q(level__in=levels)
    return found


def not_aside(now):
    """A condition on an open stage: no sweep failed at it so lately that it is to wait."""
    return Q(left_at=None) & (Q(retry_at=None) | Q(retry_at__lte=now))
