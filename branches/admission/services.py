"""The verbs of a form: enter, correct, decide, renew, remove. `at` is when it happens, now by default."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.admission import policy
from branches.admission.models import OPEN, YEARS_MOST, ReportForm, in_force_on, latest_start
from branches.organisation.models import Post, Role
from branches.organisation.policy import offices
from branches.organisation.terms import months_later
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason, save_unless_there

TWICE = "这家单位的这张表已经在等审批。"
STALE = "这张表刚刚有人改过，请看一下现在的再办。"
NOT_RENEWED = f"准入过、{YEARS_MOST} 年内到期的表才能续期。"


@transaction.atomic
def enter(*, actor, at=None, **fields):
    """A department asks for a form; it burdens nobody until it is admitted. Returns the ReportForm.

    Raises PermissionDenied, and ValidationError for a field, or for what already waits.
    """
    if not policy.may(actor, "enter"):
        raise PermissionDenied
    return _proposed(ReportForm(**fields), actor, at)


@transaction.atomic
def renew(form, *, actor, at=None, **fields):
    """Ask for the time after the last day of an admitted form, as a new one that is decided anew. Returns that one.

    Raises PermissionDenied, Conflict (no last day or a far one, or renewed before) and ValidationError.
    """
    form = ReportForm.objects.select_for_update().get(pk=form.pk)
    if not policy.may(actor, "renew", form):
        raise PermissionDenied
    if not form.may_be_renewed:
        raise Conflict(NOT_RENEWED, form)
    if form.renewals.filter(state__in=OPEN).exists():
        raise Conflict("这张表已经续过了。", form)
    if fields["since"] <= form.expires_on:
        raise ValidationError({"since": f"原来的到 {_said(form.expires_on)}止，请从它以后的一天起。"})
    return _proposed(ReportForm(**fields, renews=form), actor, at)


@transaction.atomic
def correct(form, *, actor, version=None, at=None, **fields):
    """Put right what a form says while it waits; whoever does so does not decide it. Returns it afresh.

    Raises PermissionDenied, Conflict (decided, stale version) and ValidationError.
    """
    form = _taken(form, actor, "correct", version)
    if form.state != ReportForm.State.PROPOSED:
        raise Conflict("这张表已经审批过了，不能再改；要改的请取消或续期。", form)
    changed = sorted(name for name, value in fields.items() if value != getattr(form, name))
    if not changed:
        return form
    for name in changed:
        setattr(form, name, fields[name])
    form.corrected_by, form.corrected_at, form.version = actor, at or timezone.now(), form.version + 1
    _saved(form)
    form.correctors.add(actor)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type="branches.reportform",
        subject_id=str(form.pk), facts={"fields": changed}, at=form.corrected_at,
    )
    _tell_leaders(form, actor, f"form-corrected:{form.pk}:{form.version}", "等您审批的报表改过了", form.corrected_at)
    return form


@transaction.atomic
def decide(form, *, actor, granted, reason, version=None, at=None):
    """Admit the form or refuse it. Returns it afresh.

    Raises PermissionDenied, Conflict (decided, corrected since it was read) and ValidationError.
    """
    form = _taken(form, actor, "decide", version)
    if form.state != ReportForm.State.PROPOSED:
        raise Conflict("这张表已经审批过了。", form)
    if granted:
        _judge(form)
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
    form = _taken(form, actor, "remove")
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


def _taken(form, actor, verb, version=None):
    """The row, locked. Raises PermissionDenied, Conflict."""
    form = ReportForm.objects.select_for_update().get(pk=form.pk)
    if not policy.may(actor, verb, form):
        raise PermissionDenied
    if version is not None and version != form.version:
        raise Conflict(STALE, form)
    return form


def _proposed(form, actor, at):
    form.entered_by, form.entered_at = actor, at or timezone.now()
    _saved(form)
    _tell_leaders(form, actor, f"form-proposed:{form.pk}", "有一张报表等您审批", form.entered_at)
    return form


def _saved(form):
    _judge(form)
    form.full_clean()
    save_unless_there(form, TWICE)


def _judge(form):
    """Raises ValidationError for days that are far off, and for what its code does not allow."""
    if form.since > (latest := latest_start()):
        raise ValidationError({"since": f"最晚可以从 {_said(latest)}起。"})
    if form.expires_on and form.expires_on > (last := months_later(form.since, 12 * YEARS_MOST)):
        raise ValidationError({"expires_on": f"一次最多准入 {YEARS_MOST} 年，最晚填 {_said(last)}，到期再续。"})
    if form.code:
        _judge_code(form)


def _judge_code(form):
    """Its reports open by the code: as often as that says, and on behalf of one form at a time."""
    if form.period != form.code:
        often = ReportForm.Period(form.code).label
        raise ValidationError({"period": f"在本系统里填{form.get_code_display()}的，请选“{often}”。"})
    same = ReportForm.objects.filter(code=form.code)
    same.select_for_update().order_by("pk").first()  # two of one code are not entered at once
    others = same.filter(Q(expires_on=None) | Q(expires_on__gte=form.since), state__in=OPEN).exclude(pk=form.pk)
    if form.expires_on:
        others = others.filter(since__lte=form.expires_on)
    if other := others.order_by("since").first():
        until = f"{_said(other.expires_on)}止" if other.expires_on else "没有到期日"
        said = f"“{other.title}”{_said(other.since)}起，{until}，{other.get_state_display()}。"
        raise ValidationError({"since": f"同一张表的期限不能重叠：{said}"})


def _said(day):
    return f"{day:%Y年%-m月%-d日}"


def _tell_leaders(form, actor, key, title, at):
    leaders = Post.objects.current().filter(committee__isnull=False, role__in=(Role.SECRETARY, Role.DEPUTY))
    send(
        set(leaders.values_list("user", flat=True)) - {actor.pk}, key=key, title=title,
        text=f"{form.owner}：{form.title}", url=_address(form), at=at,
    )
