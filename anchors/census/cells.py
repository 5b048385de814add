"""What a cell says. Each parser takes a filled cell and returns a value, or raises Unreadable; nothing is guessed."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl.cell.cell import ERROR_CODES

from accounts import phones
from accounts.models import Sex
from anchors.census.columns import fold
from anchors.census.errors import Unreadable
from anchors.registry.models import Anchor, PlatformAccount

SHOWN = 20  # characters of a cell that a sentence repeats
EXACT = 10**15  # Excel keeps 15 digits of a number
MOST_FOLLOWERS = 2 * 10**9
BANDS = (
    (10**3, PlatformAccount.Band.UNDER_1K),
    (10**4, PlatformAccount.Band.UNDER_10K),
    (10**5, PlatformAccount.Band.UNDER_100K),
    (10**6, PlatformAccount.Band.UNDER_1M),
    (10**7, PlatformAccount.Band.UNDER_10M),
)
UNITS = {
    "": 1, "百": 10**2, "千": 10**3, "k": 10**3, "万": 10**4, "w": 10**4, "十万": 10**5, "百万": 10**6,
    "千万": 10**7, "亿": 10**8,
}

# Full-width digits, Latin letters and the ideographic space; Chinese punctuation stays as it was typed.
_NARROW = {wide: wide - 0xFEE0 for start, end in ("０９", "ＡＺ", "ａｚ") for wide in range(ord(start), ord(end) + 1)}
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff·])\s+(?=[\u3400-\u9fff·])")
_DOTS = re.compile(r"(?<=[\u3400-\u9fff])\s*[•・‧∙●．.]\s*(?=[\u3400-\u9fff])")
_COUNT = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?"
    r"(?P<unit>十万|百万|千万|亿|万|千|百|w|k)?(?:\+|余|多)?(?:个|人|粉|粉丝)?"
)
_DAY = re.compile(r"((?:19|20)[0-9]{2})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?: ?0{1,2}:00(?::00)?)?")
_JUST_MONTH = re.compile(r"((?:19|20)[0-9]{2})(?:[-/.年]([0-9]{1,2})|([0-9]{2}))[月份]{0,2}")


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


def month(cell):
    """The first day of a month: 2025-02, 2019年3月, 2019.3, 201903, a day in it, or a date of Excel."""
    if isinstance(cell, date):
        return _first_day(cell.year, cell.month, cell)
    if isinstance(cell, float) and re.fullmatch(r"[0-9]{4}\.1", str(cell)):
        raise Unreadable(f"读到的是{cell}，分不清是 1 月还是 10 月，请写成 2019-01 的样子")
    text = unicodedata.normalize("NFKC", clean(cell))
    found = _JUST_MONTH.fullmatch(text.replace(" ", "")) or _DAY.fullmatch(re.sub(r"\s*([年月])\s*", r"\1", text))
    if not found:
        raise Unreadable(f"读到的是{shown(text)}，应写成 2019-03 或 2019年3月")
    return _month_of(found, text)


def _month_of(found, text):
    if found.re is _DAY:
        year, number, day = map(int, found.groups())
    else:
        year, number, day = int(found[1]), int(found[2] or found[3]), 1
    try:
        date(year, number, day)
    except ValueError:
        raise Unreadable(f"读到的是{shown(text)}，没有这个日期") from None
    return _first_day(year, number, text)


def _first_day(year, number, read):
    if not 1990 <= year <= 2099:
        raise Unreadable(f"读到的是{shown(str(read))}，年份应在 1990 年以后")
    first = date(year, number, 1)
    if first > timezone.localdate():
        raise Unreadable(f"读到的是{shown(str(read))}，不能晚于这个月")
    return first


def band(cell):
    """The band of a follower count such as 101, 3.2万, 1.1w, 12,345 or 1亿, or of a band's own name."""
    if isinstance(cell, bool | date | time | timedelta):
        raise Unreadable(f"读到的是{shown(as_text(cell))}，应为数字，如 860 或 3.2万")
    text = fold(clean(cell))
    if text in _BAND_NAMES:
        return _BAND_NAMES[text]
    found = _COUNT.fullmatch(re.sub(r"^([0-9]+)\.0+$", r"\1", text))
    if not found or len(text) > 24:
        raise Unreadable(f"读到的是{shown(text)}，应为数字，如 860 或 3.2万")
    digits = found["digits"].replace(",", "") + (found["rest"] or "")
    return _band_of(Decimal(digits) * UNITS[found["unit"] or ""], text)


def _band_of(count, text):
    if count > MOST_FOLLOWERS:
        raise Unreadable(f"读到的是{shown(text)}，数目太大，请核对")
    return next((band.value for limit, band in BANDS if count < limit), PlatformAccount.Band.OVER_10M.value)


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


_BAND_NAMES = {
    fold(label.replace("–", dash)): value for value, label in PlatformAccount.Band.choices for dash in "–-—~至"
}
_ANSWERS = {fold(text): True for text in ("是", "愿意", "同意", "√", "✓", "✔", "Y", "YES", "TRUE")} | {
    fold(text): False for text in ("否", "不愿意", "不同意", "×", "✗", "✘", "N", "NO", "FALSE")
}

PARSERS = {
    "name": name,
    "stage_name": text_of(40),
    "sex": choice_of(Sex.choices, [("男性", "男"), ("女性", "女")]),
    "mobile": mobile,
    "kind": choice_of(Anchor.Kind.choices, [("全职", "专职")]),
    "since": month,
    "enterprise": text_of(60),
    "platform": choice_of(
        PlatformAccount.Platform.choices,
        [("微信视频号", "视频号"), ("淘宝直播", "淘宝"), ("点淘", "淘宝"), ("淘宝/点淘", "淘宝"),
         ("多多视频", "拼多多"), ("拼多多/多多视频", "拼多多"), ("哔哩哔哩", "B站"), ("bilibili", "B站"),
         ("YY直播", "YY"), ("斗鱼直播", "斗鱼"), ("虎牙直播", "虎牙"), ("西瓜", "西瓜视频"), ("头条", "今日头条")],
    ),
    "nickname": text_of(40),
    "public_id": text_of(60),
    "followers": band,
    "genre": choice_of(
        PlatformAccount.Genre.choices,
        [("文旅", "文旅推介"), ("文旅/城市推介", "文旅推介"), ("生活/美食", "生活美食"), ("政务/媒体", "政务媒体")],
    ),
    "accepts_contact": yes_or_no,
    "note": text_of(200, keeps_dates=True),
}
