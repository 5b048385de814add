"""Sealed fields: AES-GCM bound to table, row and column, and HMAC indexes to find them again.

A sealed value reads "KEY_ID:BASE64(nonce + ciphertext)". Moving it to another row or column breaks it.
"""

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

NONCE_BYTES = 12


class SealBroken(ValueError):
    """The value was moved, altered, or sealed under a key that is not here."""


def seal(text, *, table, row, column):
    """Seal `text` for one cell. `row` is an identifier that never changes, such as a UUID."""
    key_id = list(settings.FIELD_KEYS)[-1]
    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(settings.FIELD_KEYS[key_id]).encrypt(nonce, text.encode(), _place(table, row, column))
    return f"{key_id}:{base64.b64encode(nonce + sealed).decode()}"


def unseal(value, *, table, row, column):
    """Open what `seal` made for the same cell. Raises SealBroken."""
    key_id, _, data = value.partition(":")
    try:
        key = settings.FIELD_KEYS[key_id]
        raw = base64.b64decode(data, validate=True)
        opened = AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _place(table, row, column))
    except (KeyError, ValueError, InvalidTag) as error:
        raise SealBroken(f"{table}.{column} of {row} cannot be opened") from error
    return opened.decode()


def index(text, *, purpose):
    """HMAC-SHA-256 as 64 hex digits, under the index key; `purpose` keeps two columns apart."""
    return hmac.new(settings.INDEX_KEY, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


def _place(table, row, column):
    return f"{table}\0{row}\0{column}".encode()
