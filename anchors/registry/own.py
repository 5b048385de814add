"""Everything that is held of an anchor, in plain words: for the own page and for taking away (PIPL Art 45)."""

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import AuditEvent, Consent
from anchors.registry.models import Anchor
from anchors.registry.policy import speaks_for
from notices.models import Notice

UNKNOWN = "没有填"


def everything(person):
    """`[(title, [(label, text), …]), …]` from every room that holds something of the person (settings.OWN_DATA)."""
    return [section for path in settings.OWN_DATA for section in import_string(path)(person)]


def as_text(sections):
    """The same to be read on a phone."""
    parts = ["\n".join([f"【{title}】", *(f"{label}：{text}" for label, text in lines)]) for title, lines in sections]
    return "\n\n".join(parts) + "\n"


def data(person):
    """What the registry, the person's row and the inbox hold."""
    anchor = Anchor.objects.for_list().get(user=person)
    return [
        ("个人", _of_person(person, anchor)), ("登记信息", facts(anchor)), ("平台账号", _accounts(anchor)),
        ("同意书", _consents(person)), ("谁改过登记信息", _changes(anchor)),
        ("谁看过手机号", _looks(person)), ("消息", _notices(person)),
        *(("并入的登记", _merged(entry)) for entry in anchor.merged.for_list().order_by("pk")),
    ]


def _merged(entry):
    """Of an entry that was merged into the own one, what did not go over."""
    return [("手机", entry.user.reveal_phone() or UNKNOWN), *facts(entry), *_accounts(entry)]


def _of_person(person, anchor):
    return [
        ("姓名", person.name), ("性别", person.get_sex_display()), ("手机", _phone(person, anchor)),
        ("用户名", person.username), ("建档", _moment(person.date_joined)),
        ("上次登录", _moment(person.last_login) if person.last_login else "没有"),
    ]


def _phone(person, anchor):
    """Of who came by a poster the number stands beside the person until the branch has confirmed them."""
    newcomer = getattr(anchor, "newcomer", None)
    waiting = newcomer and newcomer.reveal_phone()
    return person.reveal_phone() or (f"{waiting}（{newcomer.get_outcome_display()}）" if waiting else UNKNOWN)


def facts(anchor):
    """The lines of the registry itself, as the own page shows them."""
    return [
        ("主播名", anchor.stage_name), ("从业类型", anchor.get_kind_display()),
        ("从业起始", f"{anchor.since:%Y年%m月}" if anchor.since else UNKNOWN),
        ("现居地", _named(anchor.division)), ("签约企业或园区", _named(anchor.enterprise)),
        ("联系支部", _named(anchor.branch)), ("联系党员", _named(anchor.contact)),
        ("愿意接受党员联系", {True: "愿意", False: "不愿意", None: "没有问过"}[anchor.accepts_contact]),
        ("意愿", wishes(anchor) or UNKNOWN), ("备注", anchor.note or "没有"),
        ("登记日期", f"{anchor.enrolled_on:%Y年%m月%d日}"),
    ]


def wishes(anchor):
    """“想参加培训、愿意助农”, or nothing."""
    fields = ("wants_training", "wants_farm_help", "wants_volunteering")
    return "、".join(str(Anchor._meta.get_field(name).verbose_name) for name in fields if getattr(anchor, name))


def _accounts(anchor):
    lines = []
    for account in anchor.accounts.prefetch_related("declarations"):
        history = [f"{d.as_of} {d.get_followers_band_display()}" for d in account.declarations.all()]
        said = "；".join(history) or f"{account.as_of} {account.get_followers_band_display()}"
        what = [account.nickname, account.public_id, account.get_genre_display(), f"自报 {said}"]
        lines.append((account.get_platform_display(), " · ".join(part for part in what if part)))
    return lines or [("平台账号", UNKNOWN)]


def _consents(person):
    lines = [
        (consent.get_purpose_display(), _of_consent(consent))
        for consent in Consent.objects.filter(user=person).order_by("given_at", "id")
    ]
    return lines or [("同意书", "没有记录")]


def _of_consent(consent):
    if not consent.text_version:
        return f"{_moment(consent.withdrawn_at)} 表示不同意"
    taken_back = f"，{_moment(consent.withdrawn_at)} 撤回" if consent.withdrawn_at else ""
    return f"{_moment(consent.given_at)} 同意（{consent.text_version} 版）{taken_back}"


def _changes(anchor):
    changes = AuditEvent.objects.filter(subject_type="anchors.anchor", subject_id=str(anchor.pk)).order_by("at", "id")
    changes = changes.exclude(kind=AuditEvent.Kind.REVEAL)
    lines = [
        (_moment(change.at), "本人" if change.actor_id == anchor.user_id else change.office or "工作人员")
        for change in changes
    ]
    return lines or [("更正", "没有")]


def looks(person):
    """AuditEvents of who saw the whole number, newest first: by office, never by name (design §7)."""
    subjects = [str(pk) for pk in speaks_for(person)]
    seen = AuditEvent.objects.filter(kind=AuditEvent.Kind.REVEAL, subject_type="anchors.anchor")
    return seen.filter(subject_id__in=subjects).order_by("-at", "-id")


def _looks(person):
    return [(_moment(look.at), f"{look.office}，{look.reason}") for look in looks(person)] or [("看过", "没有")]


def _notices(person):
    return [
        (_moment(notice.created_at), f"{notice.title} {notice.text}".strip())
        for notice in Notice.objects.filter(recipient=person).order_by("created_at", "id")
    ] or [("消息", "没有")]


def _named(row):
    return row.name if row else "没有"


def _moment(at):
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}"
