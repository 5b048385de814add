"""What the lines of a roster do, one after the other, by the verbs of members/roster/services.py."""

import hashlib
import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from members.models import Member, Profile
from members.roster import services as roster
from members.sheets import policy
from members.sheets.reading import PARSERS
from xinyu_portal import seal
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_cells import fold

UNKNOWN = "这个号码和登记的对不上，请联系行业党委核对"


class _Undone(Exception):
    """The trial is over."""


def try_out(lines, actor, branch):
    """Write everything and take it back: each line gets its verdict or its errors."""
    try:
        with transaction.atomic():
            write(lines, actor, branch)
            raise _Undone
    except _Undone:
        return


def write(lines, actor, branch):
    """Each line in a savepoint of its own, so that one wrong row does not hide the others."""
    branches = {fold(text): one for one in Branch.objects.all() for text in (one.name, one.short_name)}
    meant = {}  # id of a member -> number of the line that is about them
    for line in lines:
        try:
            # What cannot be read of a row does not hide that its branch is unknown: both are mended at once.
            home = _home(line.values.get("branch"), branch, branches) if _names_home(line) else None
            if line.errors:
                continue
            with transaction.atomic():
                _write_line(line, actor, home, meant)
        except ValidationError as error:
            line.errors += _sayable(error, actor)
        except (Conflict, PermissionDenied) as error:
            line.errors.append(getattr(error, "message", "不归您登记。"))


def _sayable(error, actor):
    """Whose a number is, a branch is not told: by an invented name it would learn who is a member elsewhere."""
    if hats(actor).handles_for_committee or not hasattr(error, "error_dict"):
        return error.messages
    is_about_others = {"phone", "id_number"} & set(error.error_dict) or roster.LISTED in error.messages
    return [UNKNOWN] if is_about_others else error.messages


def _names_home(line):
    """Where a cell could not be read it may have been that of the branch: nothing is said of what it does not say."""
    return "branch" in line.values or not line.errors


def _write_line(line, actor, home, meant):
    values = {known: value for known, value in line.values.items() if known != "branch"}
    member = _member(values, home, actor)
    if member is None:
        member = roster.add(actor=actor, branch=home, **values)
        meant[member.pk] = line.number
        line.verdict, line.before = "new", ""
        return
    if member.pk in meant:
        raise ValidationError(f"和第 {meant[member.pk]} 行是同一个人")
    meant[member.pk] = line.number
    _refuse_mistaken(member, home, values)
    before, line.before = _standing(member)
    if values.get("standing", member.standing) == Member.Standing.PROBATIONARY:
        values.setdefault("regularised_on", None)
    after, _ = _standing(roster.correct(member, actor=actor, **values))
    line.changes = [[field, before[field], after[field]] for field in before if before[field] != after[field]]
    line.verdict = "changed" if line.changes else "same"


def _home(named, branch, branches):
    found = branches.get(fold(named)) if named else None
    if named and not found:
        raise ValidationError(f"没有“{named}”这个支部")
    if branch and found and found != branch:
        raise ValidationError(f"这份表是{branch.short_name}的，这一行写的是{found.short_name}")
    if not (branch or found):
        raise ValidationError("没有写所在党支部")
    return branch or found


def _member(values, home, actor):
    """The locked member whom the line means, of those that are this actor's to handle.

    By a number; else by name and day of joining in this branch, where no number says that it is somebody else.
    """
    people, own = Member.objects.in_branch(), policy.branches_of(actor)
    people = people if own is None else people.filter(branch__in=own)
    same = people.filter(branch=home, user__name=values["name"], joined_on=values["joined_on"])
    for field, found in (("id_number", User.objects.with_id_number), ("phone", User.objects.with_phone)):
        if field in values:
            hit = people.filter(user__in=found(values[field])).first()
            if hit:
                return _locked(hit)
            same = same.filter(**{f"user__{field}_index": None})
    namesakes = same[:2]
    return _locked(namesakes[0]) if len(namesakes) == 1 else None


def _locked(member):
    return Member.objects.select_for_update().get(pk=member.pk)


def _refuse_mistaken(member, home, values):
    """Take the name out of `values`, and a phone that is registered already."""
    if member.user.name != values.pop("name"):
        raise ValidationError("号码登记的是另一个名字")
    if member.branch_id != home.pk:
        raise ValidationError(f"这个人在{member.branch.short_name}的名册上，转组织关系请办转接")
    if member.user.phone_index:
        phone = values.pop("phone", None)
        if phone and member.user.phone_index != seal.index(phone, purpose="phone"):
            raise ValidationError("手机号和登记的不一样，要改请本人来核实")


def _standing(member):
    """(what a line may change, in words; a digest of it) of a locked member. Numbers are masked."""
    person = User.objects.select_related("profile").get(pk=member.user_id)
    words = {"id_number": person.id_number_mask, "phone": person.phone_mask}
    profile = getattr(person, "profile", None) or Profile()
    for row, names in ((person, roster.PERSON), (profile, roster.PROFILE), (member, roster.MEMBER)):
        words |= {name: _word(row, name) for name in names if name in PARSERS}
    whole = [member.pk, person.id_number_index, person.phone_index, words]
    return words, hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _word(row, name):
    if hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    value = getattr(row, name)
    return f"{value:%Y-%m}" if value and name in ("birth_month", "work_since") else str(value or "")
