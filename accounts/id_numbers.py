"""Numbers of the resident identity card (GB 11643-1999): with a real date of birth, shown as 3605**********0119."""

import re
import unicodedata
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from stdnum.cn import ric

_SHAPE = re.compile(r"[0-9]{17}[0-9X]")


def normalise(text):
    """Full-width digits, spaces and a small x are how people write; return what is left."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()


def clean(text):
    """Return the eighteen characters. Raises ValidationError; the number itself is never repeated.

    The last one is checked here: of stdnum the sum is used, not its list of districts: districts are founded and
    renamed faster than lists are.
    """
    number = normalise(text)
    if not _SHAPE.fullmatch(number):
        raise ValidationError(f"身份证号是 18 位，前 17 位是数字，现在 {len(number)} 位。", code="id_number")
    try:
        born = born_on(number)
    except ValueError:
        raise ValidationError("身份证号里的出生日期没有这一天，请对照证件再填。", code="id_number") from None
    if ric.calc_check_digit(number) != number[-1]:
        raise ValidationError("身份证号的校验位不对，多半是抄错了一位，请对照证件再填。", code="id_number")
    if born > timezone.localdate():
        raise ValidationError("身份证号里的出生日期还没有到，请对照证件再填。", code="id_number")
    return number


def born_on(number):
    """The date in it. Raises ValueError for a day that no calendar has."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_male(number):
    return int(number[16]) % 2 == 1


def mask(number):
    return f"{number[:4]}{'*' * 10}{number[-4:]}"
