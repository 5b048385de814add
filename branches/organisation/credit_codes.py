"""The unified social credit code 统一社会信用代码 (GB 32100-2015), and the organisation code in it (GB 11714)."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from stdnum.cn import uscc

# Two letters or digits of register and kind, six of the division, nine of the organisation, one to check.
_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}\d{6}[0-9A-HJ-NPQRTUWXY]{10}")
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def clean(text):
    """Return the code as 18 characters, or None for an empty one. Raises ValidationError.

    The shape is checked here, because stdnum takes no letter in front and village collectives are N….
    """
    code = re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text or "")).upper()
    if not code:
        return None
    if not _SHAPE.fullmatch(code):
        raise ValidationError(f"统一社会信用代码是 18 位数字和大写字母（没有 I、O、S、V、Z），现在 {len(code)} 位。")
    if code[-1] != uscc.calc_check_digit(code[:-1]) or code[16] != _organisation_check(code[8:16]):
        raise ValidationError("这个统一社会信用代码的校验位不对，多半是抄错了一位，请对照营业执照再填。")
    return code


def _organisation_check(eight):
    total = sum(_DIGITS.index(sign) * weight for sign, weight in zip(eight, _WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]
