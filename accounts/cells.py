"""What a cell of a workbook says of a person's numbers and sex."""

import re

from django.core.exceptions import ValidationError

from accounts import id_numbers, phones
from accounts.models import Sex
from xinyu_portal.workbook_cells import choice_of, clean, shown
from xinyu_portal.workbook_errors import Unreadable

sex = choice_of(Sex.choices, [("男性", "男"), ("女性", "女")])


def mobile(cell):
    """Eleven digits, also out of a number `19900010001.0`. The number read is never repeated whole."""
    text = re.sub(r"\.0+$", "", clean(cell).strip("'’‘`"))
    try:
        number = phones.clean(text)
    except ValidationError:
        number = ""
    if not (number and number.isascii()):
        raise Unreadable(f"应为以 1 开头的 11 位手机号，读到的是{_masked(text)}")
    return number


def _masked(text):
    digits = sum(letter.isdigit() for letter in text)
    return f"“{text[:3]}…”（{digits} 位数字）" if digits > 3 else shown(text)


def id_number(cell):
    """Eighteen characters. A number that Excel keeps as a number has lost its last digits and is told so."""
    if isinstance(cell, int | float):
        raise Unreadable("被 Excel 当作数字，末尾几位已丢失，请把单元格设为“文本”后重填")
    try:
        return id_numbers.clean(clean(cell).strip("'’‘`"))
    except ValidationError as error:
        raise Unreadable(f"：{error.messages[0]}") from None
