"""What the auditor's records say in words: what was done, to what, and of an export how much of it left.

Values by which somebody narrowed a list may be names; of those it says only that there were some (design §7).
"""

from django.apps import apps

from accounts.models import AuditEvent
from branches.organisation.models import Branch
from members.sheets.models import Sheet

SHEET = "members.sheet"
# What is no row of a table, or is called otherwise than its table.
KINDS = {
    "accounts.user": "人员", "anchors.anchor": "主播", "anchors.import": "导入", "branches.enterprise": "企业",
    "anchors.newcomer": "扫码登记", "branches.dutyshift": "值班", "branches.calendaryear": "工作日历", "census": "导入",
    SHEET: "名册表格", "word_template": "报表汇总的 Word 模板", "accounts.id_number": "身份证号",
}
# What one word among the facts of a CHANGE stands for, where it names the deed and no column.
DEEDS = {
    "added": "登记", "ended": "结束", "participation": "登记参加组织生活", "started": "开介绍信", "done": "办结转接",
    "cancelled": "取消转接", "founded": "成立", "arranged": "编组", "dissolved": "撤销", "recorded": "写记录",
    "returned": "退回记录", "linked": "关联佐证", "unlinked": "取消关联", "progress": "写进展",
}


def deed(row):
    """“登记” where the facts name what was done, else the kind of the record: “更正”."""
    if row.kind != AuditEvent.Kind.CHANGE:
        return row.get_kind_display()
    fields = row.facts.get("fields", ())
    said = (*(fields if len(fields) == 1 else ()), row.facts.get("what"), *row.facts)
    return next((DEEDS[word] for word in said if word in DEEDS), row.get_kind_display())


def about(row):
    """What a record is about, where it is no appeal: “组织生活 27”, a kind with its number and never a name."""
    kind = KINDS.get(row.subject_type) or _table(row.subject_type)
    if row.subject_type == SHEET and row.subject_id:
        return f"{kind}：{dict(Sheet.choices).get(row.subject_id, row.subject_id)}"
    return f"{kind} {row.subject_id}" if row.subject_id.isdigit() else kind


def extents(rows):
    """`{id: "万商红，3 条"}` of those that are exports, in one statement."""
    exports = [row for row in rows if row.kind == AuditEvent.Kind.EXPORT]
    ids = {pk for row in exports for pk in row.facts.get("branches") or ()}
    names = dict(Branch.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "short_name"))
    return {row.pk: _extent(row.facts, names) for row in exports}


def _extent(facts, names):
    parts = []
    if "branches" in facts:
        own = facts["branches"]
        parts.append("全部支部" if own is None else "、".join(names[pk] for pk in own if pk in names))
    if "filter" in facts:
        parts.append("按条件筛过" if facts["filter"] else "没有筛选")
    if "count" in facts:
        parts.append(f"{facts['count']} 条")
    return "，".join(part for part in parts if part)


def _table(label):
    try:
        return apps.get_model(label)._meta.verbose_name
    except (LookupError, ValueError):  # one that was given up
        return label
