"""The columns of the census (domain.md §6.3): what they are called, and where they stand in a sheet."""

import re
from dataclasses import dataclass

from xinyu_portal.workbook_cells import plain
from xinyu_portal.workbook_errors import Refused
from xinyu_portal.workbook_rows import TITLE_ROWS

IGNORED = ("serial", "reasons")


@dataclass(frozen=True)
class Column:
    key: str
    head: str
    required: bool = False
    synonyms: tuple = ()
    comment: str = ""

    @property
    def title(self):
        """The head as the template writes it: a star for what must be filled in."""
        return f"*{self.head}" if self.required else self.head


COLUMNS = (
    Column("serial", "序号", synonyms=("编号", "行号", "No", "No.")),
    Column("name", "姓名", True, ("真实姓名", "主播姓名"), "与身份证一致；少数民族姓名的间隔点写“·”。"),
    Column("stage_name", "网名", False, ("主播名", "艺名", "昵称", "主播昵称", "网络名"), "直播时用的名字。"),
    Column("sex", "性别", comment="男、女；不愿说明的填“未说明”。"),
    Column(
        "mobile", "手机号码", True,
        ("手机", "手机号", "联系电话", "电话", "电话号码", "联系方式", "联系手机", "移动电话"),
        "11 位手机号。一个号码就是一个人：一人有几个账号，就填几行，号码和姓名相同。",
    ),
    Column("county", "县区", True, ("区县", "县(区)", "县/区", "所在县区", "现居县区", "所属县区"), "从下拉框选。"),
    Column(
        "township", "乡镇街道", False,
        ("乡镇", "街道", "乡镇/街道", "乡镇(街道)", "乡(镇)街道", "乡镇、街道", "镇街", "所在乡镇", "所在乡镇街道"),
        "写全称，如“罗坊镇”“城北街道”；不清楚可以不填。",
    ),
    Column("kind", "从业类型", False, ("从业性质", "从业方式", "主播类型"), "从下拉框选。"),
    Column(
        "since", "从业起始年月", False, ("从业时间", "从业起始时间", "开始从业时间", "从业年月", "开播时间"),
        "如 2019-03 或 2019年3月。",
    ),
    Column(
        "enterprise", "签约机构/企业", False,
        ("签约机构", "签约企业", "签约机构企业", "签约机构(企业)", "机构", "所属机构", "所属企业", "工作单位"),
        "写全称；没有就不填。",
    ),
    Column("platform", "平台", True, ("直播平台", "平台名称", "所在平台", "主要平台"), "一行一个平台，从下拉框选。"),
    Column(
        "nickname", "账号名称", True,
        ("账号", "账号名", "账号昵称", "平台账号", "平台账号名称", "直播账号", "直播账号名称", "帐号", "帐号名称"),
        "平台上公开显示的账号名。",
    ),
    Column(
        "public_id", "账号ID", False, ("ID", "平台ID", "账号ID(公开)", "帐号ID", "账号编号"),
        "公开的账号 ID；不要填密码。",
    ),
    Column(
        "followers", "粉丝量", False, ("粉丝", "粉丝数", "粉丝数量", "粉丝人数"),
        "自报，如 860、12,345、3.2万；只记量级。",
    ),
    Column(
        "genre", "主要类别", False, ("类别", "直播类别", "内容类别", "账号类别", "主播类别", "直播内容"),
        "从下拉框选。",
    ),
    Column(
        "accepts_contact", "是否愿意接受党员联系", False,
        ("愿意接受党员联系", "是否接受党员联系", "是否愿意党员联系", "愿意党员联系"), "是、否；没有问过就不填。",
    ),
    Column("branch", "所属支部", False, ("联系支部", "所属党支部", "党支部", "支部"), "支部全称或简称。"),
    Column("note", "备注", False, ("说明", "备注说明"), "只记与服务有关的事，不超过 200 字。"),
    Column("reasons", "错误原因", False, ("错误", "出错原因")),
)
BY_KEY = {column.key: column for column in COLUMNS}


_SPELLINGS = {plain(text): column for column in COLUMNS for text in (column.head, *column.synonyms)}


@dataclass(frozen=True)
class Head:
    """Where the columns stand. `texts`: the row as it is written; `places`: key -> index; `unknown`: heads not read."""

    number: int
    texts: tuple
    places: dict
    unknown: tuple

    def said(self, cells):
        """The cells of a row that may say something: numbers written in advance do not make a row."""
        skipped = {self.places.get(key) for key in IGNORED}
        return [cell for place, cell in enumerate(cells) if place not in skipped]

    def pick(self, cells):
        """Return {key: cell} of the known columns that carry something to read."""
        return {key: cells[place] for key, place in self.places.items() if place < len(cells) and key not in IGNORED}


def column_named(text):
    """The known column of a head, or None."""
    return _SPELLINGS.get(plain(text)) if isinstance(text, str) else None


def find_head(rows):
    """Return the Head found among the first rows, an iterable of (number, cells), or None; reads no further than it.

    Raises Refused when the head lacks a required column or names one thing twice.
    """
    for number, cells in rows:
        if number > TITLE_ROWS:
            return None
        if is_head(cells):
            return _head(number, cells)
    return None


def is_head(cells):
    """Whether a row names columns: a person or a number, and two more."""
    keys = {column.key for column in map(column_named, cells) if column}
    return len(keys) >= 3 and bool(keys & {"name", "mobile"})


def _head(number, cells):
    texts = _texts(cells)
    places, unknown = {}, []
    for place, cell in enumerate(cells):
        column = column_named(cell)
        if column and column.key in places and column.key not in IGNORED:
            first = texts[places[column.key]]
            raise Refused(f"第 {number} 行表头里“{first}”和“{texts[place]}”是同一个意思，请只留一列。")
        if column:
            places.setdefault(column.key, place)
        elif place < len(texts) and texts[place]:
            unknown.append(texts[place])
    _judge_required(number, places)
    return Head(number, texts, places, tuple(unknown))


def _texts(cells):
    """The row as text, one space for a line break, without the empty end."""
    texts = ["" if cell is None else re.sub(r"\s+", " ", str(cell)).strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return tuple(texts)


def _judge_required(number, places):
    missing = [column.head for column in COLUMNS if column.required and column.key not in places]
    if missing:
        raise Refused(f"第 {number} 行表头缺少必填的列：{'、'.join(missing)}，请补上或下载空白模板重填。")
