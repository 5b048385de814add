"""The files themselves, below VAR/attachments, where no web server looks: <2 hex>/<uuid>, readable by the portal alone.

A file is whole before its name is there (temporary name, fsync, rename), and there before its row is: so a file may
lie without a row, and no row without its file. `manage.py reconcile_attachments` looks.
"""

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

THUMB = "-thumb"
HALF = ".part"


@dataclass(frozen=True)
class Kept:
    """A file in the store that waits for its row."""

    uuid: uuid.UUID
    name: str
    kind: str
    size: int
    sha256: str

    @property
    def fact(self):
        """What the trail says of it: no name, for that is somebody's words."""
        return {"sha256": self.sha256, "size": self.size, "kind": str(self.kind)}


def folder():
    return Path(settings.ATTACHMENTS)


def path_of(key, *, thumb=False):
    name = str(key)
    return folder() / name[:2] / f"{name}{THUMB if thumb else ''}"


def keep(file):
    """Write an `Inspected` file and its thumbnail; return it as Kept."""
    key = uuid.uuid4()
    if file.thumb:
        _write(path_of(key, thumb=True), file.thumb)
    _write(path_of(key), file.data)
    return Kept(key, file.name, file.kind, len(file.data), hashlib.sha256(file.data).hexdigest())


def remove(key):
    for path in (path_of(key), path_of(key, thumb=True)):
        path.unlink(missing_ok=True)


def _write(path, data):
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    half = path.with_name(path.name + HALF)
    handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    half.rename(path)
    _settle(path.parent)


def _settle(directory):
    """Let the new name outlive a power cut too."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
