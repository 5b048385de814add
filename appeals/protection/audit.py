"""What the auditor reads: trails without words, words where the secretary let them, and the record of who looked."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from accounts.models import AuditEvent
from appeals.models import Appeal, Event, WordsGrant
from appeals.protection.sight import hidden_from
from appeals.protection.views_log import SUBJECT
from appeals.timeline import Offices
from appeals.voices import voices
from branches.organisation.policy import hats

AUDITORS_ONLY = "这一页是给审计的。"
BY_CODE, ANCHOR, CLOCK, NOBODY_NOW = "主播（凭查询码）", "主播", "到点自动", "已不在职"


def require_auditor(user):
    if not hats(user).is_auditor:
        raise PermissionDenied(AUDITORS_ONLY)


def audited_by(user):
    """The appeals whose lines this auditor may read: all but those they are recused from. Of nobody else any."""
    return Appeal.objects.exclude(hidden_from(user)) if hats(user).is_auditor else Appeal.objects.none()


def reads_words(user, appeal, now=None):
    """Whether the secretary's authorisation is in force today, first and last day included. One statement."""
    today = timezone.localdate(now)
    return WordsGrant.objects.filter(appeal=appeal, auditor=user, since__lte=today, until__gte=today).exists()


def with_last_line(appeals):
    """The last verb and its time travel with the row, and nothing of what was said."""
    last = Event.objects.filter(appeal=OuterRef("pk"), seq=OuterRef("version"))
    return appeals.select_related("current").annotate(
        last_verb=Subquery(last.values("verb")[:1]), last_at=Subquery(last.values("at")[:1])
    )


def records(user):
    """Who took data in or out, looked or set something; without what is about an appeal they are recused from."""
    require_auditor(user)
    hidden = Appeal.objects.filter(hidden_from(user)).values_list("pk", flat=True)
    return AuditEvent.objects.exclude(subject_type=SUBJECT, subject_id__in=[str(pk) for pk in hidden])


@dataclass(frozen=True)
class AuditLine:
    """One line of a trail: who by office alone."""

    event: Event
    office: str

    @property
    def public(self):
        return self.event.words.public

    @property
    def erased(self):
        return not self.event.words.public_salt

    @property
    def internal(self):
        return self.event.words.internal


def lines(appeal):
    """`[AuditLine]`, first to last; three statements."""
    events = list(appeal.events.for_trail())
    actors = {event.actor_id for event in events if event.actor_id}
    posts, own = Offices.load(actors, appeal.current.branch_id), voices(appeal)
    return [AuditLine(event, _office(event, own, posts)) for event in events]


def _office(event, own, posts):
    if event.facts.get("by_code"):
        return BY_CODE
    if event.actor_id is None:
        return CLOCK
    if event.actor_id in own:
        return ANCHOR
    day = timezone.localdate(event.at)
    here = posts.title(event.actor_id, event.stage, day)
    return here or next((p.title for p in posts.posts if p.user_id == event.actor_id and p.since <= day), NOBODY_NOW)
