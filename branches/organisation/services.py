"""What happens to enterprises 一企一表: they are registered and corrected. Shapes of fields are the model's."""

import re

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation import policy, survey
from branches.organisation.credit_codes import clean
from branches.organisation.models import Branch, Department, Enterprise
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

EXPORT_LIMIT = 5000
DEPARTMENT_LIMIT = Department._meta.get_field("name").max_length
REASON_LIMIT = 100
PHONE = re.compile(r"[0-9０-９]{5}")

FIELDS = (
    "name", "kind", "credit_code", "division_id", "address", "head", "staff_band", "party_form", "should_build",
    "branch_id",
)


@transaction.atomic
def add(*, actor, name, **fields):
    """Register an enterprise or park; `fields` are of FIELDS. Raises PermissionDenied and ValidationError."""
    if not policy.may(actor, "add"):
        raise PermissionDenied
    enterprise = Enterprise()
    return _written(enterprise, actor, {"name": name, **fields})


@transaction.atomic
def correct(enterprise, *, actor, **fields):
    """Write what is given of FIELDS. Raises PermissionDenied and ValidationError."""
    enterprise = Enterprise.objects.select_for_update().get(pk=enterprise.pk)
    if not policy.may(actor, "correct", enterprise):
        raise PermissionDenied
    return _written(enterprise, actor, fields)


@transaction.atomic
def set_reply_check(unit, *, actor, on):
    """Whether answers of a Branch or a Committee wait for a second pair of eyes. Raises PermissionDenied."""
    if not policy.hats(actor).handles_for_committee:
        raise PermissionDenied
    unit = type(unit).objects.select_for_update().get(pk=unit.pk)
    if unit.checks_replies == on:
        return unit
    unit.checks_replies = on
    unit.save(update_fields=["checks_replies"])
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=policy.offices(actor), subject_type=unit._meta.label_lower,
        subject_id=str(unit.pk), facts={"checks_replies": on},
    )
    return unit


@transaction.atomic
def set_election(branch, *, actor, elected_on):
    """When the present branch committee was elected. Returns the fresh Branch.

    Raises PermissionDenied and ValidationError (a day before the branch stood, or one that is still to come).
    """
    if not policy.hats(actor).handles_for_committee:
        raise PermissionDenied
    branch = Branch.objects.select_for_update().get(pk=branch.pk)
    if elected_on < branch.established_on:
        raise ValidationError({"elected_on": f"支部 {branch.established_on:%Y年%-m月%-d日}才成立。"})
    if elected_on > timezone.localdate():
        raise ValidationError({"elected_on": "这一天还没有到，选举以后再填。"})
    if branch.elected_on != elected_on:
        facts = {"elected_on": str(elected_on), "before": branch.elected_on and str(branch.elected_on)}
        branch.elected_on = elected_on
        branch.save(update_fields=["elected_on"])
        AuditEvent.objects.create(
            kind=AuditEvent.Kind.SETTING, actor=actor, office=policy.offices(actor),
            subject_type=branch._meta.label_lower, subject_id=str(branch.pk), facts=facts,
        )
    return branch


@transaction.atomic
def name_departments(*, actor, names):
    """Enter the departments' names as they were published, `{number: name}`; '' is 未公布 again.

    Raises PermissionDenied and ValidationError by `department-N`.
    """
    if not policy.hats(actor).handles_for_committee:
        raise PermissionDenied
    rows = list(Department.objects.select_for_update())
    called = {
        row: cleaned_text(
            names.get(row.number, row.name), optional=True, field=f"department-{row.number}", limit=DEPARTMENT_LIMIT
        )
        for row in rows
    }
    for row, name in called.items():
        if name and list(called.values()).count(name) > 1:
            raise ValidationError({f"department-{row.number}": "有两个部门叫这个名字，请再看一下。"})
    changed = [row for row, name in called.items() if row.name != name]
    for row in changed:
        row.name = called[row]
    if changed:
        Department.objects.bulk_update(changed, ["name"])
        AuditEvent.objects.create(
            kind=AuditEvent.Kind.SETTING, actor=actor, office=policy.offices(actor),
            subject_type="branches.department", facts={"changed": [row.number for row in changed]},
        )
    return rows


@transaction.atomic
def export(rows, *, actor, reason, narrowed, at=None):
    """Return these enterprises as .xlsx, and keep who took how many, how narrowed (`{name: value}`) and what for.

    Raises PermissionDenied, Conflict (more than EXPORT_LIMIT) and ValidationError (reason).
    """
    if not policy.may(actor, "export"):
        raise PermissionDenied
    reason, at = reason.strip(), at or timezone.now()
    if not 2 <= len(reason) <= REASON_LIMIT:
        raise ValidationError({"reason": f"请写清用途，2 到 {REASON_LIMIT} 字。"})
    rows = list(rows.for_list().order_by("name")[:EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise Conflict(f"一次最多导出 {EXPORT_LIMIT} 家，请再缩小一些。")
    office = policy.offices(actor)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.EXPORT, actor=actor, office=office, subject_type="branches.enterprise", reason=reason,
        facts={"count": len(rows), "filter": narrowed}, at=at,
    )
    return survey.write(rows, actor=actor, office=office, reason=reason, at=at)


def _written(enterprise, actor, fields):
    before = {name: getattr(enterprise, name) for name in fields}
    for name, value in _cleaned(fields).items():
        setattr(enterprise, name, value)
    if not policy.may(actor, "correct", enterprise):  # nobody gives an enterprise to a branch that is not theirs
        raise ValidationError({"branch": "只能登记到您任职的支部。"})
    _judge_code(enterprise, actor)
    if Enterprise.objects.exclude(pk=enterprise.pk).filter(name=enterprise.name).exists():
        raise ValidationError({"name": "已经登记过叫这个名称的企业。"})
    if PHONE.search(enterprise.head):
        raise ValidationError({"head": "负责人只填姓名，不填电话。"})
    is_new = enterprise.pk is None
    enterprise.full_clean()
    enterprise.save()
    changed = sorted(name for name, value in before.items() if value != getattr(enterprise, name))
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=policy.offices(actor), subject_type="branches.enterprise",
        subject_id=str(enterprise.pk), facts={"fields": changed} | ({"what": "added"} if is_new else {}),
    )
    return enterprise


def _judge_code(enterprise, actor):
    """Whose code it is already is said only to those who see that enterprise."""
    others = Enterprise.objects.exclude(pk=enterprise.pk).filter(credit_code=enterprise.credit_code)
    if not enterprise.credit_code or not others.exists():
        return
    name = others.visible_to(actor).values_list("name", flat=True).first()
    said = f"这个信用代码已经登记给《{name}》了。" if name else "这个信用代码已经登记过了。"
    raise ValidationError({"credit_code": said})


def _cleaned(fields):
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "没有这一项。"))
    if "credit_code" in fields:
        try:
            fields["credit_code"] = clean(fields["credit_code"])
        except ValidationError as error:
            raise ValidationError({"credit_code": error.messages}) from None
    return {name: value.strip() if isinstance(value, str) else value for name, value in fields.items()}
