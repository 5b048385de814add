"""The verbs of the chain. Page, API and clock all come through here.

Each verb locks the bare row, reads it afresh, asks policy (your verb?) and workflow (may it follow now?), and
writes the row, its line and its notices in one transaction. `version` is the one the person was looking at;
None compares nothing. `at` is when it happens, now by default. All raise PermissionDenied (403),
errors.Conflict (409) and ValidationError (400), and return the fresh appeal.
"""

import hashlib
import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from anchors.registry.models import Anchor
from appeals import policy
from appeals.acting import answer, change, close, enter, leave, move_up, record, take, take_on, whereto
from appeals.handlers import Handlers
from appeals.merging.following import answer_with, come_along
from appeals.models import BODY_LIMIT, TITLE_FROM_BODY, TITLE_LIMIT, Appeal, Judgement
from appeals.numbering import next_number
from appeals.protection.entry import cleaned_about, recuse_concerned
from appeals.workflow import PUBLIC_NOTE_SOURCES, SAID_BY_ANCHOR, UNHAPPY, Outcome, Status, Verb
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

NAMED = (Appeal.Confidentiality.REAL_NAME, Appeal.Confidentiality.CONFIDENTIAL)  # the anchor has an account
KEY_USED = "这次提交用过了，内容不一样。请刷新后再提交。"


def submit(
    anchor, *, actor, kind, category, body, submit_key, title="", confidentiality=Appeal.Confidentiality.REAL_NAME,
    about=(), channel=Appeal.Channel.WEB, files=(), at=None,
):
    """File an appeal and bring it to the first level with somebody to take it. Returns `(appeal, created)`.

    `about` names whom it concerns (`protection.entry.ABOUT`): from them it is hidden, and it begins at the committee.
    The same `submit_key` (UUID) by the same person with the same words answers with the first appeal. `files` are
    kept ones, here as in `note` and `reply`.
    """
    if actor.pk != anchor.user_id:
        raise PermissionDenied
    title, body = cleaned_words(title, body)
    about = cleaned_about(about)
    if confidentiality not in NAMED:
        raise ValidationError({"confidentiality": "请选实名或者保密。"})
    words = [str(kind), category.pk, title, body, str(confidentiality), *about, *(file.sha256 for file in files)]
    digest = hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()
    fresh = Appeal(
        kind=kind, category=category, service_class=category.service_class, title=title, body=body,
        channel=channel, confidentiality=confidentiality, anchor=anchor, branch_id=anchor.branch_id,
        status=Status.SUBMITTED, submitted_at=at or timezone.now(), submit_key=submit_key, submit_digest=digest,
    )
    twin = Appeal.objects.filter(submit_key=submit_key).first() or _file(fresh, actor, about, files)
    if twin is None:
        return fresh, True
    if twin.anchor_id != anchor.pk:
        raise Conflict(KEY_USED)  # and nothing of the other person's appeal
    if twin.submit_digest != digest:
        raise Conflict(KEY_USED, twin)
    return twin, False


def _file(appeal, actor, about, files):
    """Write a new appeal; return the row of a twin that was faster with the same key, or None."""
    try:
        with transaction.atomic():
            appeal.number = next_number(appeal.submitted_at)
            appeal.words = appeal.words_of()
            appeal.save()
            _enter_first_level(appeal, actor, about, files)
    except IntegrityError:
        twin = Appeal.objects.filter(submit_key=appeal.submit_key).first()
        if twin is None:
            raise
        return twin
    return None


def _enter_first_level(appeal, actor, about, files):
    anchor, at = _anchor_now(appeal), appeal.submitted_at
    recused = recuse_concerned(appeal, about) if about else 0
    handlers = Handlers.load([anchor.branch_id])
    level, passed = handlers.of_entry(
        anchor, confidential=appeal.confidentiality == Appeal.Confidentiality.CONFIDENTIAL, about=about
    )
    stage = enter(appeal, level, branch_id=anchor.branch_id, contact_id=anchor.contact_id, at=at)
    facts = {
        "kind": str(appeal.kind), "category": appeal.category_id, "channel": str(appeal.channel),
        "confidentiality": str(appeal.confidentiality), "service_class": str(appeal.service_class),
        "about": list(about), "recused": recused, **whereto(stage, passed),
    }
    record(
        appeal, Verb.SUBMIT, stage=stage, entered=stage, actor=actor, at=at, facts=facts,
        public=f"{appeal.title}\n{appeal.body}", handlers=handlers, files=files,
    )


def _anchor_now(appeal):
    """The anchor with today's contact: whoever ends a contact locks the anchor, and waits for the new appeal's row."""
    appeal.anchor = Anchor.objects.select_related("user", "contact", "enterprise").get(pk=appeal.anchor_id)
    return appeal.anchor


