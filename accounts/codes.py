"""Activation codes as people read, type and say them: eight letters and digits, none of which looks like another."""

import re
import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without 0 and O, 1, I and L
LENGTH = 8
_CODE = re.compile(f"[{ALPHABET}]{{{LENGTH}}}")


def fresh():
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normalise(text):
    """Full-width letters, small letters, spaces and dashes are how people type; return what is left."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()


def is_code(text):
    return bool(_CODE.fullmatch(text))


def shown(code):
    """Two groups of four, as it is printed."""
    return f"{code[:4]}-{code[4:]}"
