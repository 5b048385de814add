"""Rosters as a test writes them."""

from io import BytesIO

from openpyxl import Workbook

HEADS = ("姓名", "党员类别", "入党时间", "身份证号", "联系电话", "民族")


def workbook(*rows, heads=HEADS, others=None):
    """Return the bytes of a workbook with a title, the heads, and these rows; `others`: `{title: rows}` of sheets."""
    book = Workbook()
    for row in (["党员花名册"], heads, *rows):
        book.active.append(list(row))
    for title, said in (others or {}).items():
        sheet = book.create_sheet(title)
        for row in said:
            sheet.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


class RosterUpload:
    """A file as a browser sends it; may be sent again and again."""

    name = "花名册.xlsx"

    def read(self):
        return workbook(("方小满", "正式", "2020-07-01"))
