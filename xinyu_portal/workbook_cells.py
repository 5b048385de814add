"""What a cell says. Each parser takes a filled cell and returns a value, or raises Unreadable; nothing is guessed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from django.utils import timezone
from openpyxl.cell.cell import ERROR_CODES

from xinyu_portal.workbook_errors import Unreadable

SHOWN = 20  # characters of a cell that a sentence repeats
EXACT = 10**15  # Excel keeps 15 digits of a number
OLDEST_MONTH = 1990

# Full-width digits, Latin letters and the ideographic space; Chinese punctuation stays as it was typed.
_NARROW = {wide: wide - 0xFEE0 for start, end in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(start), ord(end) + 1)}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[•・‧∙●．.]\s*(?=[\u3400-\u9fff])")
_DAY = re.compile(r"((?:19|20)[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?: ?0{1,2}:00(?::00)?)?")
_EIGHT = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_OTHER_YEAR = re.compile(r"(?!19|20)[0-9]{4}[-/.年][0-9]{1,2}[-/.月][0-9]{1,2}[日号]?$")
_JUST_MONTH = re.compile(r"((?:19|20)[0-9]{2})(?:[-/.年]([0-9]{1,2})|([0-9]{2}))[月份]{0,2}")

_HINT = re.compile(r"\((?:必填|选填|可|如|例|格式|请|下拉|单选|按|不)[^()]*\)")


@lru_cache(1024)
def fold(text):
    """What two spellings of one name have in common: width, spaces and case are gone."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def plain(text):
    """A head without stars, hints in brackets, colons and spaces."""
    return _HINT.sub("", fold(text.replace("_x000D_", ""))).translate(str.maketrans("", "", "*:※★●"))


def as_text(cell):
    """Any cell as plain text, as a person would have typed it; None is ''. Never raises."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
    return str(cell)


def clean(cell):
    """The text of a cell: half-width digits and letters, single spaces. Raises Unreadable (control characters)."""
    text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), as_text(cell))
    text = " ".join(text.translate(_NARROW).split())
    if text.isalnum():
        return text
    text = "".join(letter for letter in text if unicodedata.category(letter) != "Cf" or letter == "\u200d")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise Unreadable("里有看不见的控制字符，请重新输入")
    if text in ERROR_CODES:
        raise Unreadable(f"是 Excel 的错误值 {text}，请填写内容")
    return text.strip()


def is_formula(text):
    return text.startswith("=")


def shown(text):
    """What was read, short enough for a sentence."""
    return f"“{text[:SHOWN]}…”" if len(text) > SHOWN else f"“{text}”"


def text_of(length, keeps_dates=False):
    """Return the parser of free text of at most `length` characters."""

    def parse(cell):
        if not keeps_dates and isinstance(cell, date | time | timedelta):
            raise Unreadable("被 Excel 变成了日期，请把单元格设为“文本”后重填")
        if isinstance(cell, int | float) and abs(cell) >= EXACT:
            raise Unreadable("被 Excel 当作数字，末尾几位已丢失，请把单元格设为“文本”后重填")
        return _not_longer(clean(cell), length)

    return parse


def _not_longer(text, length):
    if len(text) > length:
        raise Unreadable(f"最多 {length} 个字，这里有 {len(text)} 个")
    return text


def name(cell):
    """A person's name without stray spaces: `" 程雨小　"` is 程雨小, 阿不都．热合曼 has the dot ·."""
    text = _HAN_GAP.sub("", _DOTS.sub("·", clean(cell)))
    if not any(letter.isalpha() for letter in text):
        raise Unreadable(f"读到的是{shown(text)}，应为真实姓名")
    return _not_longer(text, 40)


def month(cell, oldest=OLDEST_MONTH):
    """The first day of a month: 2025-02, 2019年3月, 2019.3, 201903, a day in it, or a date of Excel."""
    if isinstance(cell, date):
        return _first_day(cell.year, cell.month, cell, oldest)
    if isinstance(cell, float) and re.fullmatch(r"[0-9]{4}\.1", str(cell)):
        raise Unreadable(f"读到的是{cell}，分不清是 1 月还是 10 月，请写成 2019-01 的样子")
    text = unicodedata.normalize("NFKC", clean(cell))
    found = _JUST_MONTH.fullmatch(text.replace(" ", "")) or _DAY.fullmatch(re.sub(r"\s*([年月])\s*", r"\1", text))
    if not found:
        raise Unreadable(f"读到的是{shown(text)}，应写成 2019-03 或 2019年3月")
    return _month_of(found, text, oldest)


def day(cell, oldest=OLDEST_MONTH):
    """A day: 2025-02-03, 2019年3月1日, 2019.3.1, 20190301, or a date of Excel; not one that is still to come."""
    if isinstance(cell, date):
        read, found = cell, date(cell.year, cell.month, cell.day)
    else:
        read = re.sub(r"\s*([年月])\s*", r"\1", unicodedata.normalize("NFKC", clean(cell)))
        parts = _DAY.fullmatch(read) or _EIGHT.fullmatch(read)
        if not parts and _OTHER_YEAR.match(read):
            raise Unreadable(f"读到的是{shown(read)}，年份不对")
        if not parts:
            raise Unreadable(f"读到的是{shown(read)}，应写成 2019-03-01 或 2019年3月1日")
        try:
            found = date(*map(int, parts.groups()))
        except ValueError:
            raise Unreadable(f"读到的是{shown(read)}，没有这个日期") from None
    if found.year < oldest:
        raise Unreadable(f"读到的是{shown(str(read))}，年份应在 {oldest} 年以后")
    if found > timezone.localdate():
        raise Unreadable(f"读到的是{shown(str(read))}，这一天还没有到")
    return found


def _month_of(found, text, oldest):
    if found.re is _DAY:
        year, number, day = map(int, found.groups())
    else:
        year, number, day = int(found[1]), int(found[2] or found[3]), 1
    try:
        date(year, number, day)
    except ValueError:
        raise Unreadable(f"读到的是{shown(text)}，没有这个日期") from None
    return _first_day(year, number, text, oldest)


def _first_day(year, number, read, oldest):
    if not oldest <= year <= 2099:
        raise Unreadable(f"读到的是{shown(str(read))}，年份应在 {oldest} 年以后")
    first = date(year, number, 1)
    if first > timezone.localdate():
        raise Unreadable(f"读到的是{shown(str(read))}，不能晚于这个月")
    return first


def choice_of(choices, synonyms=()):
    """Return the parser of a code list: labels are compared without spaces, width and case."""
    labels = [label for _, label in choices]
    values = {fold(label): value for value, label in choices}
    values |= {fold(text): values[fold(label)] for text, label in synonyms}

    def parse(cell):
        text = clean(cell)
        if fold(text) not in values:
            raise Unreadable(f"读到的是{shown(text)}，应为：{'、'.join(labels)}")
        return values[fold(text)]

    return parse


def yes_or_no(cell):
    """True for 是, False for 否."""
    text = clean(cell)
    if fold(text) not in _ANSWERS:
        raise Unreadable(f"读到的是{shown(text)}，应为：是、否")
    return _ANSWERS[fold(text)]


_ANSWERS = {fold(text): True for text in ("是", "愿意", "同意", "√", "✓", "✔", "Y", "YES", "TRUE")} | {
    fold(text): False for text in ("否", "不愿意", "不同意", "×", "✗", "✘", "N", "NO", "FALSE")
}
