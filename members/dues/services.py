"""What happens to dues: a month is recorded, undone, corrected; the amount of a year is approved.

Months are first days. `at` is when it happens, now by default. Nobody's standing is touched here.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone

from branches.organisation.policy import offices
from branches.organisation.terms import months_later
from members.dues import policy
from members.dues.models import Dues, DuesEntry, DuesRun
from members.dues.months import month_of
from members.models import Member
from xinyu_portal.errors import Conflict

What = DuesEntry.What
STALE = "这名党员的党费刚刚有变化，没有保存。请看一下现在的情况再改。"


@transaction.atomic
def record(members, *, actor, through, at=None):
    """The dues of all these members (ids) are paid through a month: all or none. Returns the DuesRun or None.

    None where everybody stood there already. Raises PermissionDenied, and ValidationError by `through`: the month
    lies before somebody joined, too far ahead, or before what is recorded, which only a correction may take back.
    """
    at = at or timezone.now()
    today = timezone.localdate(at)
    rows = _locked(members, actor, today)
    for dues in rows:
        _judge(dues.member, through, today)
    later = [dues.member.user.name for dues in rows if dues.paid_through and dues.paid_through > through]
    if later:
        raise ValidationError({"through": f"{'、'.join(later)}已经登记到更晚的月份。要往回改，请点名字更正。"})
    changed = [dues for dues in rows if dues.paid_through != through]
    if not changed:
        return None
    run = DuesRun.objects.create(through=through, by=actor, at=at)
    _move(changed, [through] * len(changed), what=What.RECORDED, actor=actor, at=at, run=run)
    return run


@transaction.atomic
def undo(run, *, actor, at=None):
    """Everybody of the run stands where they stood before; undoing again changes nothing. Returns the fresh run.

    Raises PermissionDenied, and Conflict after the Shanghai day of the run and where somebody's month was written
    since, were it the same: then nothing is undone.
    """
    at = at or timezone.now()
    run = DuesRun.objects.select_for_update().get(pk=run.pk)
    recorded = run.entries.filter(what=What.RECORDED)
    before = dict(recorded.values_list("dues", "paid_before"))
    members = Member.objects.filter(dues__in=before).select_for_update(of=("self",)).order_by("pk")
    if not policy.may_record(actor, list(members)):
        raise PermissionDenied
    if run.undone_at:
        return run
    if timezone.localdate(run.at) != timezone.localdate(at):
        raise Conflict("登记当天才能整批撤回，没有撤回。请点名字逐个更正。", run)
    rows = list(_with_members().filter(pk__in=before).select_for_update(of=("self",)).order_by("pk"))
    months = DuesEntry.objects.filter(dues=OuterRef("dues")).exclude(what=What.APPROVED).order_by("-pk")
    if recorded.exclude(pk=Subquery(months.values("pk")[:1])).exists():
        raise Conflict("后来有人改过其中的月份，没有撤回。请点名字逐个更正。", run)
    _move(rows, [before[dues.pk] for dues in rows], what=What.UNDONE, actor=actor, at=at, run=run)
    run.undone_at = at
    run.save(update_fields=["undone_at"])
    return run


@transaction.atomic
def correct(member, *, actor, through, reason, version, at=None):
    """Write another month, or none, for one member. Raises PermissionDenied, Conflict (stale) and ValidationError."""
    at = at or timezone.now()
    dues = _one(member, actor, version, timezone.localdate(at))
    if through:
        _judge(dues.member, through, timezone.localdate(at))
    if through == dues.paid_through:
        raise ValidationError({"through": "和登记的一样，没有要更正的。"})
    if not reason.strip():
        raise ValidationError({"reason": "请写清为什么更正。"})
    _move([dues], [through], what=What.CORRECTED, actor=actor, at=at, reason=reason.strip())
    return dues


@transaction.atomic
def approve(member, *, actor, amount, version, reason="", at=None):
    """The monthly amount (yuan) of this year: fixed once, changed only with a reason (domain.md §3.3).

    Raises PermissionDenied, Conflict (stale) and ValidationError.
    """
    at = at or timezone.now()
    year = timezone.localdate(at).year
    dues = _one(member, actor, version, timezone.localdate(at))
    if dues.approved_for_year == year and not reason.strip():
        raise ValidationError({"reason": f"{year} 年已经核定过，当年不变。确实要改，请写清原因。"})
    dues.amount, dues.approved_for_year, dues.version = amount, year, dues.version + 1
    dues.save(update_fields=["amount", "approved_for_year", "version"])
    DuesEntry.objects.create(
        dues=dues, what=What.APPROVED, by=actor, office=offices(actor), at=at, amount=amount, year=year,
        reason=reason.strip(),
    )
    return dues


def _one(member, actor, version, today):
    [dues] = _locked([member.pk], actor, today)
    if dues.version != version:
        raise Conflict(STALE, dues)
    return dues


def _locked(ids, actor, today):
    """Their rows, made where there are none. Raises PermissionDenied.

    The members are locked first, as by who moves them to another branch: whose they are is judged of what is so now.
    """
    members = list(Member.objects.in_branch(today).filter(pk__in=ids).select_for_update().order_by("pk"))
    if len(members) != len(set(ids)) or not policy.may_record(actor, members):
        raise PermissionDenied
    Dues.objects.bulk_create([Dues(member=member) for member in members], ignore_conflicts=True)
    return list(_with_members().filter(member__in=members).select_for_update(of=("self",)).order_by("pk"))


def _with_members():
    return Dues.objects.select_related("member__user")  # whose row it is never changes


def _judge(member, through, today):
    """A month from the one of joining to the last of next year: later is a slip of the keys."""
    if through < month_of(member.joined_on):
        raise ValidationError({"through": f"{member.user.name}是 {member.joined_on:%Y年%-m月}入党的，从那个月起交。"})
    if through > months_later(month_of(today).replace(month=12), 12):
        raise ValidationError({"through": f"最晚登记到 {today.year + 1}年12月。"})


def _move(rows, months, *, what, actor, at, run=None, reason=""):
    """Write the months and their lines. Who owes nothing now will be told anew when they fall behind again."""
    office, today = offices(actor), timezone.localdate(at)
    entries = [
        DuesEntry(
            dues=dues, run=run, what=what, by=actor, office=office, at=at, paid_before=dues.paid_through,
            paid_after=through, reason=reason,
        )
        for dues, through in zip(rows, months, strict=True)
    ]
    for dues, through in zip(rows, months, strict=True):
        dues.paid_through, dues.version = through, dues.version + 1
        dues.told = dues.told if dues.behind(today) else 0
    Dues.objects.bulk_update(rows, ["paid_through", "version", "told"])
    DuesEntry.objects.bulk_create(entries)