@transaction.atomic
def accept(appeal, *, actor, version=None, at=None):
    """Take it: the person becomes the holder, and the handling deadline is in force."""
    appeal, at = take(appeal, Verb.ACCEPT, actor, version), at or timezone.now()
    return take_on(appeal, actor, at)


@transaction.atomic
def note(appeal, *, actor, text, internal=False, files=(), version=None, at=None):
    """Say how it goes: to the anchor while it is in hand, or, `internal`, to those who had or have it."""
    text = cleaned_text(text, "请写一句进展。")
    appeal, at = take(appeal, Verb.NOTE, actor, version), at or timezone.now()
    if not internal and appeal.status not in PUBLIC_NOTE_SOURCES:
        raise Conflict("接单以后、答复以前才能给主播写进展；要留给同事看，请写内部备注。", appeal)
    if not internal and not policy.handles(actor, appeal.current):
        raise PermissionDenied
    words = {"internal": text} if internal else {"public": text}
    return record(
        appeal, Verb.NOTE, stage=appeal.current, actor=actor, at=at, facts={"internal": internal}, files=files, **words
    )


@transaction.atomic
def hand_up(appeal, *, actor, text="", version=None, at=None):
    """Pass it to the next level that has somebody; the anchor may ask for it while it is with the contact."""
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.HAND_UP, actor, version), at or timezone.now()
    move_up(appeal, Verb.HAND_UP, actor=actor, at=at, text=text)
    come_along(appeal, Verb.HAND_UP, actor=actor, at=at)
    return appeal


@transaction.atomic
def reply(appeal, *, actor, text, children=None, files=(), version=None, at=None):
    """Answer the anchor, and with it each appeal that was merged into this one.

    `children` is `{id: text}` for those that get words of their own. What nobody had accepted is accepted first.
    """
    text = cleaned_text(text, "请写答复的内容。")
    appeal, at = take(appeal, Verb.REPLY, actor, version), at or timezone.now()
    answer_with(appeal, actor=actor, text=text, own=children, at=at)
    return answer(appeal, actor=actor, text=text, at=at, files=files)


@transaction.atomic
def confirm(appeal, *, actor, outcome, rating, contacted=None, reason="", version=None, at=None):
    """The anchor judges the answer: outcome, rating 5 (非常满意) to 1, 2 and below say why; contacted or not.

    `contacted` is None where nobody could have called: of an appeal without a name.
    """
    reason = _cleaned_judgement(outcome, rating, reason)
    appeal, at = take(appeal, Verb.CONFIRM, actor, version), at or timezone.now()
    said = {"answered": True, "contacted": contacted, "outcome": outcome, "rating": rating, "reason": reason, "at": at}
    Judgement.objects.update_or_create(
        stage=appeal.current, asked=Judgement.Asked.ANCHOR, attempt=1, defaults={"appeal": appeal, **said}
    )
    change(appeal.current)
    close(appeal, outcome, at)
    facts = {"outcome": str(outcome), "rating": rating, "contacted": contacted}
    return record(appeal, Verb.CONFIRM, stage=appeal.current, actor=actor, at=at, facts=facts, public=reason)


@transaction.atomic
def reopen(appeal, *, actor, text, version=None, at=None):
    """The anchor is not content with the answer: once, one level up (from the committee: there anew)."""
    text = cleaned_text(text, "请写一句为什么要再办。")
    appeal, at = take(appeal, Verb.REOPEN, actor, version), at or timezone.now()
    appeal.reopened, appeal.judge_by = True, None
    return move_up(appeal, Verb.REOPEN, actor=actor, at=at, text=text)


@transaction.atomic
def withdraw(appeal, *, actor, text="", version=None, at=None):
    text = cleaned_text(text, optional=True)
    appeal, at = take(appeal, Verb.WITHDRAW, actor, version), at or timezone.now()
    stage = leave(appeal, at)
    close(appeal, Outcome.WITHDRAWN, at)
    facts = {"outcome": str(Outcome.WITHDRAWN)}
    return record(appeal, Verb.WITHDRAW, stage=stage, actor=actor, at=at, facts=facts, public=text)


def cleaned_words(title, body):
    body = cleaned_text(body, "请写一句发生了什么。", field="body", limit=BODY_LIMIT)
    title = " ".join((title or "").split()) or " ".join(body.split())[:TITLE_FROM_BODY]
    if len(title) > TITLE_LIMIT:
        raise ValidationError({"title": f"标题请不超过 {TITLE_LIMIT} 个字。"})
    return title, body


def _cleaned_judgement(outcome, rating, reason):
    if outcome not in SAID_BY_ANCHOR:
        raise ValidationError({"outcome": "请选事情解决了没有。"})
    if rating not in range(1, 6):
        raise ValidationError({"rating": "请选满意不满意。"})
    reason = cleaned_text(reason, optional=True, field="reason", limit=500)
    if rating <= UNHAPPY and not reason:
        raise ValidationError({"reason": "不满意的话，请写一句原因。"})
    return reason
