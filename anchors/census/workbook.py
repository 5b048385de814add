"""A census workbook's rows as plain values: the sheet is found by the census's head."""

from anchors.census.columns import find_head
from xinyu_portal import workbook_rows
from xinyu_portal.workbook_rows import TITLE_ROWS

NO_HEAD = f"前 {TITLE_ROWS} 行里没有找到表头，表头至少要有姓名、手机号码、县区、平台、账号名称，请下载空白模板对照。"


def open_rows(path):
    """As xinyu_portal.workbook_rows.open_rows, whose Sheet has a columns.Head."""
    return workbook_rows.open_rows(path, find_head, no_head=NO_HEAD)
