"""公开: an answer among the public ones, with the anchor's consent and without a name (domain.md §5.5).

Raises as `appeals.services`.
"""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from appeals import services
from appeals.acting import record, take
from appeals.publishing.models import Publication
from appeals.workflow import Verb
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

LIMITS = {"title": 60, "question": 600, "answer": 1200}
NEEDED = {"title": "请写标题。", "question": "请写问题。", "answer": "请写答复。"}
_PHONE = re.compile(r"1\d{10}")
NAMED = "里面有“{word}”，会认出是谁。请改写后再公开。"


@transaction.atomic
def consent(appeal, *, actor, granted, version=None, at=None):
    """The anchor lets the answer be made public without a name, or takes that back: then it is down at once."""
    appeal, at = take(appeal, Verb.CONSENT, actor, version), at or timezone.now()
    appeal.public_since = (appeal.public_since or at) if granted else None
    if not granted:
        Publication.objects.filter(appeal=appeal, withdrawn_at=None).update(withdrawn_at=at)
    return record(appeal, Verb.CONSENT, stage=appeal.current, actor=actor, at=at, facts={"granted": granted})


@transaction.atomic
def judge(appeal, *, actor, public=False, version=None, at=None, **said):
    """The anchor's judgement (`said` as `appeals.services.confirm` takes it) and, if `public`, the consent with it."""
    appeal = services.confirm(appeal, actor=actor, version=version, at=at, **said)
    return consent(appeal, actor=actor, granted=True, at=at) if public else appeal


@transaction.atomic
def publish(appeal, *, actor, title="", question="", answer="", withdraw=False, version=None, at=None):
    """Put words written anew among the public answers, or (`withdraw`) take them down. A second time replaces them."""
    words = {} if withdraw else _cleaned(title, question, answer, appeal)
    appeal, at = take(appeal, Verb.PUBLISH, actor, version), at or timezone.now()
    if withdraw:
        if not Publication.objects.filter(appeal=appeal, withdrawn_at=None).update(withdrawn_at=at):
            raise Conflict("这一件没有公开着。", appeal)
    else:
        Publication.objects.update_or_create(
            appeal=appeal, defaults={**words, "by": actor, "published_at": at, "withdrawn_at": None}
        )
    facts = {"withdrawn": withdraw}
    return record(appeal, Verb.PUBLISH, stage=appeal.current, actor=actor, at=at, facts=facts)


@transaction.atomic
def preview(appeal, *, actor, title, question, answer, version=None):
    """Refuse what `publish` would refuse, and write nothing."""
    _cleaned(title, question, answer, appeal)
    return take(appeal, Verb.PUBLISH, actor, version)


def _cleaned(title, question, answer, appeal):
    wrong, clean = {}, {}
    for field, text in {"title": title, "question": question, "answer": answer}.items():
        clean[field] = cleaned_text(text, NEEDED[field], field=field, limit=LIMITS[field])
        telling = (*names_of(appeal), *_PHONE.findall(clean[field]))
        named = next((word for word in telling if word in clean[field]), None)
        if named:
            wrong[field] = NAMED.format(word=named)
    if wrong:
        raise ValidationError(wrong)
    return clean


def names_of(appeal):
    """What would tell who it was: name, stage name, firm and the appeal's number; any phone number does so too."""
    found = [appeal.number]
    if appeal.anchor_id:
        anchor, user = appeal.anchor, appeal.anchor.user
        found += [user.name, anchor.stage_name, anchor.enterprise.name if anchor.enterprise_id else ""]
    return [word for word in found if len(word) > 1]
