"""How a person gets in: activation codes, the own password, the own logins.

`at` is when it happens, now by default. Raise ValidationError (400) and errors.Conflict (409).
"""

from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from accounts import codes, consent, passwords, phones
from accounts.models import ActivationCode, AuditEvent, Session, User
from notices import services as notices
from xinyu_portal import seal
from xinyu_portal.errors import Conflict

CODE_LIFE = timedelta(days=7)
TRIES = 5
REFUSED = "激活码和手机号对不上，或者激活码用过了、过期了。设过密码的请直接登录，不然请让给您激活码的人再出一个。"
NOT_A_CODE = "激活码是 8 位字母和数字，里面没有 0、O、1、I、L。请对着纸条再看一遍。"
DISAGREED = "请先看过说明并勾选同意，再设密码。"
CLOSED = "这个账号已经停用，不能出激活码。"
NO_PHONE = "还没有登记手机号，出了激活码也用不上。请先登记手机号。"
WRONG_OLD = "现在的密码不对，请再试一次。"
ABUSE = "可以用它重设您的密码。如果不是您要的，请马上告诉支部或行业党委。"
NOBODY = 0  # no row has this id; asked for like any other


@transaction.atomic
def issue_code(user, *, issued_by, office="", at=None):
    """Return `(ActivationCode, code)`; the text of the code exists only here. Voids the one before.

    `issued_by` is None where the person asked by text message; `office` is as what somebody gave it.
    """
    now = at or timezone.now()
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.is_active or person.phone_index is None:
        raise Conflict(NO_PHONE if person.is_active else CLOSED, person)
    person.activation_codes.live().update(voided_at=now)
    code = codes.fresh()
    row = ActivationCode.objects.create(
        user=person, digest=_digest(code), issued_by=issued_by, issued_at=now, expires_at=now + CODE_LIFE
    )
    _audit(AuditEvent.Kind.ISSUE, person, actor=issued_by, office=office, at=now)
    return row, code


def hand_out_code(person, *, actor, office, at=None):
    """As `issue_code`, by somebody who may; who has a password hears of it, since the code can replace it."""
    issued, code = issue_code(person, issued_by=actor, office=office, at=at)
    if person.has_usable_password():
        title = f"{office}{actor.name}给您出了一个激活码"
        notices.send([person], key=f"activation:{issued.pk}", title=title[:80], text=ABUSE, at=issued.issued_at)
    return issued, code


def redeem(code, phone, password, *, agreed, at=None):
    """Set the password of whoever has this code and this phone; return the User.

    Whatever does not fit is one sentence at `code`: it does not say whether the phone is known. Both cases cost the
    same statements and one hash. The fifth wrong try voids the code that was meant, by its phone or by its text.
    """
    now = at or timezone.now()
    if not agreed:
        raise ValidationError({"agree": DISAGREED})
    passwords.check(password, field="password")
    hashed = make_password(password)  # slow on purpose, and before the database is locked
    # Raised outside the transaction, which keeps the count of the wrong try.
    person = _redeem(_digest(codes.normalise(code)), _index(phone), hashed, now)
    if person is None:
        raise ValidationError({"code": REFUSED})
    return person


@transaction.atomic
def _redeem(digest, phone_index, hashed, now):
    person = User.objects.select_for_update().filter(phone_index=phone_index, is_active=True).first()
    pk = person.pk if person else NOBODY
    # Conditions on the row itself: of two at once the second finds it used, on both engines.
    if not ActivationCode.objects.valid(now).filter(user_id=pk, digest=digest).update(used_at=now):
        _count_try(Q(user_id=pk) | Q(digest=digest), now)
        return None
    again = person.has_usable_password()
    person.password = hashed
    person.save(update_fields=["password"])
    consent.record(person, at=now)
    end_all_logins(person)
    _audit(AuditEvent.Kind.ACTIVATE, person, actor=person, at=now)
    if again:
        notices.send(
            [person], key=f"password:{now.isoformat()}", title="您的密码用激活码重设过了", at=now,
            text="如果不是您本人，请马上告诉给您激活码的人。",
        )
    return person


def _count_try(meant, now):
    last = Case(When(tries__gte=TRIES - 1, then=Value(now)), default=F("voided_at"))
    ActivationCode.objects.live().filter(meant).update(tries=F("tries") + 1, voided_at=last)


@transaction.atomic
def change_password(user, *, old, new, keep=None, at=None):
    """Needs the old password; ends every other login and all API tokens. `keep` is the key of the session in use."""
    person = User.objects.select_for_update().get(pk=user.pk)
    if not person.check_password(old):
        raise ValidationError({"old_password": WRONG_OLD})
    passwords.check(new, field="new_password")
    person.set_password(new)
    person.save(update_fields=["password"])
    end_all_logins(person, keep=keep)
    _audit(AuditEvent.Kind.PASSWORD, person, actor=person, at=at or timezone.now())
    return person


def end_session(user, *, mark):
    """End the own login that a page calls `mark`; return whether it was there."""
    keys = [row.session_key for row in user.sessions.all() if row.mark == mark]
    return bool(Session.objects.filter(session_key__in=keys).delete()[0])


@transaction.atomic
def end_all_logins(user, *, keep=None):
    """End the sessions but the one with the key `keep`, and all API tokens."""
    user.sessions.exclude(session_key=keep).delete()
    user.auth_token_set.all().delete()


def _digest(code):
    return seal.index(code, purpose="activation")


def _index(phone):
    return seal.index(phones.normalise(phone), purpose="phone")


def _audit(kind, person, *, actor, at, office=""):
    AuditEvent.objects.create(
        kind=kind, actor=actor, office=office, subject_type=User._meta.label_lower, subject_id=str(person.pk), at=at
    )
