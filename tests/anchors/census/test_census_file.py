"""The project's own copy of the census: exact counts, and its shape made again by the corpus."""

import csv
from pathlib import Path

import pytest
from django.conf import settings

from anchors.census.checks import Known
from tests.anchors.census import corpus
from tests.anchors.census.test_corpus import read

ANCHORS = Path(settings.BASE_DIR) / "anchors" / "data" / "anchor-census.xlsx"
DIVISIONS = Path(settings.BASE_DIR) / "branches" / "data" / "divisions.csv"


@pytest.fixture(scope="module")
def xinyu():
    """The counties and townships of the city's own table, and the two branches the census names."""
    rows = list(csv.DictReader(DIVISIONS.open(encoding="utf-8")))
    names = {row["code"]: row["name"] for row in rows}
    return Known(
        counties={row["name"]: row["code"] for row in rows if row["parent"] == "360500"},
        townships={(names[row["parent"]], row["name"]): row["code"] for row in rows if len(row["code"]) == 9},
        branches={"仙女湖区万商红直播行业党支部": 1, "分宜县自媒体网协党支部": 2},
    )


@pytest.fixture(scope="module")
def census(xinyu):
    return read(ANCHORS, xinyu)


def test_the_census_has_these_rows_people_and_accounts(census):
    sheet, gathering, _ = census
    assert (gathering.rows, gathering.people, gathering.accounts, gathering.rejected) == (3774, 3116, 3765, 7)
    assert (sheet.title, sheet.head.number, sheet.head.unknown, sheet.others) == ("主播摸底", 3, (), ())


def test_seven_rows_of_the_census_are_rejected_each_with_its_reason(census):
    _, _, rows = census
    assert {row.number: row.errors for row in rows if row.errors} == {
        1860: ("“所属支部”读到的是“没有这个支部”，没有这个支部",),
        1983: ("“乡镇街道”读到的是“不存在镇”，渝水区没有这个乡镇或街道",),
        2833: ("手机号码 199****2345 在第 2058 行的姓名是“徐琪燕”，一个号码只能是一个人，请核对",),
        2834: ("手机号码 199****2345 在第 2058 行的姓名是“徐琪燕”，一个号码只能是一个人，请核对",),
        2846: ("“粉丝量”读到的是“十几万”，应为数字，如 860 或 3.2万",),
        3646: ("“县区”读到的是“上海市”，应为：渝水区、分宜县",),
        3768: ("“手机号码”应为以 1 开头的 11 位手机号，读到的是“138…”（7 位数字）",),
    }


def test_the_odd_rows_of_the_census_are_read(census):
    _, gathering, rows = census
    by_number = {row.number: row.values for row in rows}
    assert by_number[845]["platform"] == "DOUYIN"  # 抖 音
    assert by_number[859]["note"] == "=1+1"
    assert by_number[2058]["mobile"] == "19900012345"  # full-width digits
    assert by_number[2218]["since"].isoformat() == "2019-03-01"  # 2019年3月
    assert by_number[3075]["name"] == "程雨小"  # spaces around it
    assert by_number[3716]["mobile"] == "19900013072"  # a number, not a text
    assert 3777 not in by_number  # a blank row
    assert len(gathering.persons["19900010006"].accounts) == 2  # three rows, one of them twice


def test_the_shape_of_the_census_made_again_gives_the_same_answers(tmp_path):
    head = (
        "序号", "*姓名", "网名", "性别", "*手机号码", "*县区", "乡镇街道", "从业类型", "从业起始年月", "签约机构/企业",
        "*平台", "*账号名称", "账号ID", "粉丝量", "主要类别", "是否愿意接受党员联系", "所属支部", "备注",
    )
    shop = ("渝水区", "罗坊镇", "兼职", "2025-02", "电商孵化园")
    wide = "１９９０００１２３４５"
    rows = [
        ("新余市网络主播摸底登记表",),
        ("填报单位：", *[None] * 14, "填报日期：2026-11-20"),
        head,
        (1, "杜文", "杜大叔", "女", "19900010000", *shop, "抖音", "杜大叔", "xy1", 101, "三农", "是", None, None),
        (2, "孟海", "孟家", "女", "19900010001", *shop, "抖 音", "孟家", "xy2", "1.1万", "公益", "是", None, "=1+1"),
        (3, "孟海", "孟姐", "男", 19900010001.0, *shop, "快手", "孟姐", "xy3", 4506, "三农", "否", None, None),
        (4, "秦怡", "秦家", "男", wide, *shop, "京东", "秦家", "xy4", "十几万", "三农", None, None, None),
        (None,) * 18,
        (6, "杜 文　", "杜家", None, "19900010000", *shop, "抖音", "杜大叔", "xy1", 101, "三农", "是", None, None),
    ]
    corpus.save(tmp_path / "census.xlsx", rows)
    _, gathering, checked = read(tmp_path / "census.xlsx")
    assert (gathering.rows, gathering.people, gathering.accounts, gathering.rejected) == (5, 2, 3, 1)
    assert [row.remarks for row in checked] == [
        (), (),
        ("“网名”与第 5 行不同，以第 5 行为准", "“性别”与第 5 行不同，以第 5 行为准",
         "“是否愿意接受党员联系”与第 5 行不同，以第 5 行为准"),
        (),
        ("“网名”与第 4 行不同，以第 4 行为准", "与第 4 行是同一个账号，只登记一次，以第 4 行为准"),
    ]
