"""Mainland mobile numbers (domain.md §8): `^1[3-9]\\d{9}$`, shown as 138****1234."""

import re
import unicodedata

from django.core.exceptions import ValidationError

_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def normalise(text):
    """Full-width digits, spaces, dashes and +86 are how people write; return eleven digits or what is left."""
    digits = re.sub(r"[\s\-()]", "", unicodedata.normalize("NFKC", text or ""))
    return re.sub(r"^(\+86|0086)", "", digits)


def is_mobile(text):
    return bool(_MOBILE.fullmatch(text))


def is_end(text):
    """Four digits, as people name the end of a number."""
    return bool(re.fullmatch(r"[0-9]{4}", text))


def clean(text):
    """Return the eleven digits. Raises ValidationError."""
    number = normalise(text)
    if not is_mobile(number):
        raise ValidationError("请填 11 位手机号，以 1 开头。", code="phone")
    return number


def mask(number):
    return f"{number[:3]}****{number[-4:]}"
