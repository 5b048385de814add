"""A 党员花名册 comes in: read, tried out, looked at, confirmed; all of it or nothing.

Trying out is the writing itself, undone: what the preview says is what the confirmation does, by the verbs of
members/roster/services.py. Raise PermissionDenied, ValidationError and errors.Conflict.
"""

import base64
import json
import tempfile

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import Branch
from branches.organisation.policy import offices
from members.models import Member, RosterImport
from members.roster import services as roster
from members.roster.policy import handles, may_add
from members.sheets.columns import columns_of, standard
from members.sheets.models import Sheet
from members.sheets.reading import REASONS, read
from xinyu_portal import seal, sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_cells import fold
from xinyu_portal.workbook_errors import Refused

LARGEST_FILE = 2 * 2**20
TABLE = "members_rosterimport"
NOT_READ = "这份表已经写入或者放弃了。"
State = RosterImport.State


class _Undone(Exception):
    """The trial is over."""


@transaction.atomic
def upload(content, *, file_name, actor, branch=None, at=None):
    """Read a workbook (bytes) and try it out for one branch, or for those its rows name. Returns the RosterImport.

    What this person read before and did not confirm is given up.
    """
    if not (handles(actor, branch.pk) if branch else may_add(actor)):
        raise PermissionDenied
    if not content:
        raise ValidationError({"file": "这个文件是空的，请重新选择。"})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"file": f"文件超过 {LARGEST_FILE // 2**20} MB，请拆成几份再传。"})
    heads, lines = _read(content)
    _try_out(lines, actor, branch)
    for old in RosterImport.objects.filter(by=actor, state=State.READ):
        _forget(old, State.DISCARDED)
    row = RosterImport(branch=branch, file_name=file_name[-120:], by=actor, at=at or timezone.now())
    row.counts = _counts(lines)
    kept = {
        "file": base64.b64encode(content).decode(), "heads": heads,
        "lines": [
            [line.number, line.texts, line.verdict, line.errors, line.values.get("name", "")] for line in lines
        ],
    }
    row.sealed = seal.seal(json.dumps(kept, ensure_ascii=False), table=TABLE, row=row.uuid, column="sealed")
    row.save()
    return row


@transaction.atomic
def confirm(row, *, actor, at=None):
    """Write every row, or none where one cannot be written any more. Returns the fresh RosterImport."""
    row = _taken(row, actor)
    if row.counts["errors"]:
        raise Conflict("有行写不进去，整份都没有写。请改好再传。", row)
    _, lines = _read(base64.b64decode(kept(row)["file"]))
    _write(lines, actor, row.branch)
    if any(line.errors for line in lines):
        raise Conflict("从您看预览到确认之间，登记有了变化，整份都没有写。请再传一次。", row)
    row.counts = _counts(lines)
    _forget(row, State.DONE)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.IMPORT, actor=actor, office=offices(actor), subject_type="members.rosterimport",
        subject_id=str(row.pk), facts=row.counts | {"file": row.file_name, "branch": row.branch_id},
        at=at or timezone.now(),
    )
    return row


@transaction.atomic
def discard(row, *, actor):
    """Give it up; what was read of it is gone. Returns the fresh RosterImport."""
    row = _taken(row, actor)
    _forget(row, State.DISCARDED)
    return row


def kept(row):
    """`{"file", "heads", "lines": [[number, texts, verdict, errors, name], …]}` of an import that waits."""
    return json.loads(seal.unseal(row.sealed, table=TABLE, row=row.uuid, column="sealed"))


def rejected_workbook(row):
    """Every row as it stood, with 错误原因 as the last column where there is one: to correct and send again."""
    held = kept(row)
    places = [place for place, text in enumerate(held["heads"]) if text != REASONS]
    heads = [(held["heads"][place], 14) for place in places] + [(REASONS, 60)]
    rows = [
        [*(texts[place] if place < len(texts) else "" for place in places), "；".join(errors)]
        for _, texts, _, errors, _ in held["lines"]
    ]
    return sheets.write("退回修改", (), heads, rows)


