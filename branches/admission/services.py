"""The verbs of a form: enter, decide, remove. `at` is when it happens, now by default."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.admission import policy
from branches.admission.models import ReportForm, in_force_on
from branches.organisation.models import Post, Role
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason

TWICE = "这家单位的这张表已经在等审批。"


@transaction.atomic
def enter(*, actor, at=None, **fields):
    """A department asks for a form; it burdens nobody until it is admitted. Returns the ReportForm.

    Raises PermissionDenied, and ValidationError for a field, or for what already waits.
    """
    if not policy.may(actor, "enter"):
        raise PermissionDenied
    form = ReportForm(**fields, entered_by=actor, entered_at=at or timezone.now())
    form.full_clean()
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError as error:  # somebody else entered the same in this moment
        raise ValidationError(TWICE) from error
    leaders = Post.objects.current().filter(committee__isnull=False, role__in=(Role.SECRETARY, Role.DEPUTY))
    send(
        set(leaders.values_list("user", flat=True)) - {actor.pk}, key=f"form-proposed:{form.pk}",
        title="有一张报表等您审批", text=f"{form.owner}：{form.title}", url=_address(form), at=form.entered_at,
    )
    return form


@transaction.atomic
def decide(form, *, actor, granted, reason, at=None):
    """Admit the form or refuse it. Returns it afresh. Raises PermissionDenied, Conflict and ValidationError."""
    form = ReportForm.objects.select_for_update().get(pk=form.pk)
    if not policy.may(actor, "decide", form):
        raise PermissionDenied
    if form.state != ReportForm.State.PROPOSED:
        raise Conflict("这张表已经审批过了。", form)
    form.decision = cleaned_reason(reason)
    form.state = ReportForm.State.APPROVED if granted else ReportForm.State.REFUSED
    form.decided_by, form.decided_at = actor, at or timezone.now()
    form.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    send(
        {form.entered_by_id} - {None},  # nobody, of what came with the portal
        key=f"form-decided:{form.pk}", title=f"报表{form.get_state_display()}：{form.title}", text=form.decision,
        url=_address(form), at=form.decided_at,
    )
    return form


@transaction.atomic
def remove(form, *, actor, reason, at=None):
    """An admitted form burdens nobody any more. Returns it afresh. Raises as `decide` does."""
    form = ReportForm.objects.select_for_update().get(pk=form.pk)
    if not policy.may(actor, "remove", form):
        raise PermissionDenied
    if not form.is_standing:
        raise Conflict("这张表现在不在用，不用取消。", form)
    form.removal = cleaned_reason(reason)
    form.state, form.removed_by, form.removed_at = ReportForm.State.REMOVED, actor, at or timezone.now()
    form.save(update_fields=["state", "removal", "removed_by", "removed_at"])
    return form


def admitted_codes(ends):
    """Of `{code: when the period of that form of the portal's own ended}`, the codes whose reports may be opened.

    Admitted for that day, and decided by then: what a branch did not know while it lasted is not asked of it.
    """
    admitted = Q()
    for code, at in ends.items():
        admitted |= Q(in_force_on(timezone.localdate(at)), Q(decided_at=None) | Q(decided_at__lte=at), code=code)
    return set(ReportForm.objects.filter(admitted).order_by().values_list("code", flat=True))


def _address(form):
    return reverse("admission:detail", args=[form.pk])
