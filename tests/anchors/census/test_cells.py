"""A cell gives a value or one sentence, whatever is in it."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts import phones
from anchors.census import cells
from anchors.census.checks import Known
from anchors.census.columns import COLUMNS, column_named
from xinyu_portal.workbook_errors import Unreadable

# What openpyxl can give.
CELLS = st.one_of(
    st.none(), st.text(max_size=300), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(), st.times(),
    st.timedeltas(), st.from_regex(r"[0-9０-９.,万wk亿千年月\-/= ]{1,20}"),
)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


@pytest.mark.parametrize("key", cells.PARSERS)
@given(cell=CELLS)
def test_a_cell_is_a_value_or_a_sentence(key, cell):
    try:
        value = cells.PARSERS[key](cell)
    except Unreadable as error:
        assert str(error) and "\n" not in str(error) and len(str(error)) < 150
    else:
        assert isinstance(value, str | bool | date)


@given(cell=CELLS)
def test_no_cell_stops_the_reading_of_a_row(cell):
    known = Known({}, {}, {})
    assert all(isinstance(known.parse(key, cell), str | bool | date | int | Unreadable | None) for key in cells.PARSERS)


@given(number=MOBILES)
def test_a_number_comes_back_however_it_is_written(number):
    spelt = (
        number, int(number), float(number), f"{number}.0", f" {number[:3]} {number[3:7]}-{number[7:]}", f"+86{number}",
        number.translate(WIDE), f"'{number}", cells.as_text(float(number)),
    )
    assert {cells.mobile(cell) for cell in spelt} == {number}


@given(text=st.text(alphabet="0123456789０１٣- ", max_size=14))
def test_a_number_read_is_a_number(text):
    try:
        number = cells.mobile(text)
    except Unreadable as error:
        assert text.strip() == "" or len(text.strip()) < 8 or text.strip() not in str(error)
    else:
        assert phones.is_mobile(number) and number.isascii()


@given(count=st.integers(min_value=0, max_value=2 * 10**9))
def test_a_count_written_in_any_way_has_one_band(count):
    spelt = (count, float(count), str(count), f"{count:,}", f"{count}人", str(count).translate(WIDE))
    assert len({cells.band(cell) for cell in spelt}) == 1


@pytest.mark.parametrize(
    ("cell", "band"),
    [
        (0, "UNDER_1K"), (101, "UNDER_1K"), (999, "UNDER_1K"), (1000, "UNDER_10K"), ("1千", "UNDER_10K"),
        ("9,999", "UNDER_10K"), ("1万", "UNDER_100K"), ("3.2万", "UNDER_100K"), ("1.1w", "UNDER_100K"),
        ("1.1 W", "UNDER_100K"), ("12,345", "UNDER_100K"), ("３．２万", "UNDER_100K"), ("10万", "UNDER_1M"),
        ("10万+", "UNDER_1M"), ("5千", "UNDER_10K"), ("2.5k", "UNDER_10K"), ("百万", None), ("1百万", "UNDER_10M"),
        ("1000万", "OVER_10M"), ("1亿", "OVER_10M"), ("1万–10万", "UNDER_100K"), ("1千以下", "UNDER_1K"),
        (1.5, "UNDER_1K"),
        ("好多", None), ("十几万", None), ("约3万", None), ("1,2,3", None), ("-5", None), (-5, None), ("3万4", None),
        ("1e5", None), (float("inf"), None), (True, None), (date(2026, 1, 1), None), ("99亿", None), ("=1+1", None),
    ],
)
def test_followers_are_kept_as_a_band(cell, band):
    if band is None:
        with pytest.raises(Unreadable):
            cells.band(cell)
    else:
        assert cells.band(cell) == band


@pytest.mark.parametrize(
    "cell",
    [
        "2019-03", "2019-3", "2019/3", "2019.3", "2019年3月", "2019 年 03 月", "２０１９年３月", "2019年3月份",
        "201903", 201903, 2019.3, "2019-03-05", "2019年3月5日", "2019.3.5", "2019-03-05 00:00:00", date(2019, 3, 5),
        datetime(2019, 3, 5, 8),
    ],
)
def test_a_month_is_read(cell):
    assert cells.month(cell) == date(2019, 3, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "2019", 2019, "三月", "2019-13", "2019-00", "2019-02-30", "19-03", "1889-03", 43525, 2019.1, time(8),
        timedelta(1), date(1900, 1, 1), "2019-03-", "2019年", "2019-3-5-1", True,
    ],
)
def test_what_is_no_month_is_not_guessed(cell):
    with pytest.raises(Unreadable):
        cells.month(cell)


@pytest.mark.parametrize("cell", ["2031-01", 209912, date(2088, 5, 1)])
def test_nobody_began_after_this_month(cell):
    assert cells.month(timezone.localdate()) == timezone.localdate().replace(day=1)
    with pytest.raises(Unreadable, match="不能晚于这个月"):
        cells.month(cell)


def test_2019_1_typed_is_january_and_as_a_number_is_asked_about():
    assert cells.month("2019.1") == date(2019, 1, 1)
    assert cells.month("2019.10") == date(2019, 10, 1)
    with pytest.raises(Unreadable, match="分不清"):
        cells.month(2019.1)


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        (" 程雨小　", "程雨小"), ("程 雨　小", "程雨小"),
        ("阿依 · 古丽", "阿依·古丽"), ("阿依．古丽", "阿依·古丽"),
        ("阿依•古丽", "阿依·古丽"),
        ("Ｌｉ  Ｈｕａ", "Li Hua"), ("程\u200b雨", "程雨"),
    ],
)
def test_a_name_is_cleaned(cell, name):
    assert cells.name(cell) == name


@pytest.mark.parametrize("cell", [12345, "***", "程\x00雨", "长" * 41, "#REF!", "——"])
def test_what_is_no_name_is_not_taken(cell):
    with pytest.raises(Unreadable):
        cells.name(cell)


def test_punctuation_of_free_text_stays_and_emoji_stay_whole():
    assert cells.PARSERS["enterprise"](" 京东（新余）产业园 ") == "京东（新余）产业园"
    assert cells.PARSERS["nickname"]("小禾👩‍🌾") == "小禾👩‍🌾"


@pytest.mark.parametrize(("key", "cell", "value"), [
    ("platform", "抖 音", "DOUYIN"), ("platform", "ｂ站", "BILIBILI"), ("platform", 1688, "ONE688"),
    ("sex", "女 ", "2"), ("genre", "生活/美食", "LIFE"), ("kind", "全职", "FULL_TIME"), ("sex", "女性", "2"),
    ("accepts_contact", "否", False), ("accepts_contact", True, True), ("accepts_contact", "愿意", True),
])
def test_names_of_lists_are_read_without_spaces_width_and_case(key, cell, value):
    assert cells.PARSERS[key](cell) == value


def test_no_two_columns_share_a_spelling():
    assert [
        text for column in COLUMNS for text in (column.head, column.title, *column.synonyms)
        if column_named(text) is not column
    ] == []
