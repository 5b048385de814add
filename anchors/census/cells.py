"""What a cell of the census says, beside what any workbook's cell may say (xinyu_portal/workbook_cells.py)."""

import re
from datetime import date, time, timedelta
from decimal import Decimal

from accounts.cells import mobile, sex
from anchors.registry.models import Anchor, PlatformAccount
from xinyu_portal.workbook_cells import as_text, choice_of, clean, fold, month, name, shown, text_of, yes_or_no
from xinyu_portal.workbook_errors import Unreadable

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

_COUNT = re.compile(
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?P<rest>\.[0-9]+)?"
    r"(?P<unit>十万|百万|千万|亿|万|千|百|w|k)?(?:\+|余|多)?(?:个|人|粉|粉丝)?"
)


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


_BAND_NAMES = {
    fold(label.replace("–", dash)): value for value, label in PlatformAccount.Band.choices for dash in "–-—~至"
}

PARSERS = {
    "name": name,
    "stage_name": text_of(40),
    "sex": sex,
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
