"""Tables go out, and their columns are arranged. Both are on record; ID numbers and phones leave masked only.

A whole ID number is seen one at a time, for a reason (members/roster/numbers.py): no table carries it, so that none
needs a second person. Raise PermissionDenied and ValidationError.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.policy import offices
from members.models import Column
from members.sheets import contents, policy
from members.sheets.columns import NEVER_HIDDEN, columns_of, standard
from members.sheets.models import Sheet
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason, cleaned_text

EXPORT_LIMIT = 5000
TITLE_LIMIT = Column._meta.get_field("title").max_length
WHY = "请写清用途，2 到 100 字。"


@transaction.atomic
def export(sheet, *, actor, reason, branch=None, at=None):
    """Return a table as .xlsx with its watermark on top: who takes it, as what, when and what for.

    `branch`: one alone. Raises Conflict for more than EXPORT_LIMIT rows.
    """
    if not policy.may_export(actor):
        raise PermissionDenied
    reason, at = cleaned_reason(reason, WHY)[:100], at or timezone.now()
    rows = list(contents.rows_of(sheet, actor, branch)[:EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise Conflict(f"一次最多导出 {EXPORT_LIMIT} 人，请按支部分开导出。")
    office, where = offices(actor), branch.short_name if branch else "全部支部"
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.EXPORT, actor=actor, office=office, subject_type="members.sheet", subject_id=sheet,
        reason=reason, facts={"count": len(rows), "branch": branch and branch.pk}, at=at,
    )
    columns = [column for column in columns_of(sheet) if column.shown]
    when, known = timezone.localtime(at), contents.reading(rows)
    lines = (
        f"新余市网络直播行业党委 · {Sheet(sheet).label} · {where} · 共 {len(rows)} 人",
        f"导出人：{actor.name}{f'（{office}）' if office else ''} · {when:%Y年%m月%d日 %H:%M} · 用途：{reason}",
        "含个人信息，只用于上面写的用途，用完删除，不得外传。身份证号和手机只有头尾几位。",
    )
    fields = [column.field for column in columns]
    table = (contents.cells(fields, number, row, known) for number, row in enumerate(rows, 1))
    heads = [(column.title, contents.width(column.field)) for column in columns]
    return sheets.write(Sheet(sheet).label.replace("、", ""), lines, heads, table)


@transaction.atomic
def arrange(sheet, *, actor, titles, shown, move=None):
    """Rename (`{field: title}`) and show (fields) the columns of a table; `move` is `(field, -1 or 1)`.

    Raises ValidationError by the field of the column.
    """
    if not policy.may_arrange(actor):
        raise PermissionDenied
    columns = _own_columns(sheet)
    _judge_titles(columns, titles)
    for column in columns:
        column.title = titles.get(column.field, column.title).strip()
        column.shown = column.field in shown or column.field == NEVER_HIDDEN
    if move:
        _move(columns, *move)
    for position, column in enumerate(columns, 1):
        column.position = position
    _write(sheet, columns, actor, "arranged")
    return columns


@transaction.atomic
def reset(sheet, *, actor):
    """The standard columns of domain.md §7.4 again."""
    if not policy.may_arrange(actor):
        raise PermissionDenied
    list(Column.objects.select_for_update().filter(sheet=sheet))
    _write(sheet, standard()[sheet], actor, "reset")


def _own_columns(sheet):
    """Those of the database, locked."""
    return list(Column.objects.select_for_update().filter(sheet=sheet).order_by("position", "id")) or columns_of(sheet)


def _judge_titles(columns, titles):
    wrong, seen = {}, set()
    for column in columns:
        try:
            title = cleaned_text(
                titles.get(column.field, column.title), "请填表头。", field=column.field, limit=TITLE_LIMIT
            )
        except ValidationError as error:
            wrong |= error.error_dict
            continue
        if title in seen:
            wrong[column.field] = ["这张表里已经有一列叫这个名字。"]
        seen.add(title)
    if wrong:
        raise ValidationError(wrong)


def _move(columns, field, step):
    """Change places with the neighbour; at the end nothing changes."""
    place = next((place for place, column in enumerate(columns) if column.field == field), None)
    if place is not None and 0 <= place + step < len(columns):
        columns[place], columns[place + step] = columns[place + step], columns[place]


def _write(sheet, columns, actor, what):
    """All rows anew: two that exchange their titles would meet at the constraint."""
    Column.objects.filter(sheet=sheet).delete()
    Column.objects.bulk_create(
        Column(sheet=sheet, field=row.field, title=row.title, position=row.position, shown=row.shown)
        for row in columns
    )
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type="members.sheet",
        subject_id=sheet, facts={"what": what},
    )
