"""The store against the rows. A crash leaves at most a file without row, which is harmless; the other is a loss."""

import hashlib
import uuid

from appeals.attachments import store
from appeals.attachments.models import Attachment

YOUNG = 24 * 3600  # seconds; a file this young may still be waiting for its transaction
BATCH = 1000


def without_row(now):
    """Paths of files, thumbnails and half-written ones older than a day that belong to no row, or to an erased one."""
    old = [path for path in sorted(store.folder().glob("*/*")) if now - path.stat().st_mtime > YOUNG]
    for start in range(0, len(old), BATCH):
        batch = old[start:start + BATCH]
        known = set(
            Attachment.objects.filter(uuid__in=filter(None, map(_key, batch)), erased_at=None).values_list(
                "uuid", flat=True
            )
        )
        yield from (path for path in batch if path.name.endswith(store.HALF) or _key(path) not in known)


def broken(hashed):
    """`(attachment, missing | changed)` of rows whose file is not there, or not what it was (`hashed`: read all)."""
    for file in Attachment.objects.filter(erased_at=None).select_related("appeal").iterator():
        path = store.path_of(file.uuid)
        if not path.is_file():
            yield file, "missing"
        elif path.stat().st_size != file.size or (hashed and _sha256(path) != file.sha256):
            yield file, "changed"


def _key(path):
    try:
        return uuid.UUID(path.name.removesuffix(store.THUMB))
    except ValueError:
        return None


def _sha256(path):
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
