"""A drafted answer waits for a second pair of eyes: release, decide_release (design §4).

Raises as `appeals.services`. The clock does not stop for it; undecided in its time it is refused by the sweep
`appeals.negotiation.sweeps.lapse`, and it lapses when the stage is left.
"""

from django.db import transaction
from django.utils import timezone

from appeals.acting import answer, last_line, record, take
from appeals.attachments.models import Attachment
from appeals.deadlines import Terms
from appeals.merging.following import answer_with
from appeals.negotiation.models import Request
from appeals.negotiation.services import ask, decide
from appeals.workflow import Verb
from xinyu_portal.typed import cleaned_text


@transaction.atomic
def release(appeal, *, actor, text, files=(), version=None, at=None):
    """Draft an answer; another handler of the same level sends it or does not. Until then it is internal."""
    text = cleaned_text(text, "请写答复的内容。")
    appeal, at = take(appeal, Verb.RELEASE, actor, version), at or timezone.now()
    return ask(appeal, Verb.RELEASE, Request.Kind.RELEASE, actor, at, text, Terms.load(), {}, files=files)


@transaction.atomic
def decide_release(appeal, *, actor, granted, text="", version=None, at=None):
    """Send the draft in the name of whoever wrote it, or give it back with a reason."""
    text = cleaned_text(text, "请写一句还差什么。", optional=granted)
    appeal, at = take(appeal, Verb.DECIDE_RELEASE, actor, version), at or timezone.now()
    asked = decide(appeal, Request.Kind.RELEASE, actor, granted, at)
    facts = {"granted": granted, "asked_by": asked.by_id, "internal": True}
    appeal = record(
        appeal, Verb.DECIDE_RELEASE, stage=appeal.current, actor=actor, at=at, facts=facts, internal=text
    )
    return _send(appeal, asked, actor, at) if granted else appeal


def _send(appeal, asked, actor, at):
    """The answer as it was drafted, and to those merged into it; its files are the anchor's to see from now on."""
    draft, facts = asked.asked, {"released_by": actor.pk}
    if draft.facts.get("attachments"):
        facts["attachments"] = draft.facts["attachments"]
    answer_with(appeal, actor=asked.by, text=draft.words.internal, at=at)
    appeal = answer(appeal, actor=asked.by, at=at, text=draft.words.internal, facts=facts)
    Attachment.objects.filter(event=draft).update(event=last_line(appeal), internal=False)
    return appeal
