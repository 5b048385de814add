"""From a name and a phone at a poster to somebody whom the branch knows.

A verb locks the bare row, reads it afresh, asks policy, and writes row and notices in one transaction. All raise
PermissionDenied (403), errors.Conflict (409) and ValidationError (400).
"""

import uuid

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.consent import VERSION as CONSENT_VERSION
from accounts.models import Consent, User
from anchors.newcomers import policy
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor
from anchors.registry.services import refresh_words
from notices.services import send
from xinyu_portal.errors import Conflict

NAME_LIMIT = 40
DECIDED = "这位已经由{name}核实过了（{outcome}），您的操作没有生效。"
TAKEN = "这个手机号已经登记在别人名下，不能再登记一次。请看下面“归到已登记的主播”，没有就选“不登记”。"
PICK_ANCHOR = "请从同号或同名的主播里选一位。"
HAS_PASSWORD = "这个编号已经设过密码了，请直接登录。"
CLOSED = "这个编号已经停用，不能登录。请与所在支部说一声。"
WEAK = {  # Django's own sentences are not all in Chinese
    "password_too_short": "密码太短了，至少 8 位。",
    "password_too_common": "这个密码太常见，别人猜得到，请换一个。",
    "password_entirely_numeric": "密码不能全是数字，请加上字母或汉字。",
}
Outcome = Newcomer.Outcome


@transaction.atomic
def enter(*, name, phone, branch, station=None, at=None):
    """Somebody said who they are and agreed to its use. Returns the Newcomer, who waits at `branch` (or committee).

    Whether the registry knows the phone makes no difference here, and nobody is told.
    """
    name, at = _cleaned_name(name), at or timezone.now()
    newcomer = Newcomer(branch=branch, station=station, created_at=at)
    _take_phone(newcomer, phone)
    user = User.objects.create_user(f"newcomer-{uuid.uuid4().hex[:24]}", name=name)
    Consent.objects.create(
        user=user, purpose=Consent.Purpose.REGISTRY, text_version=CONSENT_VERSION, given_at=at
    )
    newcomer.anchor = Anchor.objects.create(
        user=user, stage_name=name, branch=branch, enrolled_on=timezone.localdate(at), confirmed_at=None
    )
    newcomer.save()
    _tell_deciders(newcomer, at)
    return newcomer


def name_login(newcomer, *, login):
    """What they log in by until they are confirmed; the phone may be somebody's in the registry."""
    User.objects.filter(pk=newcomer.anchor.user_id).update(username=login)


@transaction.atomic
def set_password(newcomer, *, password):
    """The first password, by whoever holds the receipt; the same one again changes nothing. Returns the User."""
    user = User.objects.select_for_update().get(pk=newcomer.anchor.user_id)
    if not user.is_active:
        raise Conflict(CLOSED, user)
    if user.has_usable_password():
        if user.check_password(password):
            return user
        raise Conflict(HAS_PASSWORD, user)
    try:
        validate_password(password, user)
    except ValidationError as error:
        said = [WEAK.get(one.code, one.messages[0]) for one in error.error_list]
        raise ValidationError({"password": said}) from None
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


@transaction.atomic
def confirm(newcomer, *, actor, at=None):
    """Somebody new: they join the registry, and the phone moves to the person, if nobody else has it by now."""
    newcomer, at = _take(newcomer, actor), at or timezone.now()
    if _is_done(newcomer, Outcome.NEW, actor):
        return newcomer
    anchor = Anchor.objects.select_for_update().get(pk=newcomer.anchor_id)
    _give_phone(anchor.user, newcomer)
    anchor.confirmed_at, anchor.enrolled_on = at, timezone.localdate(at)
    anchor.save(update_fields=["confirmed_at", "enrolled_on"])
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    newcomer.phone_sealed = newcomer.phone_index = None
    send(
        [anchor.user_id], key=f"newcomer:{newcomer.pk}", title="您已登记为主播", text="以后也可以用手机号登录。", at=at
    )
    return _decide(newcomer, Outcome.NEW, actor, at)


@transaction.atomic
def join(newcomer, *, actor, anchor, at=None):
    """The same person as a registered anchor, who from now on sees and judges what was filed; nothing else moves."""
    newcomer, at = _take(newcomer, actor), at or timezone.now()
    if _is_done(newcomer, Outcome.JOINED, actor) and newcomer.joined_to_id == anchor.pk:
        return newcomer
    if not newcomer.is_waiting:
        raise decided(newcomer)
    if not policy.candidates(newcomer, actor).filter(pk=anchor.pk).exists():
        raise ValidationError({"anchor": PICK_ANCHOR})
    newcomer.joined_to = anchor
    send(
        [anchor.user_id], key=f"newcomer:{newcomer.pk}", title="您扫码说的事归到您名下了",
        text="在“我的诉求”里可以看到进展，答复后由您评价。", url=f"{reverse('appeals:list')}?own=1", at=at,
    )
    return _decide(newcomer, Outcome.JOINED, actor, at)


@transaction.atomic
def close(newcomer, *, actor, at=None):
    """Not an anchor, or a mistake: they stay out of the registry; what was filed goes its way."""
    newcomer = _take(newcomer, actor)
    if _is_done(newcomer, Outcome.CLOSED, actor):
        return newcomer
    return _decide(newcomer, Outcome.CLOSED, actor, at or timezone.now())


def _take(newcomer, actor):
    newcomer = Newcomer.objects.select_for_update().get(pk=newcomer.pk)
    if not policy.may_decide(actor, newcomer):
        raise PermissionDenied
    return newcomer


def _is_done(newcomer, outcome, actor):
    """A second click of the same person is no news; anything else that comes late is refused."""
    if newcomer.is_waiting:
        return False
    if newcomer.outcome == outcome and newcomer.decided_by_id == actor.pk:
        return True
    raise decided(newcomer)


def decided(newcomer):
    """The refusal of whoever comes after a colleague."""
    said = DECIDED.format(name=newcomer.decided_by.name, outcome=newcomer.get_outcome_display())
    return Conflict(said, newcomer)


def _decide(newcomer, outcome, actor, at):
    newcomer.outcome, newcomer.decided_by, newcomer.decided_at = outcome, actor, at
    newcomer.save()
    return newcomer


def _give_phone(user, newcomer):
    """The unique index is the last judge: two who confirm the same number at once cannot both have it."""
    try:
        with transaction.atomic():
            user.set_phone(newcomer.reveal_phone())
            user.save()
    except IntegrityError:
        raise Conflict(TAKEN, newcomer) from None


def _take_phone(newcomer, phone):
    try:
        newcomer.set_phone(phone)
    except ValidationError as error:
        raise ValidationError({"phone": error.messages}) from None


def _cleaned_name(name):
    name = " ".join((name or "").split())
    if not name:
        raise ValidationError({"name": "请写怎么称呼您。"})
    if len(name) > NAME_LIMIT:
        raise ValidationError({"name": f"请不超过 {NAME_LIMIT} 个字。"})
    return name


def _tell_deciders(newcomer, at):
    send(
        policy.deciders(newcomer.branch_id), key=f"newcomer:{newcomer.pk}", title="有一位扫码来的主播等核实",
        text="诉求已经照常在办，请核对是不是新主播。", url=reverse("newcomers:detail", args=[newcomer.pk]), at=at,
    )
