"""What happens to anchors and their accounts. Whoever changes a name or an account refreshes the words."""

import uuid

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Consent, User
from anchors.registry import policy, roster
from anchors.registry.models import Anchor, Declaration, PlatformAccount
from anchors.registry.taking import take
from branches.organisation.policy import offices
from branches.organisation.services import REASON_LIMIT
from notices.services import send
from xinyu_portal.errors import Conflict
from xinyu_portal.workbook_cells import OLDEST_MONTH

STEP = 500
EXPORT_LIMIT = 4000  # anchors: about two seconds of a processor
TOO_MANY = f"一次最多导出 {EXPORT_LIMIT} 人，请按支部、县区或乡镇街道再缩小一些。"
OWN_FIELDS = (
    "stage_name", "kind", "division_id", "enterprise_id", "since", "accepts_contact", "wants_training",
    "wants_farm_help", "wants_volunteering",
)
FIELDS = (*OWN_FIELDS, "note")
CONTACT_FIRST = "现在有联系党员，先请支部换下来，再改成不愿意。"


def refresh_words(anchors):
    """Write anew what search finds these anchors by; `anchors` is a queryset. Two statements for 500 rows."""
    rows = anchors.select_related("user").prefetch_related("accounts").order_by("pk")
    for batch in _steps(list(rows)):
        for anchor in batch:
            anchor.words = anchor.words_of([account.nickname for account in anchor.accounts.all()])
        Anchor.objects.bulk_update(batch, ["words"])


def _steps(rows):
    return (rows[place:place + STEP] for place in range(0, len(rows), STEP))


@transaction.atomic
def register(*, actor, name, stage_name, phone=None, branch=None, sex=None, **fields):
    """Register a person as an anchor; a phone that somebody has already is refused. Returns the Anchor.

    `fields` are of FIELDS. Raises PermissionDenied and ValidationError.
    """
    if not policy.may(actor, "register"):
        raise PermissionDenied
    person = _person(name, phone, sex)
    anchor = Anchor(user=person, branch=branch, enrolled_on=timezone.localdate())
    if not policy.handles(actor, anchor):
        raise ValidationError({"branch": "只能登记到您任职的支部。"})
    _write(anchor, {"stage_name": stage_name, **fields}, allowed=FIELDS)
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    _keep(actor, anchor, ["registered"])
    return anchor


def _person(name, phone, sex):
    if phone and User.objects.with_phone(phone).exists():
        raise ValidationError({"phone": "这个手机号已经登记过了。在主播名单里查这个号码，看看是不是同一个人。"})
    if not name.strip():
        raise ValidationError({"name": "请填姓名。"})
    try:
        person = User.objects.create_user(f"p{uuid.uuid4().hex}", name=name.strip(), phone=phone or None)
    except ValidationError as error:
        raise ValidationError({"phone": error.messages}) from None
    if sex is not None:
        _set_sex(person, sex)
    return person


@transaction.atomic
def correct(anchor, *, actor, sex=None, **fields):
    """Write what is given: `sex` of the person, FIELDS of the anchor (the note only by who handles).

    What others corrected, the anchor is told. Raises PermissionDenied and ValidationError.
    """
    anchor = _taken(anchor, actor, "correct")
    allowed = FIELDS if policy.may(actor, "note", anchor) else OWN_FIELDS
    if fields.get("accepts_contact") is False and anchor.contact_id and anchor.accepts_contact is not False:
        raise ValidationError({"accepts_contact": CONTACT_FIRST})
    changed = _write(anchor, fields, allowed=allowed)
    if sex is not None and sex != anchor.user.sex:
        _set_sex(anchor.user, sex)
        changed.append("sex")
    if changed:
        refresh_words(Anchor.objects.filter(pk=anchor.pk))
        _keep(actor, anchor, changed)
        _tell(actor, anchor, f"anchor-corrected:{uuid.uuid4().hex}", "您的登记信息有更正")
    return anchor


@transaction.atomic
def add_account(anchor, *, actor, platform, nickname, followers_band, public_id="", genre="", as_of=None):
    """A platform account with its first declaration; the same one sent twice is one.

    Raises PermissionDenied and ValidationError.
    """
    anchor = _taken(anchor, actor, "correct")
    said = {"followers_band": followers_band, "public_id": public_id.strip(), "genre": genre, "as_of": _day(as_of)}
    sent_before = anchor.accounts.filter(platform=platform, nickname=nickname.strip(), **said).first()
    if sent_before:
        return sent_before
    account = PlatformAccount(anchor=anchor, platform=platform, nickname=nickname.strip(), **said)
    _checked(account)
    Declaration.objects.create(account=account, followers_band=account.followers_band, as_of=account.as_of)
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    _keep(actor, anchor, ["account"])
    _tell(actor, anchor, f"account-added:{account.pk}", "您的平台账号有更正")
    return account


@transaction.atomic
def declare(account, *, actor, followers_band, as_of=None):
    """The followers of an account as declared on a day; the latest day is the account's present band."""
    account, day = _account(account, actor), _day(as_of)
    if followers_band not in PlatformAccount.Band.values:
        raise ValidationError({"followers_band": "请选一档。"})
    if not account.declarations.exists():  # the first one came with the account itself
        Declaration.objects.create(account=account, followers_band=account.followers_band, as_of=account.as_of)
    Declaration.objects.update_or_create(account=account, as_of=day, defaults={"followers_band": followers_band})
    latest = account.declarations.latest("as_of")
    account.followers_band, account.as_of = latest.followers_band, latest.as_of
    account.save(update_fields=["followers_band", "as_of"])
    _keep(actor, account.anchor, ["followers_band"])
    return account


