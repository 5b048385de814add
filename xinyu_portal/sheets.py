"""Workbooks that leave the portal: lines on top that say what this is, one row of heads, rows of plain values."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

AUTHOR = "新余市网络直播行业党委"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEAD = PatternFill("solid", fgColor="F3EEE6")


def write(title, lines, heads, rows):
    """Return the .xlsx of one sheet. `heads` are (name, width in characters), `rows` of str, int, a day or None.

    Whatever a text begins with, Excel is told that it is text: nothing that somebody typed is ever computed.
    """
    return write_all([(title, lines, heads, rows)])


def write_all(sheets):
    """The same of several sheets, each `(title, lines, heads, rows)`."""
    book = Workbook(write_only=True)
    book.properties.creator = AUTHOR
    for title, lines, heads, rows in sheets:
        _fill(book.create_sheet(title), lines, heads, rows)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet, lines, heads, rows):
    for place, (_, width) in enumerate(heads, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.freeze_panes = f"A{len(lines) + 2}"
    for line in lines:
        sheet.append([_cell(sheet, line)])
    sheet.append([_head(sheet, name) for name, _ in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) if isinstance(value, str) else value for value in row])


def _cell(sheet, text):
    if not text:
        return None  # every cell costs time, the empty ones as well
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return _as_text(sheet, text) if text[:1] in ("=", "#") else text


def _as_text(sheet, text):
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    return cell


def _head(sheet, name):
    cell = _as_text(sheet, ILLEGAL_CHARACTERS_RE.sub("", name))
    cell.font, cell.fill, cell.alignment = Font(bold=True), HEAD, Alignment(wrap_text=True)
    return cell
