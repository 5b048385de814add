"""Whether a row can be taken, and what the rows of one file say together. A person is a mobile number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial

from accounts import phones
from anchors.census import cells as cell_kinds
from anchors.census.columns import BY_KEY, COLUMNS, column_named
from xinyu_portal.workbook_cells import as_text, clean, fold, is_formula, shown
from xinyu_portal.workbook_errors import Unreadable

ACCOUNT = ("platform", "nickname", "public_id", "followers_band", "genre")  # the rest says something of the person
REQUIRED = tuple(column.key for column in COLUMNS if column.required)
VALUE_OF = {"followers": "followers_band"}  # the key of a value where it is not the column's
TITLE_OF = {"division": "县区、乡镇街道"} | {key: column.head for key, column in BY_KEY.items()}
REPEATED = "这一行是重复的表头，请删去"
CACHED = 50_000  # cells; a census repeats most of them


@dataclass(frozen=True)
class Known:
    """The code lists of the database. Names are compared without spaces, width and case.

    counties: {name: code}; townships: {(county, township): code}; branches: {full name: id}; short_names: {name: id}.
    """

    counties: Mapping
    townships: Mapping
    branches: Mapping
    short_names: Mapping = field(default_factory=dict)

    @cached_property
    def county_codes(self):
        return {fold(name): (name, code) for name, code in self.counties.items()}

    @cached_property
    def township_codes(self):
        return {(fold(county), fold(name)): code for (county, name), code in self.townships.items()}

    @cached_property
    def branch_ids(self):
        return {fold(name): pk for name, pk in (*self.short_names.items(), *self.branches.items())}

    @cached_property
    def parse(self):
        """Return parse(key, cell): the value of a cell or Unreadable, remembered for cells that come again."""
        return _remembering(cell_kinds.PARSERS | {"branch": partial(_branch, self)})


@dataclass(frozen=True)
class Checked:
    """A row: what it says (filled cells only), why it is rejected, and what else is to be told of it."""

    number: int
    values: dict
    errors: tuple = ()
    remarks: tuple = ()

    @property
    def mobile(self):
        return self.values.get("mobile")


@dataclass
class Person:
    """What the accepted rows say of one mobile number: the first filled cell wins."""

    name: str
    number: int  # of the first row
    values: dict = field(default_factory=dict)
    told_at: dict = field(default_factory=dict)  # key -> number of the row that said it
    accounts: dict = field(default_factory=dict)  # (platform, account name) -> (number, values)


def check(number, cells, head, known):
    """Read a row of a sheet; returns Checked, never raises.

    Values: name, stage_name, sex (GB/T 2261.1), mobile (11 digits), division (code of township, or county), kind,
    since (first day of the month), enterprise (name), platform, nickname, public_id, followers_band, genre,
    accepts_contact (bool), branch (id), note; those of code lists are the values of the models' choices.
    """
    picked = head.pick(cells)
    if all(column_named(picked.get(key)) is BY_KEY[key] for key in REQUIRED):
        return Checked(number, {}, (REPEATED,))
    values, errors = {}, []
    for key, cell in picked.items():
        _read(key, cell, known, values, errors)
    errors += [f"“{BY_KEY[key].head}”没有填" for key in REQUIRED if _is_empty(picked.get(key))]
    _place(picked, known, values, errors)
    return Checked(number, values, tuple(errors))


def _read(key, cell, known, values, errors):
    if cell is None or key in ("county", "township"):
        return
    value = known.parse(key, cell)
    if isinstance(value, Unreadable):
        errors.append(f"“{BY_KEY[key].head}”{value}")
    elif value not in (None, ""):
        values[VALUE_OF.get(key, key)] = value


def _remembering(parsers):
    answers = {}

    def parse(key, cell):
        asked = (key, type(cell), cell)  # 1, 1.0 and True are one key of a dict
        if asked not in answers:
            if len(answers) >= CACHED:
                answers.clear()
            answers[asked] = _parsed(parsers[key], key, cell)
        return answers[asked]

    return parse


def _parsed(parser, key, cell):
    try:
        text = clean(cell)
        if key in REQUIRED and is_formula(text):
            raise Unreadable(f"是公式{shown(text)}，请改为填写内容")
        return parser(cell) if text else None
    except Unreadable as error:
        return error.with_traceback(None)  # kept for the next cell like it: without the frames


def _is_empty(cell):
    return not as_text(cell).strip()


def _branch(known, cell):
    text = clean(cell)
    if fold(text) not in known.branch_ids:
        raise Unreadable(f"读到的是{shown(text)}，没有这个支部")
    return known.branch_ids[fold(text)]


def _place(picked, known, values, errors):
    """The division of the county, and of the township where it is filled in. A township alone says nothing."""
    try:
        county, township = (_name_of(key, picked.get(key)) for key in ("county", "township"))
        if county:
            values["division"] = _division(known, county, township)
    except Unreadable as error:
        errors.append(str(error))


def _name_of(key, cell):
    head = BY_KEY[key].head
    try:
        text = clean(cell)
    except Unreadable as error:
        raise Unreadable(f"“{head}”{error}") from None
    if key in REQUIRED and is_formula(text):
        raise Unreadable(f"“{head}”是公式{shown(text)}，请改为填写内容")
    return text


def _division(known, county, township):
    if fold(county) not in known.county_codes:
        raise Unreadable(f"“县区”读到的是{shown(county)}，应为：{'、'.join(known.counties)}")
    full, code = known.county_codes[fold(county)]
    if not township:
        return code
    if (fold(county), fold(township)) not in known.township_codes:
        raise Unreadable(f"“乡镇街道”读到的是{shown(township)}，{full}没有这个乡镇或街道")
    return known.township_codes[fold(county), fold(township)]


class Gathering:
    """What the rows of a file have said so far; keeps one Person for each number, and no rows."""

    def __init__(self):
        self.persons = {}  # mobile -> Person, of accepted rows
        self.rows = self.rejected = 0
        self._names = {}  # mobile -> (name, number of the row, or None where it is registered)

    @property
    def people(self):
        return len(self.persons)

    @property
    def accounts(self):
        return sum(len(person.accounts) for person in self.persons.values())

    def settle(self, rows, registered):
        """Yield the rows, judged together with all before them.

        `registered`: {mobile: name} of those among the numbers of `rows` that are in the database already. The name
        registered, or else that of the first row of a number, is the person's; a row with another one is rejected.
        """
        for row in rows:
            row = self._with_one_name(row, registered)
            self.rows += 1
            if row.errors:
                self.rejected += 1
                yield row
            else:
                yield self._joined(row)

    def _with_one_name(self, row, registered):
        mobile, name = row.mobile, row.values.get("name")
        if not (mobile and name):
            return row
        first = (registered[mobile], None) if mobile in registered else (name, row.number)
        known, number = self._names.setdefault(mobile, first)
        if fold(known) == fold(name):
            return row
        return _rejected(row, _other_name(mobile, known, number))

    def _joined(self, row):
        person = self.persons.get(row.mobile)
        if person is None:
            person = self.persons[row.mobile] = Person(row.values["name"], row.number)
        remarks = [*_differences(person, row), *_account(person, row)]
        return Checked(row.number, row.values, (), tuple(remarks)) if remarks else row


def _rejected(row, error):
    return Checked(row.number, row.values, (*row.errors, error), row.remarks)


def _other_name(mobile, name, number):
    if number is None:  # whose number it is, a workbook is not told
        return f"手机号码 {phones.mask(mobile)} 已登记在另一个姓名下，请核对号码和姓名"
    return f"手机号码 {phones.mask(mobile)} 在第 {number} 行的姓名是{shown(name)}，一个号码只能是一个人，请核对"


def _differences(person, row):
    """Fill what the person has not said yet; yield a remark for what is said differently."""
    for key, value in row.values.items():
        if key in ACCOUNT:
            continue
        if key not in person.values:
            person.values[key], person.told_at[key] = value, row.number
        elif person.values[key] != value:
            yield f"“{TITLE_OF[key]}”与第 {person.told_at[key]} 行不同，以第 {person.told_at[key]} 行为准"


def _account(person, row):
    """Add the account; yield a remark where the person has it already."""
    account = (row.values["platform"], row.values["nickname"])
    number, _ = person.accounts.setdefault(
        account, (row.number, {key: row.values[key] for key in ACCOUNT if key in row.values})
    )
    if number != row.number:
        yield f"与第 {number} 行是同一个账号，只登记一次，以第 {number} 行为准"
