"""Tables go out, and their columns are arranged. Both are on record; ID numbers and phones leave masked only.

A whole ID number is seen one at a time, for a reason (members/roster/numbers.py): no table carries it, so that none
needs a second person. Raise PermissionDenied and ValidationError.
"""

import unicodedata

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.models import Branch
from branches.organisation.policy import offices
from members.models import Column
from members.sheets import contents, policy
from members.sheets.columns import NEVER_HIDDEN, columns_of, standard
from members.sheets.layouts import LAYOUTS
from members.sheets.models import Sheet
from members.sheets.reading import REASONS
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import UNREADABLE, cleaned_reason, cleaned_text
from xinyu_portal.workbook_cells import plain

EXPORT_LIMIT = 5000
TITLE_LIMIT = Column._meta.get_field("title").max_length
WHY = "请写清用途，2 到 100 字。"
NO_TITLE = "请填表头。"
BRANCH = Column(field="branch", title="所在党支部")
JOINER = "\u200d"  # of an emoji


@transaction.atomic
def export(sheet, *, actor, reason, branch=None, at=None):
    """Return a table as .xlsx with its watermark on top: who takes it, as what, when and what for.

    `branch`: one alone, else all that are this actor's to handle. Raises Conflict for more than EXPORT_LIMIT rows.
    """
    if not policy.may_export(actor):
        raise PermissionDenied
    reason, at = cleaned_reason(reason, WHY)[:100], at or timezone.now()
    rows = list(contents.rows_of(sheet, actor, branch)[:EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise Conflict(f"一次最多导出 {EXPORT_LIMIT} 人，请按支部分开导出。")
    office, own = offices(actor), [branch.pk] if branch else policy.branches_of(actor)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.EXPORT, actor=actor, office=office, subject_type="members.sheet", subject_id=sheet,
        reason=reason, facts={"count": len(rows), "branches": own}, at=at,
    )
    columns = [column for column in columns_of(sheet) if column.shown]
    if (own is None or len(own) > 1) and all(column.field != BRANCH.field for column in columns):
        columns.append(BRANCH)  # whose row it is, where there are several
    known = contents.reading(rows)
    lines = (
        f"新余市网络直播行业党委 · {Sheet(sheet).label} · {_where(own)} · 共 {len(rows)} 人",
        taken_by(actor, office, reason, at),
        "含个人信息，只用于上面写的用途，用完删除，不得外传。身份证号和手机只有头尾几位。",
    )
    fields = [column.field for column in columns]
    table = (contents.cells(fields, number, row, known) for number, row in enumerate(rows, 1))
    heads = [(column.title, contents.width(column.field)) for column in columns]
    return sheets.write(Sheet(sheet).label.replace("、", ""), lines, heads, table)


def taken_by(actor, office, reason, at):
    """The line of a watermark that says who takes it, as what, when and what for."""
    when = timezone.localtime(at)
    return f"导出人：{actor.name}{f'（{office}）' if office else ''} · {when:%Y年%m月%d日 %H:%M} · 用途：{reason}"


@transaction.atomic
def arrange(sheet, *, actor, titles, shown, move=None):
    """Rename (`{field: title}`) and show (fields) the columns of a table; `move` is `(field, -1 or 1)`.

    Raises ValidationError by the field of the column.
    """
    if not policy.may_arrange(actor):
        raise PermissionDenied
    columns = _own_columns(sheet)
    _judge_titles(sheet, columns, titles)
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


def _where(own):
    if own is None:
        return "全部支部"
    return "、".join(Branch.objects.filter(pk__in=own).order_by("id").values_list("short_name", flat=True))


def _judge_titles(sheet, columns, titles):
    """Titles are compared as the import reads them: what reads alike there would be one column."""
    wrong, seen, layout = {}, set(), LAYOUTS.get(sheet)
    for column in columns:
        try:
            title = _cleaned_title(titles.get(column.field, column.title), column.field)
        except ValidationError as error:
            wrong |= error.error_dict
            continue
        head = plain(title)
        if head in seen:
            wrong[column.field] = ["这张表里已经有一列叫这个名字。"]
        elif layout and (layout.spellings.get(head, column.field) != column.field or head == REASONS):
            wrong[column.field] = [f"导入这张表时“{title}”指的是别的内容，请换个叫法。"]
        seen.add(head)
    if wrong:
        raise ValidationError(wrong)


def _cleaned_title(title, field):
    title = cleaned_text(title, NO_TITLE, field=field, limit=TITLE_LIMIT)
    letters = title.replace(JOINER, "")
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in letters):
        raise ValidationError({field: UNREADABLE})
    if not plain(title):
        raise ValidationError({field: NO_TITLE})
    return title


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
