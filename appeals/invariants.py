"""What must hold for every appeal (design §4 to §6). `manage.py check_chain` runs them all.

Each check takes nothing and yields the rows that break it, as text. None recomputes a due time: what a person
granted or a year's calendar moved is no fault.
"""

from django.db.models import BigIntegerField, CharField, Count, Exists, F, Max, Min, OuterRef, Q, Subquery, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Concat

from appeals import trail, trail_guard
from appeals.dispatching.models import Dispatch
from appeals.merging.models import Merge
from appeals.models import Appeal, Attachment, Event, Judgement, Stage
from appeals.pausing.reasons import MOST_DAYS_IN_ALL, MOST_TIMES
from appeals.protection.models import Recusal
from appeals.workflow import ACTIVE, OPEN, SAID_BY_ANCHOR, Level, Outcome, Status, Verb
from notices.models import Notice

_open_stage = Stage.objects.filter(appeal=OuterRef("pk"), left_at=None)
_lines = Event.objects.filter(appeal=OuterRef("pk"))


def open_while_the_status_is_open():
    """A stage is open exactly while the status is 待接单, 办理中 or 挂起."""
    appeals = Appeal.objects.annotate(has_open=Exists(_open_stage))
    return _named(appeals.filter(Q(status__in=OPEN, has_open=False) | (~Q(status__in=OPEN) & Q(has_open=True))))


def current_is_the_last_stage():
    last = Stage.objects.filter(appeal=OuterRef("pk")).order_by("-seq").values("pk")[:1]
    return _named(Appeal.objects.annotate(last=Subquery(last)).exclude(current=F("last")))


def stages_are_counted_without_gaps():
    counted = Appeal.objects.annotate(n=Count("stages"), first=Min("stages__seq"), top=Max("stages__seq"))
    return _named(counted.exclude(first=1, top=F("n")))


def accepted_exactly_while_handled():
    """待接单 has not been accepted; 办理中 has been, and somebody holds it."""
    waiting = Q(status=Status.SUBMITTED, current__accepted_at__isnull=False)
    handled = Q(status=Status.HANDLING) & (Q(current__accepted_at=None) | Q(current__holder=None))
    return _named(Appeal.objects.filter(waiting | handled))


def a_running_clock_has_its_deadlines_in_order():
    stages = Stage.objects.filter(left_at=None, appeal__status__in=ACTIVE)
    broken = stages.filter(Q(accept_due_at=None) | Q(due_at=None) | Q(accept_due_at__gt=F("due_at")))
    return (f"{stage.appeal.number} 第 {stage.seq} 环节" for stage in broken.select_related("appeal"))


def every_file_stands_in_the_facts_of_its_line():
    """What a line carried is proved by its hash: each attachment's SHA-256 is among the line's facts."""
    for file in Attachment.objects.select_related("event", "appeal").iterator():
        if file.sha256 not in {one["sha256"] for one in file.event.facts.get("attachments", ())}:
            yield f"{file.appeal.number} {file.uuid}"
def suspended_exactly_while_it_waits_to_resume():
    """挂起 has a time to go on and no deadline; nothing else has. No more than twice, and 20 working days in all."""
    waits = Q(current__resume_at__isnull=False, current__left_at=None)
    wrong = (Q(status=Status.SUSPENDED) & ~waits) | (~Q(status=Status.SUSPENDED) & waits)
    over = Q(suspensions__gt=MOST_TIMES) | Q(suspended_days__gt=MOST_DAYS_IN_ALL)
    return _named(Appeal.objects.filter(wrong | over))


def stages_climb():
    """The next stage of an appeal is on a lower level only where somebody sent it there."""
    rank = {Level.MEMBER: 0, Level.BRANCH: 1, Level.COMMITTEE: 2}
    sent = set(
        Event.objects.filter(verb__in=(Verb.TRANSFER, Verb.DECIDE_RETURN, Verb.ASSIGN)).values_list("stage", flat=True)
    )
    before = {}
    for appeal_id, pk, number, level in Stage.objects.order_by("appeal", "seq").values_list(
        "appeal", "pk", "appeal__number", "level"
    ).iterator():
        left, top = before.get(appeal_id, (None, 0))
        if rank[level] < top and left not in sent:
            yield number
        before[appeal_id] = (pk, rank[level])


