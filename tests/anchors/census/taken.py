"""Odd workbooks that are read. `TAKEN`: name -> (build(path), Expected)."""

import re
import zipfile
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.worksheet.formula import ArrayFormula

from anchors.census.sheets import rejected
from tests.anchors.census.corpus import GOOD, HEAD, MAIN, SHEET, book, cells, edited, person, raw_sheet, save
from tests.anchors.census.refused import part_of


@dataclass(frozen=True)
class Expected:
    rows: int = 1
    people: int = 1
    accounts: int = 1
    reasons: tuple = ()  # words of the sentence of each rejected row, in their order
    remarks: tuple = ()
    unknown: tuple = ()
    others: tuple = ()


def two(**changes):
    """A person in two rows; the second one with changes."""
    return [HEAD, person(), person(**changes)]


def one(**changes):
    return partial(save, rows=[HEAD, person(**changes)])


def rejects(words):
    return Expected(people=0, accounts=0, reasons=(words,))


def array_formula(path):
    made = book([HEAD, person(备注="x"), person(1)])
    made.active["J2"] = ArrayFormula("J2", "=SUM(A1:A2)")
    made.active["A3"] = ArrayFormula("A3", "=B3")
    made.save(path)


def rich_text(path):
    save(path, [HEAD, person(姓名=CellRichText("林", TextBlock(InlineFont(b=True), "小禾")))])


def wrong_dimension(path):
    save(path, [HEAD, *map(person, range(30))])
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts[SHEET] = parts[SHEET].replace(b'ref="A1:J31"', b'ref="A1:B3"')
    assert b"A1:B3" in parts[SHEET]
    with zipfile.ZipFile(path, "w") as target:
        for name, part in parts.items():
            target.writestr(name, part)


def prefixed(path):
    inside = re.sub(r"<(/?)", r"<\1x:", f"<row>{cells(*HEAD)}</row><row>{GOOD}</row>")
    space = MAIN.replace("xmlns", "xmlns:x")
    edited(path, {SHEET: f"<x:worksheet {space}><x:sheetData>{inside}</x:sheetData></x:worksheet>".encode()})


def hyperlink(path):
    made = book([HEAD, person(备注="主页")])
    made.active["J2"].hyperlink = "https://example.com/"
    made.save(path)


def sent_again(path):
    path.write_bytes(rejected((*HEAD, "错误原因"), [((*person(备注="=1+1"), "从前的原因"), ["账号名称太长"])]))


