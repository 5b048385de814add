"""How the workbooks of the corpus are made. People and numbers are invented."""

import zipfile
from io import BytesIO

from openpyxl import Workbook

from anchors.census.checks import Known

HEAD = ("*姓名", "*手机号码", "*县区", "乡镇街道", "*平台", "*账号名称", "粉丝量", "从业起始年月", "所属支部", "备注")
KNOWN = Known(
    counties={"渝水区": "360502", "分宜县": "360521"},
    townships={
        ("渝水区", "罗坊镇"): "360502103", ("渝水区", "城北街道"): "360502002", ("分宜县", "钤山镇"): "360521104",
    },
    branches={"仙女湖区万商红直播行业党支部": 1, "分宜县自媒体网协党支部": 2},
    short_names={"万商红": 1, "分宜自媒体": 2},
)
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def person(place=0, **changes):
    """A row under HEAD; `changes` by the head without its star."""
    row = dict(zip((head.strip("*") for head in HEAD), (None,) * len(HEAD), strict=True))
    row |= {"姓名": "林小禾", "手机号码": f"1990001{place:04}", "县区": "渝水区"}
    row |= {"平台": "抖音", "账号名称": f"小禾{place}"}
    return list((row | changes).values())


def book(rows, *more, title="主播摸底"):
    """A Workbook with `rows`; `more` are (title, rows) of further sheets."""
    made = Workbook()
    made.active.title = title
    for sheet_title, sheet_rows in ((title, rows), *more):
        sheet = made[sheet_title] if sheet_title in made.sheetnames else made.create_sheet(sheet_title)
        for number, row in enumerate(sheet_rows, 1):
            for place, cell in enumerate(row, 1):
                sheet.cell(number, place, cell)
    return made


def save(path, rows, *more):
    book(rows, *more).save(path)


def plain_bytes():
    content = BytesIO()
    save(content, [HEAD, person()])
    return content.getvalue()


def edited(path, parts, compression=zipfile.ZIP_DEFLATED):
    """A good workbook with parts written over or added: {name: bytes, or a function of the old bytes, or None}."""
    with zipfile.ZipFile(BytesIO(plain_bytes())) as source:
        old = {name: source.read(name) for name in source.namelist()}
    for name, part in parts.items():
        old[name] = part(old[name]) if callable(part) else part
    with zipfile.ZipFile(path, "w", compression) as target:
        for name, part in old.items():
            if part is not None:
                target.writestr(name, part)


def raw_sheet(path, inside, head=True, **parts):
    """A workbook whose sheet has this XML below the head."""
    row = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in HEAD) if head else ""
    first = f'<row r="1">{row}</row>' if head else ""
    sheet = f"<worksheet {MAIN}><sheetData>{first}{inside}</sheetData></worksheet>"
    edited(path, {SHEET: sheet.encode(), **parts})


def cells(*texts):
    return "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)


GOOD = cells("林小禾", "19900010000", "渝水区", "", "抖音", "小禾")


