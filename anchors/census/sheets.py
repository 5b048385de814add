"""The workbooks that go out: the empty template, and rejected rows to be corrected and sent again."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from accounts.models import Sex
from anchors.census.columns import BY_KEY, COLUMNS, column_named
from anchors.registry.models import Anchor, PlatformAccount
from xinyu_portal.workbook_cells import as_text

TITLE = "新余市网络主播摸底登记表"
HINT = "带 * 的列必填；一人有几个账号就填几行，姓名和手机号码相同；填好后直接上传，不必删去本行。"
HEAD_ROW = 3
LAST_ROW = 5_000  # drop-downs reach so far
LONGEST_CELL = 32_767
REASONS = BY_KEY["reasons"].head
TEXT = "@"
WIDTHS = {"serial": 6, "mobile": 15, "since": 14, "enterprise": 24, "nickname": 18, "branch": 30, "note": 24}


def template(known):
    """Return an empty census workbook as bytes, with the drop-downs of checks.Known."""
    book = Workbook()
    sheet = book.active
    sheet.title = "主播摸底"
    columns = [column for column in COLUMNS if column.key != "reasons"]
    sheet["A1"], sheet["A2"] = TITLE, HINT
    sheet["A1"].font = Font(bold=True, size=14)
    for place, column in enumerate(columns, 1):
        _write_head(sheet, place, column)
    sheet.freeze_panes = sheet.cell(HEAD_ROW + 1, 1)
    _add_lists(book, sheet, columns, _lists(known))
    return _bytes(book)


def _write_head(sheet, place, column):
    cell = sheet.cell(HEAD_ROW, place, column.title)
    cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
    if column.required:
        cell.fill = PatternFill("solid", fgColor="FDECEA")
    if column.comment:
        cell.comment = Comment(column.comment, "摸底登记", width=240, height=90)
    dimension = sheet.column_dimensions[get_column_letter(place)]
    dimension.width = WIDTHS.get(column.key, 12)
    if column.key not in ("serial", "followers"):
        dimension.number_format = TEXT  # a number keeps its zeros, a month does not become a day
        for row in range(HEAD_ROW + 1, HEAD_ROW + 201):
            sheet.cell(row, place).number_format = TEXT  # WPS heeds cells, not columns


def _lists(known):
    return {
        "sex": Sex.labels,
        "county": list(known.counties),
        "township": list(dict.fromkeys(name for _, name in known.townships)),
        "kind": Anchor.Kind.labels,
        "platform": PlatformAccount.Platform.labels,
        "genre": PlatformAccount.Genre.labels,
        "accepts_contact": ["是", "否"],
        "branch": list(known.branches),
    }


def _add_lists(book, sheet, columns, lists):
    """Drop-downs stand on a hidden sheet: written into the rule they may have 255 characters only."""
    options = book.create_sheet("选项")
    options.sheet_state = "hidden"
    for place, column in enumerate(columns, 1):
        if not lists.get(column.key):
            continue
        letter = get_column_letter(place)
        for row, text in enumerate(lists[column.key], 1):
            _as_text(options.cell(row, place), text)
        rule = DataValidation(
            "list", formula1=f"选项!${letter}$1:${letter}${len(lists[column.key])}", allow_blank=True,
            showErrorMessage=True, errorTitle=column.head, error="请从下拉框里选。",
        )
        rule.add(f"{letter}{HEAD_ROW + 1}:{letter}{LAST_ROW}")
        sheet.add_data_validation(rule)


def rejected(heads, rows):
    """Return rejected rows as a workbook, in bytes: the heads as they were, and 错误原因 as the last column.

    `heads`: Head.texts of the file read; `rows`: (cells, errors), cells as they were read or as their text.
    Every cell is text, also `=1+1`: nothing is computed when it is opened.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("退回修改")
    kept = [place for place, text in enumerate(heads) if column_named(text) is not BY_KEY["reasons"]]
    sheet.freeze_panes = "A2"
    for number in range(1, len(kept) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 14
    sheet.column_dimensions[get_column_letter(len(kept) + 1)].width = 60
    sheet.append(_texts(sheet, [*(heads[place] for place in kept), REASONS]))
    for cells, errors in rows:
        texts = [cells[place] if place < len(cells) else None for place in kept]
        sheet.append(_texts(sheet, [*texts, "；".join(errors)]))
    return _bytes(book)


def _texts(sheet, values):
    return [_as_text(WriteOnlyCell(sheet), value) for value in values]


def _as_text(cell, value):
    text = ILLEGAL_CHARACTERS_RE.sub("", as_text(value))[:LONGEST_CELL]
    if text:
        cell.value = text
        cell.data_type = "s"  # openpyxl makes a formula of whatever begins with "="
    cell.number_format = TEXT
    return cell


def _bytes(book):
    content = BytesIO()
    book.save(content)
    book.close()
    return content.getvalue()
