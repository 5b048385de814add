"""What the lines of a table do, one after the other; whom a line means and what is done with it: writers.py."""

import hashlib
import json

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from branches.organisation.models import Branch
from branches.organisation.policy import hats
from members.roster import lasting
from members.roster import services as roster
from members.sheets.writers import WRITERS
from xinyu_portal import seal
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_cells import fold

UNKNOWN = "这个号码和登记的对不上，请联系行业党委核对"
ELSEWHERE = {roster.LISTED, lasting.NAMED, lasting.FLOATS}


class _Undone(Exception):
    """The trial is over."""


def try_out(lines, actor, branch, sheet):
    """Write everything and take it back: each line gets its verdict or its errors."""
    try:
        with transaction.atomic():
            write(lines, actor, branch, sheet)
            raise _Undone
    except _Undone:
        return


def write(lines, actor, branch, sheet):
    """Each line in a savepoint of its own, so that one wrong row does not hide the others."""
    branches = {fold(text): one for one in Branch.objects.all() for text in (one.name, one.short_name)}
    meant, writer = {}, WRITERS[sheet]  # id of a row -> number of the line that is about it
    for line in lines:
        try:
            # What cannot be read of a row does not hide that its branch is unknown: both are mended at once.
            home = _home(line.values.get("branch"), branch, branches) if _names_home(line) else None
            if line.errors:
                continue
            with transaction.atomic():
                _write_line(line, actor, home, meant, writer)
        except ValidationError as error:
            line.errors += _sayable(error, actor)
        except (Conflict, PermissionDenied) as error:
            line.errors.append(getattr(error, "message", "不归您登记。"))


def _sayable(error, actor):
    """Whose a number is, a branch is not told: by an invented name it would learn who is a member elsewhere."""
    if hats(actor).handles_for_committee or not hasattr(error, "error_dict"):
        return error.messages
    is_about_others = {"phone", "id_number"} & set(error.error_dict) or ELSEWHERE & set(error.messages)
    return [UNKNOWN] if is_about_others else error.messages


def _names_home(line):
    """Where a cell could not be read it may have been that of the branch: nothing is said of what it does not say."""
    return "branch" in line.values or not line.errors


def _write_line(line, actor, home, meant, writer):
    values = {known: value for known, value in line.values.items() if known != "branch"}
    row = writer.find(values, home, actor)
    if row is None:
        meant[writer.add(actor, home, values).pk] = line.number
        line.verdict, line.before = "new", ""
        return
    if row.pk in meant:
        raise ValidationError(f"和第 {meant[row.pk]} 行是同一个人")
    meant[row.pk] = line.number
    _refuse_mistaken(row, home, values, writer)
    before, line.before = _standing(row, writer)
    writer.correct(row, actor, values)
    after, _ = _standing(row, writer)
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


def _refuse_mistaken(row, home, values, writer):
    """Take the name out of `values`, and a phone that is registered already."""
    if row.user.name != values.pop("name"):
        raise ValidationError("号码登记的是另一个名字")
    if row.branch_id != home.pk:
        raise ValidationError(writer.elsewhere.format(row.branch.short_name))
    if row.user.phone_index:
        phone = values.pop("phone", None)
        if phone and row.user.phone_index != seal.index(phone, purpose="phone"):
            raise ValidationError("手机号和登记的不一样，要改请本人来核实")


def _standing(row, writer):
    """(what a line may change, in words; a digest of it) of a locked row. Numbers are masked."""
    person = User.objects.select_related("profile").get(pk=row.user_id)
    row.refresh_from_db()
    words = {"id_number": person.id_number_mask, "phone": person.phone_mask} | writer.words(row, person)
    whole = [row.pk, person.id_number_index, person.phone_index, words]
    return words, hashlib.sha256(json.dumps(whole).encode()).hexdigest()
