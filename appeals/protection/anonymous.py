"""The appeal of somebody who leaves no name: no account, no branch, straight to the committee, read by a query code.

Whoever is logged in is left out here as well: nothing that is written leads to them.
"""

from django.db import IntegrityError, transaction
from django.utils import timezone

from appeals.acting import enter, record, whereto
from appeals.handlers import Handlers
from appeals.models import Appeal
from appeals.numbering import next_number
from appeals.protection import codes
from appeals.protection.code_holder import CodeHolder
from appeals.services import KEY_USED, cleaned_words
from appeals.workflow import Level, Status, Verb
from xinyu_portal import seal
from xinyu_portal.errors import Conflict


def submit(*, kind, category, body, submit_key, title="", files=(), channel=Appeal.Channel.WEB, at=None):
    """File it at the committee. Returns `(appeal, query code, created)`; `files` are kept ones.

    The same `submit_key` (UUID) with the same words answers with the first appeal and its code; with others it raises
    Conflict (409) and tells nothing of the first. Raises ValidationError (400).
    """
    title, body = cleaned_words(title, body)
    key, code = codes.kept_key(submit_key), codes.of_key(submit_key)
    words = [str(kind), category.pk, title, body, *(file.sha256 for file in files)]
    digest = seal.index("\0".join(words), purpose="anonymous-words")
    fresh = Appeal(
        kind=kind, category=category, service_class=category.service_class, title=title, body=body, channel=channel,
        confidentiality=Appeal.Confidentiality.ANONYMOUS, code_index=codes.index(code), status=Status.SUBMITTED,
        submitted_at=at or timezone.now(), submit_key=key, submit_digest=digest,
    )
    twin = _filed(key) or _file(fresh, files)
    if twin is None:
        return fresh, code, True
    if twin.submit_digest != digest:
        raise Conflict(KEY_USED)
    return twin, code, False


def was_filed(submit_key):
    """Whether this key was used before: a second try is not counted again."""
    return _filed(codes.kept_key(submit_key)) is not None


def _filed(key):
    return Appeal.objects.filter(submit_key=key).first()


def _file(appeal, files):
    """Write a new appeal; return the row of a twin that was faster with the same key, or None."""
    try:
        with transaction.atomic():
            appeal.number = next_number(appeal.submitted_at)
            appeal.words = appeal.words_of()
            appeal.save()
            _enter(appeal, files)
    except IntegrityError:
        twin = _filed(appeal.submit_key)
        if twin is None:
            raise
        return twin
    return None


def _enter(appeal, files):
    stage = enter(appeal, Level.COMMITTEE, branch_id=None, at=appeal.submitted_at)
    facts = {
        "kind": str(appeal.kind), "category": appeal.category_id, "channel": str(appeal.channel),
        "confidentiality": str(appeal.confidentiality), "service_class": str(appeal.service_class), "about": [],
        "recused": 0,
        **whereto(stage, []),
    }
    record(
        appeal, Verb.SUBMIT, stage=stage, entered=stage, actor=CodeHolder(appeal.pk), at=appeal.submitted_at,
        facts=facts, public=f"{appeal.title}\n{appeal.body}", handlers=Handlers.load([]),
        files=files,
    )


def find(code):
    """The appeal that this code opens, as its page needs it, or None. `code` is whatever was typed."""
    read = codes.read(code)
    if read is None:
        return None
    return Appeal.objects.for_page().prefetch_related("stages").filter(code_index=codes.index(read)).first()
