"""Which tables come in, what every row of them has to say, and how their cells are read. No person is looked up."""

from dataclasses import dataclass, field
from functools import cached_property

from accounts.cells import id_number, mobile, sex
from members.models import Floating, Member
from members.roster.codes import ETHNICITIES, Degree, Education, Employment
from members.roster.services import OLDEST
from members.sheets.contents import YES_NO
from members.sheets.models import Sheet
from xinyu_portal.workbook_cells import choice_of, clean, day, month, name, plain, shown, text_of
from xinyu_portal.workbook_errors import Unreadable


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


@dataclass(frozen=True)
class Layout:
    """One table that comes in, by the fields of its columns.

    `needed`: what no row may lack, with its standard title. `derived`: what the portal fills by itself. `added`: what
    is read although the standard table has no such column, with its title in the blank table.
    """

    sheet: Sheet
    needed: dict
    parsers: dict
    synonyms: dict
    derived: tuple = ()
    added: dict = field(default_factory=dict)

    @cached_property
    def spellings(self):
        """`{plain head: field}` of what a column is called elsewhere."""
        added = {known: (title,) for known, title in self.added.items()}
        return {
            plain(text): known for known in self.parsers
            for texts in (SYNONYMS, self.synonyms, added) for text in texts.get(known, ())
        }


SYNONYMS = {
    "id_number": ("身份证", "身份证号", "身份证号码", "公民身份号码"),
    "phone": ("手机", "手机号", "手机号码", "电话", "联系电话"),
    "birth_month": ("出生日期", "出生时间"),
    "branch": ("所在支部", "所在党支部", "党支部", "所属党支部"),
    "job": ("工作单位", "单位职务", "工作单位及职务", "工作岗位"),
    "education": ("文化程度",),
}
PERSON = {
    "name": name, "sex": sex, "ethnicity": _ethnicity, "birth_month": _month, "id_number": id_number, "phone": mobile,
    "education": choice_of(Education.choices, [
        ("本科", "大学本科"), ("大本", "大学本科"), ("专科", "大学专科"), ("大专", "大学专科"), ("中专", "中等职业"),
        ("中职", "中等职业"), ("高中", "普通高中"), ("硕士", "硕士研究生"), ("博士", "博士研究生"),
    ]),
    "job": text_of(80), "branch": text_of(60),
}
LAYOUTS = {layout.sheet: layout for layout in (
    Layout(
        Sheet.MEMBERS, {"name": "姓名", "standing": "党员类别", "joined_on": "入党时间"},
        PERSON | {
            "native_place": text_of(40),
            "degree": choice_of(Degree.choices, [("硕士学位", "硕士"), ("学士学位", "学士"), ("博士学位", "博士")]),
            "work_since": _month, "joined_on": _day, "regularised_on": _day, "relation_on": _day,
            "standing": choice_of(Member.Standing.choices, [("正式", "正式党员"), ("预备", "预备党员")]),
            "employment": choice_of(Employment.choices), "remark": text_of(200, keeps_dates=True),
        },
        {
            "name": ("党员姓名",), "joined_on": ("入党日期", "入党年月"), "regularised_on": ("转正日期", "转正年月"),
            "standing": ("类别", "人员类别"), "relation_on": ("转入时间", "组织关系转入日期"),
            "work_since": ("参加工作日期", "工作时间"),
        },
        derived=("posts", "is_floating", "floating_place"),
    ),
    Layout(
        Sheet.ACTIVISTS, {"name": "姓名", "since": "列为积极分子时间"},
        PERSON | {"applied_on": _day, "since": _day},
        {
            "applied_on": ("申请入党日期", "递交申请书时间"),
            "since": ("确定为积极分子的日期", "确定为积极分子时间", "列为积极分子日期", "确定日期"),
        },
        added={"branch": "所在党支部", "id_number": "身份证号", "phone": "联系电话"},
    ),
    Layout(
        Sheet.FLOATING,
        {"name": "姓名", "direction": "方向", "reason": "流动原因", "since": "起始时间", "place": "现居/从业地"},
        {
            "name": name, "phone": mobile, "branch": text_of(60), "home": text_of(60), "reason": text_of(100),
            "since": _day, "place": text_of(60), "contact": text_of(40),
            "direction": choice_of(Floating.Direction.choices, [("流出党员", "流出"), ("流入党员", "流入")]),
            "wish": choice_of(YES_NO.items(), [("是", "愿意"), ("否", "不愿意")]),
        },
        {
            "phone": ("联系方式",), "home": ("组织关系所在", "正式组织关系所在党组织"),
            "since": ("起始日期", "流动时间"), "place": ("现居地", "从业地", "现居或从业地"),
            "direction": ("流动方向",), "wish": ("是否愿意转接", "愿不愿意转接"),
        },
        added={"branch": "所在党支部"},
    ),
)}
DAYS = {known for layout in LAYOUTS.values() for known, parse in layout.parsers.items() if parse in (_month, _day)}
