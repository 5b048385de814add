"""The keys of sealed fields: from FIELD_KEYS, or from VAR/secrets.json, made at the first start."""

import base64
import json
import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KEY_BYTES = 32


def parse(text):
    """Return `({key id: 32 bytes}, index key)` from "k1:BASE64,index:BASE64".

    The entry named `index` is the key of the HMAC indexes; the last other entry seals new values,
    the older ones still open what they sealed. Raises ImproperlyConfigured.
    """
    keys = {}
    for entry in text.split(","):
        key_id, _, value = entry.strip().partition(":")
        try:
            keys[key_id] = base64.b64decode(value, validate=True)
        except ValueError:
            keys[key_id] = b""
        if len(keys[key_id]) != KEY_BYTES:
            raise ImproperlyConfigured(f"FIELD_KEYS: {key_id!r} is not {KEY_BYTES} bytes in base64.")
    index = keys.pop("index", None)
    if index is None or not keys:
        raise ImproperlyConfigured("FIELD_KEYS needs one entry named index and at least one other.")
    return keys, index


def embedded(var):
    """Read VAR/secrets.json; the first process to come makes it (0600), the others read what it made."""
    path = Path(var) / "secrets.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        _make(path)
    return json.loads(path.read_text())


def _make(path):
    fresh = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "FIELD_KEYS": ",".join(f"{name}:{_random_key()}" for name in ("index", "k1")),
    }
    draft = path.with_name(f".secrets-{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        json.dump(fresh, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)  # atomic, and refuses to replace the keys of a faster process
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _random_key():
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
