"""Whom a line of each table means, and by which verb of members/roster/ it is written.

A writer: find(values, home, actor) -> the locked row or None; add(actor, home, values) -> the new row;
correct(row, actor, values); words(row, person) -> `{field: word}` of what a line may change; `elsewhere`: what is said
where the row is another branch's.
`values` are those of the line without its branch, `home` is that branch.
"""

from django.core.exceptions import ValidationError

from accounts.models import User
from members.models import Activist, Floating, Member, Profile
from members.roster import lasting
from members.roster import services as roster
from members.sheets import policy
from members.sheets.contents import YES_NO
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from xinyu_portal.workbook_cells import fold

NO_MEMBER = "流出的党员要先在本支部的花名册上，没有找到这个名字"
TWO_MEMBERS = "本支部有两名党员叫这个名字，请到名册里点开本人登记"
ALIKE = "{}有同名、同一天入党的党员：是同一个人请办转接，真是两个人请填身份证号或手机"
MEMBER = "这个人已经在党员花名册上"
NO_HOME = "流入的党员要写正式组织关系在哪里"
OTHER_HOME = "流出的党员，正式组织关系在本支部，这一格请空着"


class Members:
    elsewhere = "这个人在{}的名册上，转组织关系请办转接"

    def find(self, values, home, actor):
        """By a number; else by name and day of joining in this branch."""
        same = {"branch": home, "user__name": values["name"], "joined_on": values["joined_on"]}
        return _found(Member.objects.in_branch(), same, values, actor)

    def add(self, actor, home, values):
        """One of two branches' namesakes of one day may be the same person: said to those who see both."""
        alike = Member.objects.in_branch().filter(user__name=values["name"], joined_on=values["joined_on"])
        alike = policy.handled(alike, actor).exclude(branch=home).select_related("branch")
        if alike and not {"id_number", "phone"} & set(values):
            raise ValidationError(ALIKE.format(alike[0].branch.short_name))
        return roster.add(actor=actor, branch=home, **values)

    def correct(self, row, actor, values):
        if values.get("standing", row.standing) == Member.Standing.PROBATIONARY:
            values.setdefault("regularised_on", None)
        roster.correct(row, actor=actor, **values)

    def words(self, row, person):
        return _of_person(person, Sheet.MEMBERS) | _words(row, roster.MEMBER, Sheet.MEMBERS)


class Activists:
    elsewhere = "这个人是{}的积极分子"

    def find(self, values, home, actor):
        """By a number; else by name, of whom this branch cultivates now."""
        same = {"branch": home, "user__name": values["name"]}
        return _found(Activist.objects.filter(until=None), same, values, actor)

    def add(self, actor, home, values):
        _refuse_member(values, actor)
        return lasting.name_activist(actor=actor, branch=home, **values)

    def correct(self, row, actor, values):
        lasting.correct_activist(row, actor=actor, **values)

    def words(self, row, person):
        return _of_person(person, Sheet.ACTIVISTS) | _words(row, lasting.ACTIVIST, Sheet.ACTIVISTS)


class FloatingMembers:
    elsewhere = "这个人的流动登记在{}"

    def find(self, values, home, actor):
        """By a number; else by name, of whom this branch has registered in that direction now."""
        same = {"branch": home, "user__name": values["name"]}
        rows = Floating.objects.filter(until=None, direction=values["direction"])
        return _found(rows, same, values, actor)

    def add(self, actor, home, values):
        words = self._words_of(values, home)
        name, direction, phone = (words.pop(known, None) for known in ("name", "direction", "phone"))
        if direction == Floating.Direction.OUT:
            return lasting.float_out(self._member(name, phone, home), actor=actor, **words)
        if not words.get("home"):
            raise ValidationError(NO_HOME)
        _refuse_member(values, actor)
        return lasting.float_in(actor=actor, branch=home, name=name, phone=phone, **words)

    def correct(self, row, actor, values):
        words = self._words_of(values, home=row.branch)
        del words["direction"]
        lasting.correct_floating(row, actor=actor, **words)

    def words(self, row, person):
        return _words(row, lasting.FLOATING, Sheet.FLOATING) | {"wish": YES_NO[row.wishes_transfer]}

    def _words_of(self, values, home):
        """As the verbs call them; an exported table repeats that who floats out has the branch as home."""
        words = dict(values)
        if "wish" in words:
            words["wishes_transfer"] = words.pop("wish")
        goes = words["direction"] == Floating.Direction.OUT
        if goes and "home" in words and fold(words.pop("home")) not in (fold(home.name), fold(home.short_name)):
            raise ValidationError(OTHER_HOME)
        return words

    def _member(self, name, phone, home):
        people = Member.objects.in_branch().filter(branch=home, user__name=name)
        if phone:
            known = people.filter(user__in=User.objects.with_phone(phone))
            people = known or people.filter(user__phone_index=None)
        found = people[:2]
        if len(found) != 1:
            raise ValidationError(TWO_MEMBERS if found else NO_MEMBER)
        return found[0]


def _found(rows, same, values, actor):
    """The one locked row that a line means, of those that are this actor's to handle, or None.

    By a number; else by what is the `same`, where no number says that it is somebody else.
    """
    hit = _by_number(rows, values, actor)
    if hit:
        return _locked(hit)
    unsaid = {f"user__{field}_index": None for field in ("id_number", "phone") if field in values}
    namesakes = rows.filter(**same, **unsaid)[:2]
    return _locked(namesakes[0]) if len(namesakes) == 1 and policy.may_bring_in(actor, same["branch"].pk) else None


def _refuse_member(values, actor):
    """Whose member it is may be said of those that are this actor's to handle."""
    if _by_number(Member.objects.in_branch(), values, actor):
        raise ValidationError(MEMBER)


def _by_number(rows, values, actor):
    """The first of the rows that are this actor's to handle whose person has one of these numbers, or None."""
    rows = policy.handled(rows, actor)
    for field, people in (("id_number", User.objects.with_id_number), ("phone", User.objects.with_phone)):
        hit = rows.filter(user__in=people(values[field])).first() if field in values else None
        if hit:
            return hit
    return None


def _locked(row):
    return type(row).objects.select_for_update().get(pk=row.pk)


def _of_person(person, sheet):
    profile = getattr(person, "profile", None) or Profile()
    return _words(person, roster.PERSON, sheet) | _words(profile, roster.PROFILE, sheet)


def _words(row, names, sheet):
    """Of the fields that stand in the table."""
    return {name: _word(row, name) for name in names if name in LAYOUTS[sheet].parsers}


def _word(row, name):
    if hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    value = getattr(row, name)
    return f"{value:%Y-%m}" if value and name in ("birth_month", "work_since") else str(value or "")


WRITERS = {
    Sheet.MEMBERS: Members(), Sheet.ACTIVISTS: Activists(), Sheet.FLOATING: FloatingMembers(),
}
