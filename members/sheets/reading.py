"""A table of the roster as plain values: heads as staff call them, cells as people write them; see layouts.py."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date

from members.sheets.layouts import DAYS
from xinyu_portal.workbook_cells import as_text, is_formula, plain
from xinyu_portal.workbook_errors import Refused, Unreadable
from xinyu_portal.workbook_rows import TITLE_ROWS, open_rows

REASONS = "错误原因"
MOST_ROWS = 500
NO_HEAD = "前 {rows} 行里没有找到表头，表头至少要有{needed}，请下载空白表对照。"
TOO_MANY = f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。"
MASK = "*"
SERIAL = "serial"


@dataclass
class Line:
    """One row: `values` holds what was filled in and could be read, `texts` the cells as they stood."""

    number: int
    texts: list
    values: dict = field(default_factory=dict)
    errors: list = field(default_factory=list)
    verdict: str = ""  # new, changed or same, once the database was asked
    before: str = ""  # a digest of what stood there then; empty for who was not there
    changes: list = field(default_factory=list)  # [field, word before, word after]

    def said(self):
        """As JSON keeps it; `heard` makes a Line of it again."""
        return asdict(self) | {"values": {
            known: value.isoformat() if known in DAYS else value for known, value in self.values.items()
        }}

    @classmethod
    def heard(cls, said):
        return cls(**said | {"values": {
            known: date.fromisoformat(value) if known in DAYS else value for known, value in said["values"].items()
        }})


@dataclass(frozen=True)
class Head:
    number: int
    texts: tuple
    places: dict  # field -> index
    unknown: tuple  # heads that say nothing here, and those of what the portal keeps nothing of
    derived: tuple  # heads of what the portal fills by itself

    def said(self, cells):
        """The cells that make a row: a number written in advance does not."""
        return [cell for place, cell in enumerate(cells) if place in self.places.values()]


def read(path, columns, layout):
    """Return (Head, [Line, …], titles of further sheets with a head) of the file at `path`. Raises Refused.

    `columns` are those of the table now.
    """
    names = layout.spellings | {plain(column.title): column.field for column in columns}
    no_head = NO_HEAD.format(rows=TITLE_ROWS, needed="、".join(layout.needed.values()))
    with open_rows(path, lambda rows: _find_head(rows, names, layout), no_head=no_head) as sheet:
        lines = []
        for number, cells in sheet:
            if len(lines) == MOST_ROWS:
                raise Refused(TOO_MANY)
            lines.append(_line(number, cells, sheet.head, layout))
    if not lines:
        raise Refused("表头下面没有人，请填好再上传。")
    _refuse_doubles(lines)
    return sheet.head, lines, sheet.others


def _find_head(rows, names, layout):
    for number, cells in rows:
        if number > TITLE_ROWS:
            return None
        fields = [names.get(plain(cell)) if isinstance(cell, str) else None for cell in cells]
        if "name" in fields and len(set(fields) - {None}) >= min(3, len(layout.needed)):
            return _head(number, cells, fields, layout)
    return None


def _head(number, cells, fields, layout):
    texts = [re.sub(r"\s+", " ", as_text(cell)).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    places, unknown = {}, []
    for place, known in enumerate(fields):
        kept = known in layout.parsers or known in (SERIAL, *layout.derived)
        if not kept and place < len(texts) and texts[place] not in ("", REASONS):
            unknown.append(texts[place])
        if not kept or known == SERIAL:
            continue
        if known in places:
            raise Refused(f"第 {number} 行表头里“{texts[places[known]]}”和“{texts[place]}”是同一个意思，请只留一列。")
        places[known] = place
    missing = [title for known, title in layout.needed.items() if known not in places]
    if missing:
        raise Refused(f"第 {number} 行表头缺少{'、'.join(missing)}，请补上或下载空白表重填。")
    derived = tuple(texts[places[known]] for known in layout.derived if known in places)
    return Head(number, tuple(texts), places, tuple(unknown), derived)


def _line(number, cells, head, layout):
    line = Line(number, [as_text(cell) for cell in cells[:len(head.texts)]])
    for known, parse in layout.parsers.items():
        place = head.places.get(known)
        text = line.texts[place].strip() if place is not None and place < len(line.texts) else ""
        if not text or (known in ("id_number", "phone") and MASK in text):  # as it was exported: no change
            continue
        title = head.texts[place]
        if is_formula(text):
            line.errors.append(f"“{title}”是公式，请填写内容")
            continue
        try:
            line.values[known] = parse(cells[place])
        except Unreadable as error:
            line.errors.append(f"“{title}”{error}")
    line.errors += [
        f"“{head.texts[head.places[known]]}”没有填" for known in layout.needed
        if not line.texts[head.places[known]].strip()
    ]
    return line


def _refuse_doubles(lines):
    """Two rows of one person: which of them is meant is not guessed."""
    for known in ("id_number", "phone"):
        seen = {}
        for line in lines:
            value = line.values.get(known)
            if value in seen:
                line.errors.append(f"和第 {seen[value]} 行是同一个{'身份证号' if known == 'id_number' else '手机号'}")
            elif value:
                seen[value] = line.number
