"""Files come before the transaction, rows within it."""

from contextlib import contextmanager

from django.core.exceptions import PermissionDenied, ValidationError

from appeals.attachments import store
from appeals.attachments.models import FILES, Attachment
from xinyu_portal.errors import Conflict

TOO_MANY = f"一次最多 {FILES} 个文件，您选了 {{n}} 个。"


@contextmanager
def kept(words):
    """Write the `Inspected` files of cleaned `words` to the store; yield the words with `files` as Kept.

    What got no row is taken away again, unless nobody knows how the transaction ended: that is the reconciler's.
    """
    files = words.get("files") or ()
    if len(files) > FILES:
        raise ValidationError({"files": TOO_MANY.format(n=len(files))})
    if not files:
        yield words
        return
    stored = tuple(store.keep(file) for file in files)
    try:
        yield {**words, "files": stored}
    except (ValidationError, Conflict, PermissionDenied):
        for file in stored:
            store.remove(file.uuid)
        raise
    with_row = set(Attachment.objects.filter(uuid__in=[one.uuid for one in stored]).values_list("uuid", flat=True))
    for file in stored:
        if file.uuid not in with_row:  # the same submit once more: its first files stay
            store.remove(file.uuid)


def attach(event, files, *, internal=False):
    """Give kept files their rows beside a line, in the transaction that wrote it."""
    Attachment.objects.bulk_create(
        Attachment(
            uuid=file.uuid, appeal_id=event.appeal_id, event=event, internal=internal, name=file.name, kind=file.kind,
            size=file.size, sha256=file.sha256, by=event.actor, at=event.at,
        )
        for file in files
    )


def facts_of(files):
    """`{"attachments": […]}` for the facts of a line, or nothing."""
    return {"attachments": [file.fact for file in files]} if files else {}
