"""Rosters as a test writes them."""

from io import BytesIO

from openpyxl import Workbook

HEADS = ("姓名", "党员类别", "入党时间", "身份证号", "联系电话", "民族")


def workbook(*rows, heads=HEADS):
    """Return the bytes of a workbook with a title, the heads, and these rows."""
    book = Workbook()
    for row in (["党员花名册"], heads, *rows):
        book.active.append(list(row))
    content = BytesIO()
    book.save(content)
    return content.getvalue()


class RosterUpload:
    """A file as a browser sends it; may be sent again and again."""

    name = "花名册.xlsx"

    def read(self):
        return workbook(("方小满", "正式", "2020-07-01"))