def template():
    """An empty 党员花名册 under the heads of now, without the columns that the portal fills by itself."""
    derived = ("posts", "is_floating", "floating_place")
    heads = [
        (column.title, 16) for column in columns_of(Sheet.MEMBERS) if column.shown and column.field not in derived
    ]
    return sheets.write(Sheet.MEMBERS.label, (), heads, ())


def _read(content):
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        try:
            return read(file.name, [*standard()[Sheet.MEMBERS], *columns_of(Sheet.MEMBERS)])
        except Refused as refused:
            raise ValidationError({"file": str(refused)}) from None


def _try_out(lines, actor, branch):
    """Write everything and take it back: each line gets its verdict or its errors."""
    try:
        with transaction.atomic():
            _write(lines, actor, branch)
            raise _Undone
    except _Undone:
        return


def _write(lines, actor, branch):
    """Each line in a savepoint of its own, so that one wrong row does not hide the others."""
    branches = {fold(text): one for one in Branch.objects.all() for text in (one.name, one.short_name)}
    for line in lines:
        if line.errors:
            continue
        try:
            with transaction.atomic():
                line.verdict = _write_line(dict(line.values), actor, branch, branches)
        except ValidationError as error:
            line.errors += error.messages
        except (Conflict, PermissionDenied) as error:
            line.errors.append(getattr(error, "message", "不归您登记。"))


def _write_line(values, actor, branch, branches):
    """new, changed or same."""
    named = values.pop("branch", None)
    found = branches.get(fold(named)) if named else None
    if named and not found:
        raise ValidationError(f"没有“{named}”这个支部")
    if branch and found and found != branch:
        raise ValidationError(f"这份表是{branch.short_name}的，这一行写的是{found.short_name}")
    home = branch or found
    if home is None:
        raise ValidationError("没有写所在党支部")
    if not handles(actor, home.pk):
        raise ValidationError(f"{home.short_name}不归您登记")
    member = _member(values, home)
    if member is None:
        roster.add(actor=actor, branch=home, **values)
        return "new"
    if member.branch_id != home.pk:
        raise ValidationError("这个人在别的支部的名册上，转组织关系请办转接")
    before = _snapshot(member)
    if member.user.name != values.pop("name"):
        raise ValidationError("号码登记的是另一个名字")
    if member.user.phone_index:
        phone = values.pop("phone", None)
        if phone and member.user.phone_index != seal.index(phone, purpose="phone"):
            raise ValidationError("手机号和登记的不一样，要改请本人来核实")
    if values.get("standing", member.standing) == Member.Standing.PROBATIONARY:
        values.setdefault("regularised_on", None)
    member = roster.correct(member, actor=actor, **values)
    return "same" if before == _snapshot(member) else "changed"


def _member(values, home):
    """The member on a roster whom the line means: by a number, else by name and day of joining in this branch."""
    people = Member.objects.in_branch().select_related("user")
    for field, found in (("id_number", User.objects.with_id_number), ("phone", User.objects.with_phone)):
        if field in values:
            member = people.filter(user__in=found(values[field])).first()
            if member:
                return member
    same = people.filter(branch=home, user__name=values["name"], joined_on=values["joined_on"])
    return same.first() if len(same[:2]) == 1 else None


def _snapshot(member):
    """What a line may change, as it stands in the database."""
    member = Member.objects.select_related("user__profile").get(pk=member.pk)
    profile = getattr(member.user, "profile", None)
    return (
        [getattr(member, name) for name in roster.MEMBER],
        [getattr(profile, name, None) or "" for name in roster.PROFILE],
        [getattr(member.user, name) for name in (*roster.PERSON, "id_number_index", "phone_index")],
    )


def _counts(lines):
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in ("new", "changed", "same")}
    return counts | {"rows": len(lines), "errors": sum(bool(line.errors) for line in lines)}


def _taken(row, actor):
    """The own row, locked, while it waits."""
    row = RosterImport.objects.select_for_update().get(pk=row.pk)
    if row.by_id != actor.pk:
        raise PermissionDenied
    if row.state != State.READ:
        raise Conflict(NOT_READ, row)
    return row


def _forget(row, state):
    row.state, row.sealed = state, ""
    row.save(update_fields=["state", "sealed", "counts"])
