"""Offices begin and end with a day; every right in the portal follows them (design §7)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation.founding import OLDEST
from branches.organisation.models import Branch, Post, Role
from branches.organisation.policy import offices
from branches.posts import policy
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.typed import cleaned_reason

OWN = "不能给自己任职或免职，请另一位经办。"
TAKEN = "这个时间已经有书记了，请先登记现任的任职止。"
OVER = "这个任职不是今天登记的，也已经过了第一天，不能撤回，请登记任职止。"
TWICE = "这个人这个时间已经是这个职务了。"
AHEAD, LONGEST = 366, 10  # days, years: what lies beyond is a slip of the keys


@transaction.atomic
def appoint(unit, *, actor, person, role, since, until=None):
    """Give `person` an office of this Branch or Committee from a Shanghai day on. Returns the Post.

    Raises PermissionDenied and ValidationError (an office that the unit has not, a second secretary at the same time).
    """
    # The unit is locked, so that two secretaries are not appointed at once.
    unit = type(unit).objects.select_for_update().get(pk=unit.pk)
    if not policy.may_write(actor, unit):
        raise PermissionDenied
    _refuse_own(actor, person)
    if role not in policy.ROLES[policy.seat(unit)]:
        raise ValidationError({"role": "这里没有这个职务。"})
    if isinstance(unit, Branch) and since < unit.established_on:
        raise ValidationError({"since": f"支部 {unit.established_on:%Y年%-m月%-d日}才成立。"})
    post = Post(user=person, role=role, since=since, until=until, **{policy.seat(unit): unit})
    if since.year < OLDEST or (since - timezone.localdate()).days > AHEAD:
        raise ValidationError({"since": f"任职日期要在 {OLDEST} 年以后，最多提前一年登记。"})
    if until:
        _judge_until(post, until)
    _refuse_double(post, unit)
    post.save()
    _keep(post, actor, "appointed")
    send(
        [person], key=f"post:{post.pk}", title=f"您任{post.full_title}"[:80],
        text=f"从 {since:%Y年%-m月%-d日}起，能看能办的跟着变。", url=reverse("me"),
    )
    return post


@transaction.atomic
def end(post, *, actor, until):
    """The last Shanghai day of an office; the rights end with it. Said again it changes nothing. Returns the Post.

    Raises PermissionDenied, Conflict (over already) and ValidationError (before it began).
    """
    post, unit = _taken(post, actor)
    if post.until == until:
        return post
    if post.until and post.until < timezone.localdate():
        raise Conflict(f"这个任职 {post.until:%Y年%-m月%-d日}已经结束，不能再改。", post)
    _judge_until(post, until)
    post.until = until
    _refuse_double(post, unit)
    post.save(update_fields=["until"])
    _keep(post, actor, "ended")
    return post


@transaction.atomic
def withdraw(post, *, actor, reason):
    """Take an office back that was given by mistake, as if it had never been: as long as `may_withdraw` says.

    The rights end at once; who it was, and why, stays in the records. Returns its Branch or Committee. Raises
    PermissionDenied, Conflict (too late: then it is ended) and ValidationError.
    """
    post, unit = _taken(post, actor)
    if not may_withdraw(post):
        raise Conflict(OVER, post)
    reason = cleaned_reason(reason, "请写清为什么撤回，2 到 200 字。")
    _keep(post, actor, "withdrawn", reason)
    send(
        [post.user], key=f"post-withdrawn:{post.pk}", title=f"撤回了您任{post.full_title}的登记"[:80],
        text=reason, url=reverse("me"),
    )
    post.delete()
    return unit


def may_withdraw(post):
    """Until the day is over on which it begins, or was entered, which may be later."""
    today = timezone.localdate()
    entered = _records(post.pk, "appointed")
    return post.since >= today or any(timezone.localdate(event.at) == today for event in entered)


def withdrawn_by(actor, pk):
    """`(seat, id of the unit)` of an office that this person withdrew, or None: a second click is no error."""
    event = _records(pk, "withdrawn").filter(actor=actor).first()
    return event and (event.facts["seat"], event.facts["unit"])


def _records(pk, what):
    """What `_keep` kept of an office that may be gone."""
    return AuditEvent.objects.filter(
        subject_type=Post._meta.label_lower, subject_id=str(pk), facts__what=what
    )


def _taken(post, actor):
    """`(the fresh Post, its unit)`, both locked. Raises PermissionDenied, and ValidationError for one's own."""
    unit = post.branch or post.committee
    unit = type(unit).objects.select_for_update().get(pk=unit.pk)  # as in `appoint`
    post = Post.objects.select_for_update(of=("self",)).select_related("branch", "committee", "user").get(pk=post.pk)
    if not policy.may_write(actor, unit):
        raise PermissionDenied
    _refuse_own(actor, post.user)
    return post, unit


def _judge_until(post, until):
    if until < post.since:
        raise ValidationError({"until": "任职止不能早于任职日期。"})
    if until.year > timezone.localdate().year + LONGEST:
        raise ValidationError({"until": f"任职止最多填到 {LONGEST} 年以后；没有定的空着。"})


def _refuse_own(actor, person):
    if actor.pk == person.pk:
        raise ValidationError(OWN)


def _refuse_double(post, unit):
    """Two offices overlap where each begins before the other has ended."""
    others = Post.objects.exclude(pk=post.pk).filter(role=post.role, **{policy.seat(unit): unit})
    same = others.lasting(post.since)
    if post.until:
        same = same.filter(since__lte=post.until)
    if same.filter(user=post.user).exists():
        raise ValidationError(TWICE)
    if post.role == Role.SECRETARY and same.exists():
        raise ValidationError({"since": TAKEN} if post._state.adding else {"until": TAKEN})


def _keep(post, actor, what, reason=""):
    unit = post.branch or post.committee
    facts = {
        "what": what, "seat": policy.seat(unit), "unit": unit.pk, "person": post.user_id, "role": post.role,
        "since": str(post.since), "until": post.until and str(post.until),
    }
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.SETTING, actor=actor, office=offices(actor), subject_type=post._meta.label_lower,
        subject_id=str(post.pk), reason=reason, facts=facts,
    )
