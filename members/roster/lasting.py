"""Who is on a roster for a time: 入党积极分子, floating members, and members in the life of another branch.

Days are Shanghai days, the last one included; `fields` are of PERSON and PROFILE, as the rows call them. All raise
PermissionDenied and ValidationError; errors.Conflict where the row has gone on meanwhile.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from members.models import Activist, Floating, Member, Participation
from members.roster import policy
from members.roster.people import person_of
from members.roster.services import (
    LISTED,
    STALE,
    correct_person,
    keep,
    refuse_odd_day,
    refuse_twice,
    taken,
    taken_branch,
    write_person,
)
from xinyu_portal.errors import Conflict

ACTIVIST = ("applied_on", "since", "until")
FLOATING = ("home", "place", "reason", "contact", "wishes_transfer", "since", "until")
NAMESAKE = "本支部的党员名册上有同名的人。真是另一个人的，请填手机或身份证号。"
ENDED = "这一条已经结束了。"
NAMED = "这个人已经是入党积极分子了。"
FLOATS = "这个人已经登记为流动党员了，请先结束上一次。"


@transaction.atomic
def name_activist(*, actor, branch, name, since, applied_on=None, phone=None, id_number=None, at=None, **fields):
    """Register whom the branch has named 入党积极分子. Returns the Activist, a new one where there was one before."""
    today, branch = timezone.localdate(at), taken_branch(branch, actor)
    activist = Activist(branch=branch, since=since, applied_on=applied_on)
    _judge_activist(activist, today)
    refuse_twice(Activist.objects.filter(until=None, since=since), branch, name, phone, id_number)
    _refuse_namesake(branch, name, phone or id_number, today)
    activist.user = person_of(name, phone=phone, id_number=id_number)
    _refuse_second(activist, today)
    activist.save()
    write_person(activist.user, fields, today)
    keep(actor, activist, ["added"])
    return activist


@transaction.atomic
def correct_activist(activist, *, actor, version=None, name=None, phone=None, id_number=None, at=None, **fields):
    """Write what is given, fields of ACTIVIST, PERSON and PROFILE; no `until` takes an end back. Returns the fresh row.

    A phone only where none is registered, a name by the committee alone. `version`: the one that was read.
    """
    today, activist = timezone.localdate(at), _taken(Activist, activist, actor, version)
    activist.user, changed = correct_person(activist.user_id, actor, name=name, phone=phone, id_number=id_number)
    own = {field: fields.pop(field) for field in ACTIVIST if field in fields}
    changed += _set(activist, own)
    _judge_activist(activist, today)
    if activist.until is None:
        _refuse_second(activist, today)
    changed += write_person(activist.user, fields, today)
    return _corrected(activist, actor, changed)


@transaction.atomic
def end_activist(activist, *, actor, until):
    """The last day of cultivation; why is for the branch's own minutes. Returns the fresh Activist."""
    activist = _taken(Activist, activist, actor)
    activist.version += 1
    return _end(activist, actor, until)


@transaction.atomic
def participate(member, *, actor, branch, since):
    """A member takes part in the life of another branch; the formal relation stays. Returns the Participation."""
    member = taken(member, actor)
    if branch.pk == member.branch_id:
        raise ValidationError({"branch": "组织关系就在这个支部，不用另外登记。"})
    refuse_odd_day(since, timezone.localdate(), "since")
    if member.participations.filter(branch=branch, until=None).exists():
        raise ValidationError({"branch": "已经在参加这个支部的活动了。"})
    row = Participation.objects.create(member=member, branch=branch, since=since)
    keep(actor, member, ["participation"])
    return row


@transaction.atomic
def end_participation(row, *, actor, until):
    """By either branch: the own one, or the one whose life it was. Returns the fresh Participation."""
    row = Participation.objects.select_for_update().get(pk=row.pk)
    if not any(policy.handles(actor, pk) for pk in (row.branch_id, row.member.branch_id)):
        raise PermissionDenied
    return _end(row, actor, until)


@transaction.atomic
def float_out(member, *, actor, place, reason, since, contact="", wishes_transfer=None):
    """A member of the branch lives and works elsewhere. Returns the Floating."""
    member = taken(member, actor)
    _refuse_before_joining(member, since)
    return _float(
        actor, user=member.user, branch=member.branch, direction=Floating.Direction.OUT, home=member.branch.name,
        place=place, reason=reason, since=since, contact=contact, wishes_transfer=wishes_transfer,
    )


