"""Doing a move: the demo's appeals as they stand, and the right person for the next verb."""

import random
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from anchors.newcomers.posters import Poster
from appeals import services
from appeals.models import Appeal, Event
from appeals.posters import services as posters
from appeals.workflow import ACTIVE, Level, Status, Verb
from branches.organisation.models import Post
from branches.organisation.policy import BRANCH_HANDLERS, COMMITTEE_HANDLERS
from xinyu_portal.demo import plan
from xinyu_portal.demo.people import LOGINS
from xinyu_portal.errors import Conflict

SERVICES = {
    Verb.ACCEPT: services.accept, Verb.NOTE: services.note, Verb.HAND_UP: services.hand_up,
    Verb.REPLY: services.reply, Verb.CONFIRM: services.confirm, Verb.REOPEN: services.reopen,
    Verb.WITHDRAW: services.withdraw,
}


def ours():
    """The appeals that the demo made, with what a script asks of them."""
    notes = Event.objects.filter(stage=OuterRef("current"), verb=Verb.NOTE).order_by().values("stage")
    return (
        Appeal.objects.filter(submit_key__range=(plan.FIRST_KEY, plan.LAST_KEY))
        .select_related("current__holder", "anchor__user")
        .annotate(notes_here=Coalesce(Subquery(notes.annotate(n=Count("pk")).values("n")), 0))
    )


def unfinished():
    return Q(status__in=(*ACTIVE, Status.REPLIED))


def script_of(appeal):
    """The script of an appeal of ours; None where a stranger's key only looks like one of ours."""
    try:
        _, serial = plan.read_key(appeal.submit_key)
    except ValueError:
        return None
    script = plan.script(serial)
    return script if script and script.title == appeal.title else None


class Officials:
    """Who may act for each branch and for the committee today; read by one statement."""

    def __init__(self, *, without=()):
        seats = Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
        seats |= Q(branch__isnull=False, role__in=BRANCH_HANDLERS)
        self.without, self.by_branch, self.users = set(without), {}, {}
        for post in Post.objects.current().filter(seats).select_related("user").order_by("pk"):
            if post.user.username not in self.without:
                # One row per person: rights are kept on it, and read once.
                user = self.users.setdefault(post.user_id, post.user)
                self.by_branch.setdefault(post.branch_id, []).append(user)

    def handler(self, appeal):
        """The holder; else, at branch and committee, one of those in office, always the same for a stage."""
        stage = appeal.current
        if stage.level == Level.MEMBER:
            return self.users.setdefault(stage.holder_id, stage.holder)
        people = self.by_branch.get(stage.branch_id, [])
        holder = [user for user in people if user.pk == stage.holder_id]
        dice = random.Random(f"{appeal.submit_key} {stage.seq}")
        return (holder or [dice.choice(people)])[0] if people else None


def perform(move, appeal, officials, *, at):
    """Do it through the services; return the fresh appeal. What has changed in the meantime is left alone: None."""
    actor = appeal.anchor.user if move.by_anchor else officials.handler(appeal)
    if actor is None:
        return None
    try:
        return SERVICES[move.verb](appeal, actor=actor, version=appeal.version, at=at, **move.words)
    except (Conflict, PermissionDenied, ValidationError):
        return None


@dataclass(frozen=True)
class Guest:
    """Somebody at a poster, who says name and phone."""

    name: str
    phone: str
    poster: Poster


def submit(script, teller, category, *, founded, at):
    """File the first words of a script, told by an Anchor or a Guest; the second time it changes nothing."""
    words = {
        "category": category, "title": script.title, "body": script.story.body,
        "submit_key": plan.submit_key(founded, script.serial), "at": at,
    }
    if isinstance(teller, Guest):
        return posters.file(teller.poster, name=teller.name, phone=teller.phone, **words)
    return services.submit(teller, actor=teller.user, kind=script.story.kind, **words)


def is_login(user):
    return user is not None and user.username in LOGINS