def the_head_is_the_last_line():
    last = _lines.order_by("-seq")
    heads = Appeal.objects.annotate(seq=Subquery(last.values("seq")[:1]), end=Subquery(last.values("hash")[:1]))
    return _named(heads.exclude(version=F("seq"), trail_hash=F("end")))


def every_line_is_chained_to_the_one_before():
    """Recomputes each digest and hash; a line whose words were emptied keeps its digests."""
    before = {}
    lines = Event.objects.select_related("words", "appeal").order_by("appeal", "seq")
    for event in lines.iterator(chunk_size=2000):
        seq, end = before.get(event.appeal_id, (0, trail.BEGINNING))
        whole = event.seq == seq + 1 and event.prev_hash == end
        whole = whole and event.hash == trail.line_hash(number=event.appeal.number, event=event)
        if not (whole and _words_match(event)):
            yield f"{event.appeal.number} 第 {event.seq} 条"
        before[event.appeal_id] = (event.seq, event.hash)


def _words_match(event):
    words = event.words
    return all(
        (salt == "" and text == "") or trail.digest(salt, text) == digest
        for salt, text, digest in (
            (words.public_salt, words.public, event.public_digest),
            (words.internal_salt, words.internal, event.internal_digest),
        )
    )


def the_trail_begins_with_submit():
    return _named(Appeal.objects.exclude(Exists(_lines.filter(seq=1, verb=Verb.SUBMIT))))


def the_trail_tells_how_it_ended():
    """The last line that may close an appeal names the outcome that the row carries."""
    endings = (Verb.CONFIRM, Verb.WITHDRAW, Verb.CLOSE_SILENT, Verb.REFER, Verb.REFUSE)
    said = _lines.filter(verb__in=endings).order_by("-seq").values("facts__outcome")[:1]
    closed = Appeal.objects.filter(status=Status.CLOSED).annotate(said=Subquery(said))
    return (row.number for row in closed.iterator() if _plain(row.said) != row.outcome)


def _plain(value):
    """SQLite hands a JSON string over with its quotes, PostgreSQL without."""
    return value.strip('"') if isinstance(value, str) else value


def silence_is_never_satisfaction():
    silent = Judgement.objects.filter(appeal=OuterRef("pk"), answered=False)
    spoken = Judgement.objects.filter(appeal=OuterRef("pk"), answered=True, outcome=OuterRef("outcome"))
    appeals = Appeal.objects.annotate(silent=Exists(silent), spoken=Exists(spoken))
    return _named(
        appeals.filter(Q(outcome=Outcome.UNCONFIRMED, silent=False) | Q(outcome__in=SAID_BY_ANCHOR, spoken=False))
    )


_ANCHOR_MUST_HEAR = (
    Verb.ACCEPT, Verb.REPLY, Verb.ESCALATE, Verb.CLOSE_SILENT, Verb.SUSPEND, Verb.REFER, Verb.REFUSE,
)


def whoever_must_hear_has_a_notice():
    """The anchor hears of every acceptance, answer, escalation and closing; the contact of every arrival.

    No notice can reach whoever is anonymous: they read it by their code.
    """
    heard = Notice.objects.filter(key=OuterRef("key"), recipient=OuterRef("listener"))
    events = Event.objects.annotate(key=Concat(Value("appeal-event:"), Cast("pk", CharField())))
    told = events.filter(verb__in=_ANCHOR_MUST_HEAR)
    arrived = events.filter(verb=Verb.SUBMIT, level=Level.MEMBER)
    for listeners in (
        told.annotate(listener=F("appeal__anchor__user")), arrived.annotate(listener=_contact_at_submit())
    ):
        for event in listeners.filter(listener__isnull=False).exclude(Exists(heard)).select_related("appeal"):
            yield f"{event.appeal.number} 第 {event.seq} 条没有通知到人"