@transaction.atomic
def float_in(*, actor, branch, name, home, phone=None, **words):
    """Somebody whose relation is with an organisation outside lives here. Returns the Floating."""
    branch = taken_branch(branch, actor)
    refuse_twice(Floating.objects.filter(until=None, since=words["since"]), branch, name, phone)
    _refuse_namesake(branch, name, phone, timezone.localdate())
    person = person_of(name, phone=phone)
    return _float(actor, user=person, branch=branch, direction=Floating.Direction.IN, home=home, **words)


@transaction.atomic
def correct_floating(row, *, actor, version=None, name=None, phone=None, at=None, **words):
    """Write what is given, fields of FLOATING; no `until` takes an end back. Returns the fresh row.

    `home` is the branch itself for whoever floats out, and stays; name, phone and `version` as of an activist.
    """
    today, row = timezone.localdate(at), _taken(Floating, row, actor, version)
    row.user, changed = correct_person(row.user_id, actor, name=name, phone=phone)
    if row.direction == Floating.Direction.OUT:
        words.pop("home", None)
        _refuse_before_joining(Member.objects.get(user=row.user_id), words.get("since", row.since))
    changed += _set(row, words)
    _judge_span(row, today)
    if row.until is None:
        _refuse_second_float(row, today)
    row.full_clean(exclude=["user", "branch"], validate_unique=False, validate_constraints=False)
    return _corrected(row, actor, changed)


@transaction.atomic
def end_floating(row, *, actor, until):
    row = _taken(Floating, row, actor)
    row.version += 1
    return _end(row, actor, until)


def _refuse_namesake(branch, name, number, today):
    """Who bears the name of a member of the branch is somebody else only where a number says so."""
    if not number and Member.objects.in_branch(today).filter(branch=branch, user__name=name.strip()).exists():
        raise ValidationError({"name": NAMESAKE})


def _judge_activist(activist, today):
    _judge_span(activist, today)
    if activist.applied_on and activist.applied_on > activist.since:
        raise ValidationError({"applied_on": "申请在前，确定在后：请核对两个日期。"})


def _refuse_second(activist, today):
    """Of one person one cultivation goes on at a time, and none of a member."""
    if Member.objects.in_branch(today).filter(user=activist.user).exists():
        raise ValidationError({"name": LISTED})
    if activist.user.activists.filter(until=None).exclude(pk=activist.pk).exists():
        raise ValidationError({"name": NAMED})


def _refuse_before_joining(member, since):
    if since < member.joined_on:
        raise ValidationError({"since": f"{member.joined_on:%Y年%-m月%-d日}入党，流出不能早于这一天。"})


def _refuse_second_float(row, today):
    """Who floats out is a member of the branch, who floats in is none."""
    members = Member.objects.in_branch(today).filter(user=row.user)
    if row.direction == Floating.Direction.IN and members.exists():
        raise ValidationError({"name": LISTED})
    if row.direction == Floating.Direction.OUT and not members.filter(branch=row.branch).exists():
        raise ValidationError({"until": "这名党员的组织关系已经不在登记的支部，流出不能再接着算。"})
    if Floating.objects.filter(user=row.user, until=None).exclude(pk=row.pk).exists():
        raise ValidationError({"since": FLOATS})


def _float(actor, **columns):
    today, row = timezone.localdate(), Floating(**columns)
    _judge_span(row, today)
    _refuse_second_float(row, today)
    row.full_clean(exclude=["user", "branch"], validate_unique=False, validate_constraints=False)
    row.save()
    keep(actor, row, ["added"])
    return row


def _judge_span(row, today):
    """Neither day lies ahead, and the last is not before the first."""
    refuse_odd_day(row.since, today, "since")
    if row.until is None:
        return
    refuse_odd_day(row.until, today, "until")
    if row.until < row.since:
        raise ValidationError({"until": f"从 {row.since:%Y年%-m月%-d日}开始，结束不能早于这一天。"})


def _taken(model, row, actor, version=None):
    """The fresh row, locked. Raises Conflict where it has gone on since `version`."""
    row = model.objects.select_for_update().get(pk=row.pk)
    if not policy.handles(actor, row.branch_id):
        raise PermissionDenied
    if version is not None and version != row.version:
        raise Conflict(STALE, row)
    return row


def _set(row, fields):
    """Set them and return the names of what changed."""
    changed = [name for name, value in fields.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, fields[name])
    return changed


def _corrected(row, actor, changed):
    if changed:
        row.version += 1
        row.save()
        keep(actor, row, changed)
    return row


def _end(row, actor, until):
    """The last day of a locked row that lasts; once."""
    if row.until is not None:
        raise Conflict(ENDED, row)
    row.until = until
    _judge_span(row, timezone.localdate())
    row.save()
    keep(actor, row, ["ended"])
    return row