@transaction.atomic
def drop_account(account, *, actor):
    """The account goes, and what was declared of it. Raises PermissionDenied."""
    account = _account(account, actor)
    anchor = account.anchor
    account.delete()
    refresh_words(Anchor.objects.filter(pk=anchor.pk))
    _keep(actor, anchor, ["account"])
    _tell(actor, anchor, f"account-dropped:{uuid.uuid4().hex}", "您的平台账号有更正")
    return anchor


@transaction.atomic
def withdraw_consent(anchor, *, actor, at=None):
    """The registry stops using the person's data. Who was never asked says no by a row without a text's version."""
    anchor, at = _taken(anchor, actor, "consent"), at or timezone.now()
    registry = Consent.objects.filter(user=anchor.user_id, purpose=Consent.Purpose.REGISTRY)
    if registry.in_force().update(withdrawn_at=at):
        return anchor
    if not registry.exists():
        Consent.objects.create(user=anchor.user, purpose=Consent.Purpose.REGISTRY, given_at=at, withdrawn_at=at)
    return anchor


@transaction.atomic
def give_consent(anchor, *, actor, text_version, at=None):
    """The person agrees, anew or for the first time, under a text of a version; what is in force stays."""
    anchor = _taken(anchor, actor, "consent")
    consent, _ = Consent.objects.in_force().get_or_create(
        user=anchor.user, purpose=Consent.Purpose.REGISTRY, withdrawn_at=None,
        defaults={"text_version": text_version, "given_at": at or timezone.now()},
    )
    return consent


@transaction.atomic
def export(narrowing, *, actor, reason, at=None):
    """Return the roster of what was narrowed to, as .xlsx, and keep who took how many, how narrowed and what for.

    Raises PermissionDenied, Conflict (more than EXPORT_LIMIT) and ValidationError (reason).
    """
    if not policy.may(actor, "export"):
        raise PermissionDenied
    reason, at = reason.strip(), at or timezone.now()
    if not 2 <= len(reason) <= REASON_LIMIT:
        raise ValidationError({"reason": f"请写清用途，2 到 {REASON_LIMIT} 字。"})
    rows = list(narrowing.rows.for_roster().order_by("-enrolled_on", "-id")[:EXPORT_LIMIT + 1])
    if len(rows) > EXPORT_LIMIT:
        raise Conflict(TOO_MANY)
    office = offices(actor)
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.EXPORT, actor=actor, office=office, subject_type="anchors.anchor", reason=reason,
        facts={"count": len(rows), "filter": narrowing.asked}, at=at,
    )
    return roster.write(
        rows, count=len(rows), conditions=narrowing.words, actor=actor, office=office, reason=reason, at=at
    )


def _taken(anchor, actor, verb):
    anchor = take(anchor)
    if not policy.may(actor, verb, anchor):
        raise PermissionDenied
    return anchor


def _account(account, actor):
    """The anchor is locked first, as everywhere, so that two changes of one anchor wait for each other."""
    anchor = _taken(account.anchor, actor, "correct")
    account = PlatformAccount.objects.select_for_update().filter(pk=account.pk, anchor=anchor).first()
    if account is None:
        raise Conflict("这个账号刚刚被删掉了。", anchor)
    return account


def _write(anchor, fields, *, allowed):
    """Set the fields, check and save; return the names of those that changed."""
    unknown = set(fields) - set(allowed)
    if unknown:
        raise ValidationError(dict.fromkeys(unknown, "这一项不能在这里改。"))
    before = {name: getattr(anchor, name) for name in fields}
    for name, value in fields.items():
        setattr(anchor, name, value.strip() if isinstance(value, str) else value)
    if anchor.since:
        anchor.since = anchor.since.replace(day=1)
    if fields.get("since") and anchor.since > timezone.localdate():
        raise ValidationError({"since": "从业起始年月不能晚于这个月。"})
    if fields.get("since") and anchor.since.year < OLDEST_MONTH:
        raise ValidationError({"since": f"这个年月太早了，请从 {OLDEST_MONTH} 年以后填起。"})
    _checked(anchor)
    return [name for name, value in before.items() if value != getattr(anchor, name)]


def _checked(row):
    row.full_clean()
    row.save()


def _set_sex(person, sex):
    person.sex = sex
    person.full_clean(exclude=["password"])
    person.save(update_fields=["sex"])


def _day(as_of):
    today = timezone.localdate()
    if as_of and as_of > today:
        raise ValidationError({"as_of": "日期不能晚于今天。"})
    return as_of or today


def _keep(actor, anchor, fields):
    """Which fields were changed, never their values."""
    AuditEvent.objects.create(
        kind=AuditEvent.Kind.CHANGE, actor=actor, office=offices(actor), subject_type="anchors.anchor",
        subject_id=str(anchor.pk), facts={"fields": sorted(fields)},
    )


def _tell(actor, anchor, key, title):
    if anchor.user_id != actor.pk:
        text = "支部或行业党委改的，请看一看对不对。"
        send([anchor.user_id], key=key, title=title, text=text, url=reverse("anchors:own"))