def _contact_at_submit():
    """As the line says it: whoever answers a merged appeal has its stage in hand afterwards."""
    return Cast(KT("facts__holder"), BigIntegerField())


def nothing_leads_from_an_anonymous_appeal_to_a_person():
    """No branch of the anchor; its first line, and all that was done by code, names nobody."""
    anonymous = Appeal.objects.filter(confidentiality=Appeal.Confidentiality.ANONYMOUS)
    by_code = Event.objects.filter(appeal=OuterRef("pk"), facts__by_code=True)
    named = Q(branch__isnull=False) | Exists(by_code.filter(actor__isnull=False)) | ~Exists(by_code.filter(seq=1))
    return _named(anonymous.filter(named))
def a_lead_follows_nobody():
    """Of the merges in force: whoever is followed follows nobody (design §4 Merge)."""
    standing = Merge.objects.in_force()
    return standing.filter(lead__in=standing.values("child")).order_by("pk").values_list("lead__number", flat=True)


def what_somebody_must_not_see_follows_nobody_below_the_committee():
    """A merge takes it along with the lead: to whoever is there."""
    below = Merge.objects.in_force().exclude(lead__current__level=Level.COMMITTEE)
    hidden = below.filter(Exists(Recusal.objects.filter(appeal=OuterRef("child"))))
    return hidden.order_by("pk").values_list("child__number", flat=True)


def nobody_recused_has_it_afterwards():
    """No stage is with a person, or at a branch, from whom the appeal was hidden by then."""
    after = Q(appeal__stages__left_at=None) | Q(appeal__stages__left_at__gt=F("at"))
    theirs = Q(appeal__stages__holder=F("user"))
    theirs |= Q(appeal__stages__branch=F("branch"), appeal__stages__level=Level.BRANCH)
    return Recusal.objects.filter(after & theirs).order_by("pk").values_list("appeal__number", flat=True).distinct()


def confidence_begins_above_the_contact():
    """A confidential appeal is never with a contact."""
    held = Stage.objects.filter(appeal=OuterRef("pk"), level=Level.MEMBER)
    confidential = Appeal.objects.filter(confidentiality=Appeal.Confidentiality.CONFIDENTIAL)
    return _named(confidential.filter(Exists(held)))


def the_trail_is_guarded():
    """The triggers that keep lines from being changed are there."""
    return trail_guard.missing()


def what_is_lent_ends_with_its_stage():
    """A unit is asked for nothing after the committee's stage was left."""
    left = Dispatch.objects.open().filter(stage__left_at__isnull=False)
    return left.order_by("pk").values_list("appeal__number", flat=True)


CHECKS = (
    what_is_lent_ends_with_its_stage,
    open_while_the_status_is_open,
    current_is_the_last_stage,
    stages_are_counted_without_gaps,
    suspended_exactly_while_it_waits_to_resume,
    stages_climb,
    every_file_stands_in_the_facts_of_its_line,
    accepted_exactly_while_handled,
    a_running_clock_has_its_deadlines_in_order,
    the_head_is_the_last_line,
    every_line_is_chained_to_the_one_before,
    the_trail_begins_with_submit,
    the_trail_tells_how_it_ended,
    silence_is_never_satisfaction,
    whoever_must_hear_has_a_notice,
    nothing_leads_from_an_anonymous_appeal_to_a_person,
    a_lead_follows_nobody,
    what_somebody_must_not_see_follows_nobody_below_the_committee,
    nobody_recused_has_it_afterwards,
    confidence_begins_above_the_contact,
    the_trail_is_guarded,
)


def broken():
    """Return `{check's name: [rows that break it]}`, only for the checks that found any."""
    found = {check.__name__: [str(row) for row in check()] for check in CHECKS}
    return {name: rows for name, rows in found.items() if rows}


def _named(appeals):
    return appeals.order_by("pk").values_list("number", flat=True)
