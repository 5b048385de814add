"""Who is responsible for what, from when; and what that suggests to whoever lends out an appeal."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import AuditEvent
from appeals.duties import policy
from appeals.duties.models import Duty
from branches.organisation.models import Partner
from branches.organisation.policy import offices
from branches.organisation.terms import months_later
from xinyu_portal.typed import cleaned_text

LIST, HINT = "权责清单", "类别表的提示，待确认"
BASIS_LIMIT = 100
MONTHS_AHEAD = 12


@transaction.atomic
def give(category, *, actor, partner, basis, since, assisting=(), at=None):
    """From a Shanghai day on this Partner, or with None the committee itself, is responsible for the category.

    What was in force ends the day before. Of the same day, or later and not begun yet, it takes the place; the words
    of those stay in the AuditEvent alone. Raises PermissionDenied and ValidationError. Returns the Duty.
    """
    if not policy.may_write(actor):
        raise PermissionDenied
    type(category).objects.select_for_update().get(pk=category.pk)  # two duties do not begin at once
    basis = cleaned_text(basis, "请写依据，至少 2 个字。", field="basis", least=2, limit=BASIS_LIMIT)
    if partner in assisting:
        raise ValidationError({"assisting": "责任单位不用再选作协办。"})
    at = at or timezone.now()
    _judge_day(category, since, timezone.localdate(at))
    replaced = list(category.duties.filter(since__gte=since).with_units())
    category.duties.filter(since__gt=since).delete()
    if before := category.duties.filter(since__lt=since).first():
        before.until = since - timedelta(days=1)
        before.save(update_fields=["until"])
    said = {"partner": partner, "basis": basis, "until": None, "changed_by": actor, "changed_at": at}
    duty, _ = Duty.objects.update_or_create(category=category, since=since, defaults=said)
    duty.assisting.set(assisting)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=Duty._meta.label_lower,
        subject_id=category.pk, facts=_words(duty) | {"replaced": [_words(one) for one in replaced]}, at=at,
    )
    return duty


def _judge_day(category, since, today):
    """Not far ahead, and not before what has begun. Raises ValidationError."""
    if since > (latest := months_later(today, MONTHS_AHEAD)):
        raise ValidationError({"since": f"最晚可以从 {latest:%Y年%-m月%-d日}起，再以后的到时候再定。"})
    begun = category.duties.filter(since__gt=since, since__lte=today).first()
    if begun:
        raise ValidationError({"since": f"现在这一条 {begun.since:%Y年%-m月%-d日}起，新的不能更早。"})


def _words(duty):
    """What the list says of it, for the records."""
    return {
        "since": str(duty.since), "unit": duty.unit, "assisting": [unit.name for unit in duty.assisting.all()],
        "basis": duty.basis,
    }


def suggestion(category):
    """`(Partner or None, where that stands)` for an appeal of the category: the list of duties before the hints of
    the code list, a category before the class above it; `(None, "")` where neither names a unit that is there.
    """
    codes = [code for code in (category.pk, category.parent_id) if code]
    duties = Duty.objects.current().filter(category__in=codes).select_related("partner")
    by_code = {duty.category_id: duty for duty in duties}
    duty = next((by_code[code] for code in codes if code in by_code), None)
    if duty:
        return duty.partner, LIST
    hints = [one.partner_hint for one in (category, category.parent) if one and one.partner_hint]
    if not hints:
        return None, ""
    units = list(Partner.objects.filter(Q(name__in=hints) | Q(kind__in=hints)).order_by("pk"))
    for hint in hints:
        named = [unit for unit in units if unit.name == hint] or [unit for unit in units if unit.kind == hint]
        if named:
            return named[0], HINT
    return None, ""