TAKEN = {
    "the plain one": (one(), Expected()),
    "no title rows, odd heads": (
        partial(save, rows=[
            (" 账号 名称（必填）", "平台*", "手机\n号", "＊姓　名", "区县：", "星座"),
            ("小禾", "抖音", "19900010000", "林小禾", "渝水区", "x"),
        ]),
        Expected(unknown=("星座",)),
    ),
    "ten title rows": (partial(save, rows=[("标题",)] * 10 + [HEAD, person()]), Expected()),
    "a head in row 50": (partial(save, rows=[("标题",)] * 49 + [HEAD, person()]), Expected()),
    "unknown columns": (
        partial(save, rows=[(*HEAD, "身高", "民族"), [*person(), 1, 2]]), Expected(unknown=("身高", "民族")),
    ),
    "a sheet before it and one after": (
        lambda path: save(path, [("填表说明",)], ("甲", [HEAD, person()]), ("乙", [HEAD, person(1)])),
        Expected(others=("乙",)),
    ),
    "a wrong dimension": (wrong_dimension, Expected(30, 30, 30)),
    "no dimension, no numbers of rows": (partial(raw_sheet, inside=f"<row>{GOOD}</row>"), Expected()),
    "names with a prefix": (prefixed, Expected()),
    "rich text": (rich_text, Expected()),
    "a hyperlink": (hyperlink, Expected()),
    "a picture": (partial(part_of, "xl/media/image1.png", b"\x89PNG\r\n"), Expected()),
    "an old drawing that is no XML": (partial(part_of, "xl/drawings/a.vml", b"<x><br></x>"), Expected()),
    "1 000 blank rows": (partial(save, rows=[HEAD, person(), *[()] * 1_000, person(1)]), Expected(2, 2, 2)),
    "numbers written in advance": (
        partial(save, rows=[("序号", *HEAD), [1, *person()], [2], [3], [4, *person(1)]]), Expected(2, 2, 2),
    ),
    "no rows": (partial(save, rows=[HEAD]), Expected(0, 0, 0)),
    "a repeated head": (partial(save, rows=[HEAD, person(), HEAD]), Expected(2, reasons=("重复的表头",))),
    "a short row": (partial(save, rows=[HEAD, person(), ("林小禾",)]), Expected(2, reasons=("“手机号码”没有填",))),
    "a number as a float": (one(手机号码=19900010000.0), Expected()),
    "a number as an integer": (one(手机号码=19900010000), Expected()),
    "a number with .0": (one(手机号码="19900010001.0"), Expected()),
    "a full-width number": (one(手机号码="１９９０００１２３４５"), Expected()),
    "a number with +86 and dashes": (one(手机号码="+86 199-0001-2345"), Expected()),
    "a number after an apostrophe": (one(手机号码="'19900010000"), Expected()),
    "two numbers": (one(手机号码="19900010000/19900010001"), rejects("“手机号码”应为以 1 开头的 11 位")),
    "a short number": (one(手机号码=1380013), rejects("“138…”（7 位数字）")),
    "digits of another script": (one(手机号码="1٩٩٠٠٠١٠٠٠٠"), rejects("手机号码")),
    "a date for a number": (one(手机号码=date(2026, 1, 1)), rejects("手机号码")),
    "two accounts": (partial(save, rows=two(平台="快手")), Expected(2, 1, 2)),
    "the same account twice": (
        partial(save, rows=two()), Expected(2, 1, 1, remarks=("与第 2 行是同一个账号，只登记一次，以第 2 行为准",)),
    ),
    "another name": (partial(save, rows=two(姓名="陈一")), Expected(2, reasons=("在第 2 行的姓名是“林小禾”",))),
    "the same name with a space": (partial(save, rows=two(姓名="林 小禾　", 账号名称="别号")), Expected(2, 1, 2)),
    "two townships": (
        partial(save, rows=[HEAD, person(乡镇街道="罗坊镇"), person(乡镇街道="城北街道", 平台="快手")]),
        Expected(2, 1, 2, remarks=("“县区、乡镇街道”与第 2 行不同，以第 2 行为准",)),
    ),
    "a county alone": (one(), Expected()),
    "an unknown county": (one(县区="上海市"), rejects("“县区”读到的是“上海市”，应为：渝水区、分宜县")),
    "a township of the other county": (one(乡镇街道="钤山镇"), rejects("渝水区没有这个乡镇或街道")),
    "spaces in names of lists": (one(县区="渝 水　区", 平台="抖 音", 乡镇街道=" 罗坊 镇"), Expected()),
    "an unknown platform": (one(平台="某某播"), rejects("“平台”读到的是“某某播”")),
    "two platforms in a cell": (one(平台="抖音、快手"), rejects("“平台”")),
    "a branch by its short name": (one(所属支部="万商红"), Expected()),
    "an unknown branch": (one(所属支部="没有这个支部"), rejects("没有这个支部")),
    "followers in words": (one(粉丝量="好多"), rejects("“粉丝量”读到的是“好多”")),
    "followers in 万": (one(粉丝量="3.2万"), Expected()),
    "a month in words": (one(从业起始年月="2019年3月"), Expected()),
    "a real date": (one(从业起始年月=datetime(2019, 3, 5)), Expected()),
    "a month to come": (one(从业起始年月="2088-01"), rejects("“从业起始年月”读到的是“2088-01”，不能晚于这个月")),
    "a month that is none": (one(从业起始年月="2019-13"), rejects("没有这个日期")),
    "a formula in a required cell": (one(姓名="=A1"), rejects("“姓名”是公式“=A1”")),
    "a formula for a county": (one(县区="=A1"), rejects("“县区”是公式")),
    "a formula in a note": (one(备注="=1+1"), Expected()),
    "array formulas": (array_formula, Expected(2, reasons=("“姓名”是公式",))),
    "an error value": (one(备注="#N/A"), rejects("错误值 #N/A")),
    "a control character": (one(备注="a_x0000_b"), rejects("控制字符")),
    "a note too long": (one(备注="长" * 201), rejects("最多 200 个字，这里有 201 个")),
    "an account that became a date": (one(账号名称=date(2026, 3, 5)), rejects("变成了日期")),
    "an account of digits": (one(账号名称=8812345), Expected()),
    "an account that lost digits": (one(账号名称=1234567890123456789), rejects("末尾几位已丢失")),
    "a rejected row sent again": (sent_again, Expected()),
    "many errors in one row": (one(县区="x", 平台="y", 粉丝量="z"), rejects("“平台”")),
}
