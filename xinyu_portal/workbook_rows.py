"""A workbook's rows as plain values, after the file has been judged."""

import warnings
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.formula import ArrayFormula, DataTableFormula

from xinyu_portal.workbook_errors import Refused
from xinyu_portal.workbook_judge import BROKEN, MOST_BLANK, MOST_ROWS, TOO_MANY_ROWS, judge

WIDEST = 300  # columns that are looked at
TITLE_ROWS = 50  # a head row is looked for in so many

# What openpyxl leaves out (drop-downs, styles, printing) is nothing that is read here.
warnings.filterwarnings("ignore", category=UserWarning, module="openpyxl")


@dataclass
class Sheet:
    """Iterate over it once: (number in the sheet, cells) for each row below the head that is not blank."""

    title: str
    head: Any  # what find_head returned
    others: tuple  # titles of further sheets with a head, which are not read
    total: int  # rows below the head, near enough for a progress bar
    rows: Any = field(repr=False)

    def __iter__(self):
        return iter(self.rows)


@contextmanager
def open_rows(path, find_head, *, no_head):
    """Judge the file at `path`, then give its Sheet: the first visible one with a head. Raises Refused, also later.

    find_head(rows) takes the first (number, cells) of a sheet and returns None or a head with `number`, `texts` and
    `said(cells)`, the cells of a row that may say something; `no_head` is the sentence where no sheet has one.
    Cells are str, int, float, bool, date, datetime, time or None; a formula is its text.
    """
    parts = judge(path)
    with closing(_load(path)) as book:
        sheets = list(_with_head(book, find_head))
        if not sheets:
            raise Refused(no_head)
        source, head = sheets[0]
        part = parts.get(source._worksheet_path)
        _judge_rows(part)
        others = tuple(sheet.title for sheet, _ in sheets[1:])
        with closing(_below(source, head)) as rows:  # half read, it would keep the file open
            yield Sheet(source.title, head, others, max(part.rows - head.number, 0), rows)


def _load(path):
    return _guarded(load_workbook, path, read_only=True, data_only=False, keep_links=False)


def _with_head(book, find_head):
    """Yield (sheet, head). Only the first one has to be in order; the others are merely named."""
    found = False
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            continue
        sheet.reset_dimensions()
        try:
            head = find_head(islice(_numbered(sheet, WIDEST), TITLE_ROWS))
        except Refused:
            if not found:
                raise
            yield sheet, None
            continue
        if head:
            found = True
            yield sheet, head


def _judge_rows(part):
    if part is None:
        raise Refused(BROKEN)
    if part.gap_after is not None:
        raise Refused(_gap(part.gap_after))
    if part.rows > MOST_ROWS:
        raise Refused(TOO_MANY_ROWS)


def _gap(number):
    return f"第 {number} 行以后有 {MOST_BLANK} 多行空行，请删去空行（整行删除）后再上传。"


def _below(source, head):
    last = head.number
    for number, cells in _numbered(source, len(head.texts)):
        if number - last > MOST_BLANK + 1:
            raise Refused(_gap(last))
        if number > head.number and any(not _is_blank(cell) for cell in head.said(cells)):
            last = number
            yield number, cells


def _numbered(source, width):
    rows = source.iter_rows(max_col=width, values_only=True)
    for number, cells in enumerate(_each(rows), 1):
        yield number, tuple(map(_plain, cells))


def _each(rows):
    """The rows of a generator of openpyxl, whose errors mean a broken file."""
    end = object()
    with closing(rows):
        while (row := _guarded(next, rows, end)) is not end:
            yield row


def _guarded(function, *arguments, **options):
    # openpyxl has no error of its own for a broken file: KeyError, TypeError, ValueError and many more come out.
    try:
        return function(*arguments, **options)
    except MemoryError:
        raise
    except Exception:
        raise Refused(BROKEN) from None


def _plain(cell):
    if isinstance(cell, ArrayFormula | DataTableFormula):
        return f"={(getattr(cell, 'text', None) or '').lstrip('=')}"
    return cell


def _is_blank(cell):
    return cell is None or (isinstance(cell, str) and not cell.strip())
