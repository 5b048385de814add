"""The days of a year as a State Council notice lists them, read from pasted lines, CSV or Excel. Pure.

A line is a day (or a first and a last one), 休 or 班, and the name of the holiday: `2027-01-01 休 元旦`,
`2月5日-2月11日 休 春节`, `2027/2/20,work,春节`. Empty lines and a line of heads are passed over.
"""

import re
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from django.core.exceptions import ValidationError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from branches.calendar.workcalendar import OFF, ONE_DAY, WORK

LARGEST_FILE = 1024 * 1024
UNPACKED = 8 * 1024 * 1024
MOST_LINES = 400
MOST_ERRORS = 8
NAME_LIMIT = 20
LONGEST_HOLIDAY = 31  # days in one line
KINDS = {"休": OFF, "休息": OFF, "放假": OFF, "off": OFF, "班": WORK, "上班": WORK, "调休": WORK, "work": WORK}
SIGNS = {OFF: "休", WORK: "班"}
_DAY = r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?"
_LINE = re.compile(rf"{_DAY}(?:\s*(?:至|到|~|—|–|-)\s*{_DAY})?[\s,，、]+([^\s,，、]+)[\s,，、]*(.*)")
UNREADABLE = "这个文件读不了，请存成 .xlsx 或 .csv 再试，或者把内容粘贴到下面。"


@dataclass(frozen=True)
class Listed:
    """A day that departs from the weekday rule."""

    date: date
    kind: str
    name: str


def parse(text, year):
    """`[Listed]` in order. Raises ValidationError with one sentence for each line that is wrong, by its number."""
    days, errors, lines = {}, [], text.splitlines()
    if len(lines) > MOST_LINES:
        raise ValidationError(f"最多 {MOST_LINES} 行，现在有 {len(lines)} 行。")
    for number, line in enumerate(lines, start=1):
        try:
            for day in _days_of(line.strip(), year):
                if day.date in days:
                    raise _Wrong(f"{day.date} 前面已经写过了")
                days[day.date] = day
        except _Wrong as wrong:
            errors.append(f"第 {number} 行：{wrong}。")
    if errors:
        more = [f"还有 {len(errors) - MOST_ERRORS} 行也不对。"] if len(errors) > MOST_ERRORS else []
        raise ValidationError(errors[:MOST_ERRORS] + more)
    if not days:
        raise ValidationError("一天也没有写。请照通知列出放假和调休上班的日子。")
    return [days[day] for day in sorted(days)]


class _Wrong(Exception):
    """What is wrong with one line, in words."""


def _days_of(line, year):
    if not line or line.lower().replace(" ", "").startswith(("date,kind", "日期")):
        return []
    found = _LINE.fullmatch(line)
    if not found:
        raise _Wrong("要写成“2027-01-01 休 元旦”这样，先日期，再休或班，再节日")
    first, last = _date(found.groups()[:3], year), _date(found.groups()[3:6], year)
    kind, name = KINDS.get(found[7].lower()), found[8].strip()
    if kind is None:
        raise _Wrong("日期后面要写“休”或“班”")
    if not 0 < len(name) <= NAME_LIMIT:
        raise _Wrong(f"要写节日的名字，{NAME_LIMIT} 字以内")
    return [_judged(Listed(day, kind, name)) for day in _between(first, last or first)]


def _date(parts, year):
    if parts[1] is None:
        return None
    try:
        day = date(int(parts[0] or year), int(parts[1]), int(parts[2]))
    except ValueError:
        raise _Wrong("没有这一天") from None
    if day.year != year:
        raise _Wrong(f"不是 {year} 年的日子")
    return day


def _between(first, last):
    if not 0 <= (last - first).days < LONGEST_HOLIDAY:
        raise _Wrong(f"从 {first} 到 {last} 不对，请看一下起止")
    return [first + n * ONE_DAY for n in range((last - first).days + 1)]


def _judged(day):
    if day.kind == WORK and day.date.weekday() < 5:
        raise _Wrong(f"{day.date} 是周一到周五，本来就上班，不用写“班”")
    return day


def written(days):
    """The lines that `parse` reads back."""
    return "\n".join(f"{day.date} {SIGNS[day.kind]} {day.name}" for day in days)


def read_file(name, content):
    """The lines in a .csv or .xlsx file (bytes). Raises ValidationError with a sentence."""
    if len(content) > LARGEST_FILE:
        raise ValidationError("文件太大了，放假通知不会超过 1 MB。")
    if name.lower().endswith(".xlsx"):
        return _read_workbook(content)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValidationError(UNREADABLE)


def _read_workbook(content):
    try:
        with ZipFile(BytesIO(content)) as archive:
            if sum(part.file_size for part in archive.infolist()) > UNPACKED:
                raise ValidationError("这个表格展开以后太大了。")
        book = load_workbook(BytesIO(content), read_only=True, data_only=True)
        rows = [row[:3] for row in book.worksheets[0].iter_rows(max_row=MOST_LINES, values_only=True)]
        book.close()
    except (BadZipFile, InvalidFileException, KeyError, ValueError, IndexError, OSError, TypeError):
        raise ValidationError(UNREADABLE) from None
    return "\n".join(" ".join(_cell(value) for value in row if value is not None) for row in rows)


def _cell(value):
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else str(value).strip()
