"""What happens to the 21 measures: corrected, told of, and given records as evidence. `at` is now by default."""

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import AuditEvent
from branches.facts.models import Fact
from branches.measures import kinds, policy
from branches.measures.models import Evidence, Measure, MeasureUnit, Progress
from branches.measures.quarters import quarter_of
from branches.organisation.policy import offices
from branches.organisation.terms import months_later
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_text

PROGRESS_LIMIT = 300
YEARS_MOST = 10  # so far ahead may a measure be due
NOTICE = "measures"  # the Fact that says of when the 21 are
FIELDS = ("heading", "text", "deadline", "state")
STALE = "这一条刚刚有人改过，您的还没有写入。请看一下现在的再写。"


@transaction.atomic
def correct(measure, *, actor, version, lead=None, units=(), at=None, **fields):
    """Write `fields` of FIELDS, the unit that leads and those that answer: rows of what SEATS of its models names.

    Raises PermissionDenied, Conflict (stale version) and ValidationError. Returns the fresh Measure.
    """
    measure, at = _taken(measure, actor, version), at or timezone.now()
    for name in FIELDS:
        if name in fields:
            value = fields[name]
            setattr(measure, name, value.strip() if isinstance(value, str) else value)
    measure.full_clean()
    if fields.get("deadline"):
        _judge_deadline(fields["deadline"], timezone.localdate(at))
    measure.units.all().delete()
    if lead:
        _unit(measure, lead, leads=True)
    for unit in units:
        if unit != lead:
            _unit(measure, unit, leads=False)
    return _written(measure, actor, at, fields=sorted(fields))


@transaction.atomic
def tell(measure, *, actor, version, text, at=None):
    """The progress of the quarter of `at`; written again in the same quarter, it takes the place of the first.

    Raises PermissionDenied, Conflict (stale version) and ValidationError (text). Returns the Progress.
    """
    measure, at = _taken(measure, actor, version), at or timezone.now()
    text = cleaned_text(text, f"请写 1 到 {PROGRESS_LIMIT} 字。", limit=PROGRESS_LIMIT)
    quarter = quarter_of(timezone.localdate(at))
    progress, _ = Progress.objects.update_or_create(
        measure=measure, quarter=quarter, defaults={"text": text, "by": actor, "at": at}
    )
    _written(measure, actor, at, progress=str(quarter))
    return progress


@transaction.atomic
def link(measure, *, actor, kind, record_id, at=None):
    """A record that `actor` may see stands behind the measure; linked before, it stays as it was.

    Raises PermissionDenied, and ValidationError for a record that is not there. Returns the Evidence.
    """
    measure, at = _taken(measure, actor), at or timezone.now()
    row = kind.rows(actor).filter(pk=record_id).first()
    if row is None:
        raise ValidationError({"record": "没有这条记录，请重新选。"})
    found, created = Evidence.objects.get_or_create(
        measure=measure, content_type=ContentType.objects.get_for_model(kind.model), record_id=row.pk,
        defaults={"by": actor, "at": at},
    )
    if created:
        _audit(measure, actor, at, linked=[kind.code, row.pk])
    return found


@transaction.atomic
def unlink(evidence, *, actor, at=None):
    """Raises PermissionDenied. The record itself stays."""
    measure = _taken(evidence.measure, actor)
    kind = next((one for one in kinds.all_kinds() if one.linked.filter(pk=evidence.pk).exists()), None)
    _audit(measure, actor, at or timezone.now(), unlinked=[kind.code if kind else "", evidence.record_id])
    evidence.delete()


def _taken(measure, actor, version=None):
    """The row, locked. Raises PermissionDenied, Conflict."""
    if not policy.may_write(actor):
        raise PermissionDenied
    measure = Measure.objects.select_for_update().get(pk=measure.pk)
    if version is not None and version != measure.version:
        raise Conflict(STALE, measure)
    return measure


def _unit(measure, unit, *, leads):
    MeasureUnit.objects.create(measure=measure, leads=leads, **{unit._meta.model_name: unit})


def _judge_deadline(day, today):
    """Not before the month of the notice that set the measures, which a Fact knows, and not beyond YEARS_MOST."""
    notice = Fact.objects.filter(code=NOTICE).first()
    if notice and day < notice.first_day:
        said = f"21 条的通知是{notice.period}发的，完成时限不会更早"
        raise ValidationError({"deadline": f"{said}，请填 {_said(notice.first_day)}或以后的一天。"})
    if day > (latest := months_later(today, 12 * YEARS_MOST)):
        raise ValidationError({"deadline": f"完成时限最晚填 {_said(latest)}，也就是 {YEARS_MOST} 年以内。"})


def _said(day):
    return f"{day:%Y年%-m月%-d日}"


def _written(measure, actor, at, **facts):
    measure.version += 1
    measure.changed_at, measure.changed_by = at, actor
    measure.save()
    _audit(measure, actor, at, **facts)
    return measure


def _audit(measure, actor, at, **facts):
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type="branches.measure",
        subject_id=str(measure.pk), facts=facts, at=at,
    )
