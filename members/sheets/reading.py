"""A 党员花名册 as plain values: heads as staff call them, cells as people write them. No person is looked up here."""

import re
from dataclasses import asdict, dataclass, field
from datetime import date

from accounts.cells import id_number, mobile, sex
from members.models import Member
from members.roster.codes import ETHNICITIES, Degree, Education, Employment
from members.roster.services import OLDEST
from members.sheets.models import Sheet
from xinyu_portal.workbook_cells import as_text, choice_of, clean, day, is_formula, month, name, plain, shown, text_of
from xinyu_portal.workbook_errors import Refused, Unreadable
from xinyu_portal.workbook_rows import TITLE_ROWS, open_rows

REASONS = "错误原因"
MOST_ROWS = 500
NEEDED = {"name": "姓名", "standing": "党员类别", "joined_on": "入党时间"}
DERIVED = ("posts", "is_floating", "floating_place")  # the portal fills them by itself
NO_HEAD = f"前 {TITLE_ROWS} 行里没有找到表头，表头至少要有姓名、党员类别、入党时间，请下载空白表对照。"
TOO_MANY = f"一次最多导入 {MOST_ROWS} 行，请分成几个文件。"
MASK = "*"
SYNONYMS = {
    "name": ("党员姓名",),
    "id_number": ("身份证", "身份证号码", "公民身份号码"),
    "phone": ("手机", "手机号", "手机号码", "电话"),
    "birth_month": ("出生日期", "出生时间"),
    "joined_on": ("入党日期", "入党年月"),
    "regularised_on": ("转正日期", "转正年月"),
    "standing": ("类别", "人员类别"),
    "branch": ("所在支部", "党支部", "所属党支部"),
    "job": ("工作单位", "单位职务", "工作岗位"),
    "relation_on": ("转入时间", "组织关系转入日期"),
    "education": ("文化程度",),
    "work_since": ("参加工作日期", "工作时间"),
}
SPELLINGS = {plain(text): field for field, texts in SYNONYMS.items() for text in texts}


def _month(cell):
    return month(cell, OLDEST.year)


def _day(cell):
    return day(cell, OLDEST.year)


_peoples = choice_of(ETHNICITIES, [(label[:-1], label) for _, label in ETHNICITIES if label.endswith("族")])


def _ethnicity(cell):
    """All 56 are too many to stand in a reason."""
    try:
        return _peoples(cell)
    except Unreadable:
        raise Unreadable(f"读到的是{shown(clean(cell))}，没有这个民族，要写成汉族、畲族这样") from None


PARSERS = {
    "name": name, "sex": sex, "native_place": text_of(40), "birth_month": _month, "id_number": id_number,
    "ethnicity": _ethnicity,
    "education": choice_of(Education.choices, [
        ("本科", "大学本科"), ("大本", "大学本科"), ("专科", "大学专科"), ("大专", "大学专科"), ("中专", "中等职业"),
        ("中职", "中等职业"), ("高中", "普通高中"), ("硕士", "硕士研究生"), ("博士", "博士研究生"),
    ]),
    "degree": choice_of(Degree.choices, [("硕士学位", "硕士"), ("学士学位", "学士"), ("博士学位", "博士")]),
    "work_since": _month, "joined_on": _day, "regularised_on": _day, "relation_on": _day,
    "standing": choice_of(Member.Standing.choices, [("正式", "正式党员"), ("预备", "预备党员")]),
    "branch": text_of(60), "job": text_of(80), "employment": choice_of(Employment.choices), "phone": mobile,
    "remark": text_of(200, keeps_dates=True),
}
DAYS = tuple(known for known, parse in PARSERS.items() if parse in (_month, _day))


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
    unknown: tuple  # heads that say nothing here
    derived: tuple  # heads of DERIVED

    def said(self, cells):
        """The cells that make a row: a number written in advance does not."""
        return [cell for place, cell in enumerate(cells) if place in self.places.values()]


def read(path, columns):
    """Return (Head, [Line, …], titles of further sheets with a head) of the file at `path`. Raises Refused.

    `columns` are those of the table now.
    """
    names = _names(columns)
    with open_rows(path, lambda rows: _find_head(rows, names), no_head=NO_HEAD) as sheet:
        lines = []
        for number, cells in sheet:
            if len(lines) == MOST_ROWS:
                raise Refused(TOO_MANY)
            lines.append(_line(number, cells, sheet.head))
    if not lines:
        raise Refused("表头下面没有人，请填好再上传。")
    _refuse_doubles(lines)
    return sheet.head, lines, sheet.others


def _names(columns):
    """`{plain head: field}`: what staff call a column now, and what it is called elsewhere."""
    return SPELLINGS | {plain(column.title): column.field for column in columns if column.sheet == Sheet.MEMBERS}


def _find_head(rows, names):
    for number, cells in rows:
        if number > TITLE_ROWS:
            return None
        fields = [names.get(plain(cell)) if isinstance(cell, str) else None for cell in cells]
        if "name" in fields and len(set(fields) - {None}) >= len(NEEDED):
            return _head(number, cells, fields)
    return None


def _head(number, cells, fields):
    texts = [re.sub(r"\s+", " ", as_text(cell)).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    places, unknown = {}, []
    for place, known in enumerate(fields):
        if not known and place < len(texts) and texts[place] not in ("", REASONS):
            unknown.append(texts[place])
        if known in places:
            raise Refused(f"第 {number} 行表头里“{texts[places[known]]}”和“{texts[place]}”是同一个意思，请只留一列。")
        if known:
            places[known] = place
    missing = [title for known, title in NEEDED.items() if known not in places]
    if missing:
        raise Refused(f"第 {number} 行表头缺少{'、'.join(missing)}，请补上或下载空白表重填。")
    derived = tuple(texts[places[known]] for known in DERIVED if known in places)
    return Head(number, tuple(texts), places, tuple(unknown), derived)


def _line(number, cells, head):
    line = Line(number, [as_text(cell) for cell in cells[:len(head.texts)]])
    for known, parse in PARSERS.items():
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
        f"“{head.texts[head.places[known]]}”没有填" for known in NEEDED
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
