"""A table of the roster comes in: read, tried out, looked at, confirmed; all of it or nothing.

Trying out is the writing itself, undone: what the preview says is what the confirmation does, or it does nothing.
Every reading is on record, not only what was confirmed: a preview says who is registered.
Raise PermissionDenied, ValidationError and errors.Conflict.
"""

import json
import tempfile

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.policy import offices
from members.models import RosterImport
from members.sheets import policy
from members.sheets.columns import columns_of, standard
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from members.sheets.reading import REASONS, Line, read
from members.sheets.services import taken_by
from members.sheets.writing import try_out, write
from xinyu_portal import seal, sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_errors import Refused

LARGEST_FILE = 2 * 2**20
TABLE = "members_rosterimport"
NOT_READ = "这份表已经写入或者放弃了。"
State = RosterImport.State


def upload(content, *, file_name, actor, sheet=Sheet.MEMBERS, branch=None, at=None):
    """Read a workbook (bytes) and try it out for one branch, or for those its rows name. Returns the RosterImport.

    What this person read before and did not confirm is given up.
    """
    if not policy.may_bring_in(actor, branch and branch.pk):
        raise PermissionDenied
    if not content:
        raise ValidationError({"file": "这个文件是空的，请重新选择。"})
    if len(content) > LARGEST_FILE:
        raise ValidationError({"file": f"文件超过 {LARGEST_FILE // 2**20} MB，请拆成几份再传。"})
    head, lines, others = _read(content, sheet)  # before the transaction: on SQLite all who write wait for it
    row = RosterImport(sheet=sheet, branch=branch, file_name=file_name[-120:], by=actor, at=at or timezone.now())
    with transaction.atomic():
        try_out(lines, actor, branch, sheet)
        RosterImport.objects.filter(by=actor, state=State.READ).update(state=State.DISCARDED, sealed="")
        row.counts = _counts(lines)
        held = {
            "heads": head.texts, "unknown": head.unknown, "derived": head.derived, "others": others,
            "lines": [line.said() for line in lines],
        }
        row.sealed = seal.seal(json.dumps(held, ensure_ascii=False), table=TABLE, row=row.uuid, column="sealed")
        row.save()
        _record(AuditEvent.Kind.IMPORT, row, actor, row.at, {"what": "read"})
    return row


@transaction.atomic
def confirm(row, *, actor, at=None):
    """Write every row, or none where one would now do something else. Returns the fresh RosterImport."""
    row = _taken(row, actor)
    if row.counts["errors"]:
        raise Conflict("有行写不进去，整份都没有写。请改好再传。", row)
    seen = [Line.heard(said) for said in kept(row)["lines"]]
    lines = [Line(line.number, line.texts, line.values) for line in seen]
    write(lines, actor, row.branch, row.sheet)
    if lines != seen:
        raise Conflict("从您看预览到确认之间，登记有了变化，整份都没有写。请再传一次。", row)
    _forget(row, State.DONE)
    _record(AuditEvent.Kind.IMPORT, row, actor, at or timezone.now(), {"what": "written"})
    return row


@transaction.atomic
def discard(row, *, actor):
    """Give it up; what was read of it is gone. Returns the fresh RosterImport."""
    row = _taken(row, actor)
    _forget(row, State.DISCARDED)
    return row


def kept(row):
    """`{"heads", "unknown", "derived", "others", "lines": [Line.said(), …]}` of an import that waits."""
    return json.loads(seal.unseal(row.sealed, table=TABLE, row=row.uuid, column="sealed"))


@transaction.atomic
def rejected_workbook(row, *, actor, at=None):
    """Every row as it stood, with 错误原因 as the last column where there is one: to correct and send again.

    Numbers are whole, as they came: it leaves like a table, with its watermark and on record.
    """
    row, at = _taken(row, actor), at or timezone.now()
    held, reason = kept(row), f"改正《{row.file_name}》"
    places = [place for place, text in enumerate(held["heads"]) if text != REASONS]
    heads = [(held["heads"][place], 14) for place in places] + [(REASONS, 60)]
    rows = [
        [*(line["texts"][place] if place < len(line["texts"]) else "" for place in places), "；".join(line["errors"])]
        for line in held["lines"]
    ]
    where = row.branch.short_name if row.branch else "按表里写的支部"
    top = (
        f"新余市网络直播行业党委 · {row.get_sheet_display()}退回修改 · {where} · 共 {len(rows)} 行",
        taken_by(actor, offices(actor), reason, at),
        "含个人信息，号码是上传时的样子。只用于改好再传，用完删除，不得外传。再传时不必删去这几行。",
    )
    _record(AuditEvent.Kind.EXPORT, row, actor, at, {"count": len(rows)}, reason=reason)
    return sheets.write("退回修改", top, heads, rows)


def template(sheet):
    """An empty table under the heads of now, of what is read from it; it can be read in again."""
    layout = LAYOUTS[sheet]
    heads = [
        (column.title, 16) for column in columns_of(sheet)
        if column.field in layout.needed or column.shown and column.field in layout.parsers
    ]
    return sheets.write(sheet.label, (), heads + [(title, 16) for title in layout.added.values()], ())


def titles(sheet):
    """`{field: title}` of what a table brings in, as staff call it now."""
    columns = [*standard()[sheet], *columns_of(sheet)]
    return LAYOUTS[sheet].added | {column.field: column.title for column in columns}


def _read(content, sheet):
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        try:
            return read(file.name, [*standard()[sheet], *columns_of(sheet)], LAYOUTS[sheet])
        except Refused as refused:
            raise ValidationError({"file": str(refused)}) from None


def _counts(lines):
    counts = {verdict: sum(line.verdict == verdict for line in lines) for verdict in ("new", "changed", "same")}
    return counts | {"rows": len(lines), "errors": sum(bool(line.errors) for line in lines)}


def _taken(row, actor):
    """The own row, locked, while it waits and is still this person's to write."""
    row = RosterImport.objects.select_for_update().get(pk=row.pk)
    if row.by_id != actor.pk or not policy.may_bring_in(actor, row.branch_id):
        raise PermissionDenied
    if row.state != State.READ:
        raise Conflict(NOT_READ, row)
    return row


def _forget(row, state):
    row.state, row.sealed = state, ""
    row.save(update_fields=["state", "sealed"])


def _record(kind, row, actor, at, facts, reason=""):
    """Who read, wrote or took how many rows of which branch (None: of those they name); never what stood in them."""
    AuditEvent.objects.create(
        kind=kind, actor=actor, office=offices(actor), subject_type="members.rosterimport", subject_id=str(row.pk),
        facts=row.counts | {"sheet": row.sheet, "file": row.file_name, "branch": row.branch_id} | facts,
        reason=reason, at=at,
    )
