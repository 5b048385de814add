"""Census workbooks as a test writes them: rows of dicts under the usual heads."""

from io import BytesIO

from openpyxl import Workbook, load_workbook

HEADS = (
    "序号", "*姓名", "网名", "性别", "*手机号码", "*县区", "乡镇街道", "从业类型", "从业起始年月", "签约机构/企业",
    "*平台", "*账号名称", "账号ID", "粉丝量", "主要类别", "是否愿意接受党员联系", "所属支部", "备注",
)
SOMEBODY = {
    "*姓名": "杜文", "网名": "杜大叔农场", "性别": "女", "*手机号码": "19900010000", "*县区": "渝水区",
    "乡镇街道": "新钢街道", "从业类型": "兼职", "从业起始年月": "2025-02", "*平台": "抖音", "*账号名称": "杜大叔农场",
    "粉丝量": 101, "主要类别": "三农",
}


def row(**said):
    """A row like SOMEBODY's with these cells instead; heads may leave out their star."""
    given = {head: said[head.lstrip("*")] for head in HEADS if head.lstrip("*") in said}
    return {**SOMEBODY, **given}


def person(n, **said):
    """The n-th of many: a number, a name and an account of their own."""
    name = "王李张刘陈"[n % 5] + "一二三四五六七八九十"[n // 5 % 10] + "天地玄黄宇宙洪荒"[n // 50 % 8]
    return row(**{"姓名": name, "手机号码": f"1990002{n:04}", "账号名称": f"账号{n}", "网名": f"网名{n}"} | said)


def census(*rows, heads=HEADS, title="新余市网络主播摸底登记表"):
    """Return the bytes of a workbook with a title row, the heads, and these rows."""
    book = Workbook()
    sheet = book.active
    sheet.append([title])
    sheet.append(list(heads))
    for said in rows:
        sheet.append([said.get(head) for head in heads])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


class Upload:
    """A file as a browser sends it; may be sent again and again."""

    name = "摸底.xlsx"

    def read(self):
        return census(SOMEBODY)


def sheet_of(content):
    """The rows of a workbook's first sheet, as tuples."""
    return list(load_workbook(BytesIO(content)).worksheets[0].iter_rows(values_only=True))
