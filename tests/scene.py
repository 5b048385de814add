"""The cast in the middle of things: one appeal in each state, a draft and a filed report, a notice, a station.

`scene.rows` holds them by the names that tests/test_access.py and tests/test_bad_input.py speak of.
"""

import time
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import SimpleNamespace

from django.test import Client
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from anchors.activation import services as activation
from anchors.census import services as census_services
from anchors.contacts import services as contacts
from anchors.merging import services as merging
from anchors.newcomers import posters
from anchors.newcomers import services as newcomers
from anchors.registry.models import Anchor, PlatformAccount
from appeals import services, sweeps
from appeals.answering import services as answering
from appeals.dispatching import services as dispatching
from appeals.ending import services as ending
from appeals.ending.guidance import NotHere
from appeals.merging import services as appeal_merging
from appeals.models import Attachment, ReplyTemplate
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.proof import sealing
from appeals.publishing import services as publishing
from appeals.recusal import services as recusal
from appeals.supervision import services as supervision
from branches.admission import services as admission
from branches.calendar.models import DutyShift
from branches.measures import kinds
from branches.measures import services as measures
from branches.measures.models import Measure
from branches.organisation.models import Branch, Enterprise, Partner, Post, Role
from branches.reports import services as report_services
from branches.stations.models import Station
from members.dues import services as dues
from members.meetings import studying
from members.models import Member
from notices.models import Notice, Sweep
from tests.census_files import census, person
from tests.factories import (
    anonymous_appeal,
    entered_form,
    move_anchors,
    open_report,
    planned_meeting,
    poster_appeal,
    recorded_meeting,
    roster_rows,
    submit_appeal,
)
from tests.photos import stored
from tests.visitor import cookies_of

PASSWORD = "correct horse battery staple"  # of city.stranger, so that somebody can log in
# subject -> what it says; no two alike, so that a page gives away which of them it shows.
TITLES = {
    "fresh": "样鞋压坏了五双", "taken": "仓库门口停不了车", "branch": "电商园夜里断电", "committee": "货款三个月没到账",
    "replied": "直播间租金涨了", "closed": "快递柜坏了", "silent": "想学剪片子", "old": "网线老断",
    "again": "退货没人收", "critical": "有人堵在门口不走", "elsewhere": "果园进水了", "scanned": "夜里找不到充电桩",
    "anonymous": "工资一直扣着", "unnamed": "合同不给看", "dismissed": "隔壁音响太大",
    "joined": "冷库总是满的", "returned": "打包的纸箱涨价", "waits": "样品间漏水",
    "follows": "门口又有人堵", "agreed": "直播台灯太暗",
    "confidential": "押金一直不退", "about_contact": "说话太难听", "about_branch": "会费收得不明白",
    "about_firm": "合同里扣得太多", "recused": "展位分得不公",
    "checked": "果子烂在路上", "drafted": "果园没有信号",
    "lent": "寄错的件找不回来", "sheeted": "退款的运费没人认",
    "paused": "补贴没有到账", "refused": "邻居半夜装修", "busy": "货架倒了",
}


@dataclass
class Scene:
    city: SimpleNamespace
    rows: dict = field(default_factory=dict)
    code: str = ""  # city.anchor's activation code

    @property
    def appeals(self):
        return {name: self.rows[name] for name in TITLES}


def build(city):
    """Raise the scene above the cast; the odd hats of design §7 join `city`."""
    _odd_hats(city)
    city.stranger.set_password(PASSWORD)
    city.stranger.save()
    scene = Scene(city)
    scene.rows |= _appeals(city)
    scene.rows |= _photos()
    scene.rows |= _anonymous(city)
    scene.rows["sheet"] = scene.rows["sheeted"].sheets.get()
    scene.rows |= _reports(city)
    scene.rows |= _imports(city)
    scene.rows |= _newcomers(city)
    scene.rows["card"] = city.anchor.anchor
    scene.rows["account"] = PlatformAccount.objects.create(
        anchor=city.anchor.anchor, platform="DOUYIN", nickname="小禾说鞋", followers_band="UNDER_1K",
        as_of=date(2026, 5, 1),
    )
    scene.rows["firm"] = Enterprise.objects.create(name="万商红产业新城", kind="PARK", branch=city.branch)
    scene.rows["moved"] = _moved(city)
    scene.rows["merged"], scene.rows["pair"] = _merged(city)
    scene.rows["unit"], scene.rows["committee_unit"] = city.branch, city.committee
    scene.rows["office"] = city.officer.posts.get()
    scene.rows["far_office"] = Post.objects.create(
        user=city.officer, role=Role.DISCIPLINE, branch=city.branch, since=date(2062, 1, 1)
    )
    scene.rows["template"] = ReplyTemplate.objects.order_by("pk").first()
    _, scene.code = activation.issue(scene.rows["card"], actor=city.member)
    scene.rows["station"] = Station.objects.create(
        code="XY-01-001", name="电商园驿站", kind=Station.Kind.values[0], host="电商园", division_id="360502",
        address="电商园 1 号楼",
    )
    scene.rows["measure"] = Measure.objects.get(pk=2)
    scene.rows["evidence"] = measures.link(
        scene.rows["measure"], actor=city.staff, kind=kinds.by_code("station"), record_id=scene.rows["station"].pk
    )
    scene.rows |= _contacts(city)
    scene.rows["dues_member"] = city.member.member
    scene.rows["dues_run"] = dues.record([city.member.member.pk], actor=city.secretary, through=date(2026, 9, 1))
    words = {"year": timezone.localdate().year, "span": "M12", "kind": "LECTURE"}
    scene.rows["study_line"] = studying.add_line(city.branch, actor=city.secretary, theme="学新规", **words)
    scene.rows["others_study_line"] = studying.add_line(
        city.other_branch, actor=city.other_secretary, theme="学助农", **words
    )
    scene.rows["others_meeting"] = planned_meeting(city, branch=city.other_branch, actor=city.other_secretary)
    scene.rows |= roster_rows(city)
    scene.rows["planned"], scene.rows["minutes"] = planned_meeting(city), recorded_meeting(city, title="春季党员大会")
    scene.rows["category"] = SimpleNamespace(pk="A1")
    scene.rows["asked_form"] = entered_form(city)
    scene.rows["admitted_form"] = admission.decide(
        entered_form(city, title="主播培训情况"), actor=city.chief, granted=True, reason="有依据。"
    )
    scene.rows["year"] = SimpleNamespace(pk=timezone.localdate().year + 1)
    scene.rows["shift"] = DutyShift.objects.create(
        user=city.secretary, starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=4)
    )
    scene.rows["seal"] = sealing.make(timezone.localdate(), at=timezone.now())
    # Looked up when it is asked for: ids differ, and nobody needs it before.
    scene.rows["notice"] = SimpleLazyObject(lambda: Notice.objects.filter(recipient=city.member).first())
    city.cookies = {"nobody": receipt_cookies(scene.rows["scanned"])}
    for name in ("anonymous", "unnamed", "dismissed"):  # as if somebody had typed its code
        city.cookies[f"holder of {name}"] = code_cookies(scene.rows[f"code of {name}"].pk)
    Sweep.objects.create(name="tick", ran_at=timezone.now())
    return scene


def _imports(city):
    """One census written a round ago, and one read that waits to be confirmed, with a row that is not taken."""
    made = {}
    for name, rows in (("done", [person(1)]), ("import", [person(1), person(2), person(3, 粉丝量="好多")])):
        made[name] = census_services.upload(census(*rows), file_name=f"{name}.xlsx", actor=city.staff, round_name=name)
        census_services.work()
        if name == "done":
            census_services.confirm(made[name], actor=city.staff)
            census_services.work()
    return {**made, "round": made["done"].round}


def _contacts(city):
    """A run of the secretary's that can be undone, and what the contact wrote down today."""
    user = User.objects.create_user("spread_anchor", name="苗小雨")
    anchor = Anchor.objects.create(
        user=user, stage_name="小雨茶铺", branch=city.other_branch, contact=None, enrolled_on=date(2025, 1, 1)
    )
    Anchor.objects.create(
        user=User.objects.create_user("waiting_anchor", name="夏小满"), stage_name="小满剪纸", branch=city.branch,
        enrolled_on=date(2025, 1, 1),
    )
    run = contacts.spread(Anchor.objects.filter(pk=anchor.pk), members=[city.other_secretary], actor=city.two_posts)
    log = contacts.log_service(city.anchor.anchor, actor=city.member, channel="PHONE", topic="A")
    return {"run": run, "log": log}


def _newcomers(city):
    """Who came by the poster of city.branch, one decided; of `namesake` the registry knows the phone."""
    made = {
        name: newcomers.enter(name=said, phone=phone, branch=branch) for name, said, phone, branch in (
            ("newcomer", "罗小满", "13807901234", city.branch), ("namesake", "小禾", "13807900002", city.branch),
            ("decided", "误登的人", "13807905678", city.branch),
            ("others_newcomer", "山外", "13807901111", city.other_branch),
        )
    }
    newcomers.close(made["decided"], actor=city.chief)
    made["poster"] = SimpleNamespace(pk=posters.of_branch(city.branch).code)
    return made


class ByCode:
    """An appeal by its query code, which stands in the address where others have an id."""

    def __init__(self, appeal, code):
        self.appeal, self.pk = appeal, code

    @property
    def version(self):
        return self.appeal.version

    def refresh_from_db(self):
        self.appeal.refresh_from_db()


def _anonymous(city):
    """One that waits at the committee and one answered there; `code of …` are their query codes."""
    made = {}
    for name in ("anonymous", "unnamed", "dismissed"):
        appeal, code = anonymous_appeal(title=TITLES[name], body=f"事情是这样：{TITLES[name]}")
        made |= {name: appeal, f"code of {name}": ByCode(appeal, code)}
    services.reply(made["unnamed"], actor=city.staff, text="请劳动监察去看。")
    ending.refuse(made["dismissed"], actor=city.staff, reason=NotHere.values[0], text="这一件请找社区。")
    return made


def code_cookies(code):
    """Of a browser in which the code was typed."""
    client = Client()
    client.post("/receipts/", {"code": code})
    return cookies_of(client)


def receipt_cookies(appeal):
    """Of the browser without a login in which it was filed."""
    client = Client()
    session = client.session
    session["receipt"] = {"appeal": str(appeal.uuid), "until": time.time() + 3600}
    session.save()
    return cookies_of(client)


def _odd_hats(city):
    today, day = timezone.localdate(), timedelta(days=1)
    city.publicity = _person("publicity", "白知夏", Role.PUBLICITY, branch=city.branch)
    city.two_posts = _person("two_posts", "郑南山", Role.ORGANISATION, branch=city.branch)
    _post(city.two_posts, Role.SECRETARY, branch=city.other_branch)
    city.bank = Partner.objects.create(name="演示银行新余支行", kind="金融机构", is_demo=True)
    city.bank_clerk = _person("bank_clerk", "裴远", Role.CLERK, partner=city.bank)
    city.former = _person("former", "马行空", Role.SECRETARY, branch=city.branch, until=today - day)
    city.coming = _person("coming", "方未来", Role.SECRETARY, branch=city.branch, since=today + day)
    city.disabled = _person("disabled", "沈默", Role.STAFF, committee=city.committee)
    city.disabled.is_active = False
    city.disabled.save()


def _person(username, name, role, **seat):
    user = User.objects.create_user(username, name=name)
    _post(user, role, **seat)
    return user


def _post(user, role, *, since=date(2024, 8, 1), **seat):
    Post.objects.create(user=user, role=role, since=since, **seat)


def _appeals(city):
    """Through the services; contact is city.member, branch is city.branch but for `elsewhere`."""
    made = {name: _submitted(city, name) for name in ("fresh", "taken", "committee", "replied", "closed")}
    made["branch"] = _submitted(city, "branch", files=stored())
    services.accept(made["taken"], actor=city.member)
    services.note(made["taken"], actor=city.member, text="留个底。", internal=True, files=stored("底单.jpg"))
    for name in ("branch", "committee"):
        services.hand_up(made[name], actor=city.member)
    services.hand_up(made["committee"], actor=city.secretary)
    for name in ("replied", "closed"):
        services.reply(made[name], actor=city.member, text=f"答复：{TITLES[name]}")
    _judge(made["closed"], city)
    made["silent"], made["old"] = _silent(city), _old(city)
    made["again"] = _submitted(city, "again")
    services.reply(made["again"], actor=city.member, text="请再等等。")
    services.reopen(made["again"], actor=city.anchor, text="等不了。")
    services.reply(made["again"], actor=city.secretary, text="支部去收。")
    made["critical"] = _submitted(city, "critical", category="L2")
    made["elsewhere"] = _submitted(city, "elsewhere", city.other_anchor.anchor)
    made["scanned"] = poster_appeal(city, title=TITLES["scanned"], body=TITLES["scanned"])
    made["joined"] = poster_appeal(
        city, title=TITLES["joined"], body=TITLES["joined"], phone="13807903333", name="宋阿果"
    )
    made["returned"] = services.hand_up(_submitted(city, "returned"), actor=city.member)
    negotiation.ask_return(made["returned"], actor=city.officer, reason="NOT_OURS", text="不归支部办。")
    made["waits"] = services.accept(_submitted(city, "waits"), actor=city.member)
    negotiation.extend(made["waits"], actor=city.member, days=2, text="等回话。", plan="周四再问。")
    made["follows"] = appeal_merging.merge(_submitted(city, "follows"), actor=city.staff, lead=made["critical"])
    made |= _protected(city)
    made |= _answers_to_check(city)
    made["lent"] = _lent(city)
    made["sheeted"] = supervision.supervise(
        _submitted(city, "sheeted"), actor=city.staff, reason="OVERDUE", text="三天内给个说法。"
    )
    made["paused"] = services.accept(_submitted(city, "paused"), actor=city.member)
    pausing.suspend(made["paused"], actor=city.member, reason="WAITS_FOR_ANCHOR", text="请补一张回单。", days=3)
    for name in ("refused", "busy"):
        made[name] = services.hand_up(_submitted(city, name), actor=city.member)
    ending.refuse(made["refused"], actor=city.secretary, reason="OTHER_DUTY", text="这件归城管。")
    services.accept(made["busy"], actor=city.secretary)
    made["agreed"] = services.reply(_submitted(city, "agreed"), actor=city.member, text="办了。")
    _judge(made["agreed"], city)
    made["agreed"] = publishing.consent(made["agreed"], actor=city.anchor, granted=True)
    newcomers.join(made["joined"].anchor.newcomer, actor=city.staff, anchor=city.other_anchor.anchor)
    return made


def _answers_to_check(city):
    """At the other branch, where answers wait for a second pair of eyes: `drafted` for that of city.two_posts."""
    Branch.objects.filter(pk=city.other_branch.pk).update(checks_replies=True)
    city.other_branch.refresh_from_db()
    made = {name: _submitted(city, name, city.other_anchor.anchor) for name in ("checked", "drafted")}
    answering.release(made["drafted"], actor=city.other_secretary, text="赔 300 元。")
    return made


def _photos():
    """An address is an appeal's id and a uuid."""
    return {
        name: SimpleNamespace(pk=file.appeal_id, uuid=file.uuid)
        for name, file in (("photo", Attachment.objects.get(internal=False)),
                           ("inner_photo", Attachment.objects.get(internal=True)))
    }


def _protected(city):
    """In confidence; about each whom an anchor can name, of whose firm the officer is; and two who had to step back."""
    firm = Enterprise.objects.create(name="禾苗传媒", kind="MCN")
    Anchor.objects.filter(user=city.anchor).update(enterprise=firm)
    Member.objects.filter(user=city.officer).update(enterprise=firm)
    made = {"confidential": _submitted(city, "confidential", confidentiality="confidential")}
    for name, about in (("about_contact", "contact"), ("about_branch", "branch"), ("about_firm", "enterprise")):
        made[name] = _submitted(city, name, about=about)
    made["recused"] = services.hand_up(_submitted(city, "recused"), actor=city.member)
    for relative in (city.officer, city.staff):
        recusal.recuse(made["recused"], actor=city.chief, person=relative, text="是当事人的亲戚。")
    return made
def _lent(city):
    """At the committee, which asked one unit and may ask another."""
    appeal = services.hand_up(_submitted(city, "lent"), actor=city.member)
    appeal = services.accept(services.hand_up(appeal, actor=city.secretary), actor=city.staff)
    return dispatching.dispatch(appeal, actor=city.staff, partner=city.partner, text="请查一个单号到了哪里。")


def _submitted(city, name, anchor=None, **overrides):
    return submit_appeal(city, anchor, title=TITLES[name], body=f"事情是这样：{TITLES[name]}", **overrides)


def _judge(appeal, city, **when):
    services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True, **when)


def _silent(city):
    """Answered by the contact a month ago, never judged."""
    ago = timezone.now() - timedelta(days=40)
    appeal = _submitted(city, "silent", at=ago)
    services.reply(appeal, actor=city.member, text="下周有一期。", at=ago + timedelta(days=1))
    sweeps.close_silent(timezone.now())
    return appeal


def _old(city):
    """Handed up by the contact, answered by the branch, closed 31 days ago."""
    ago = timezone.now() - timedelta(days=50)
    appeal = _submitted(city, "old", at=ago)
    services.hand_up(appeal, actor=city.member, at=ago + timedelta(days=1))
    services.reply(appeal, actor=city.secretary, text="换了网线。", at=ago + timedelta(days=2))
    _judge(appeal, city, at=timezone.now() - timedelta(days=31))
    return appeal


def _moved(city):
    """Somebody of the other branch whom the committee took to ours."""
    user = User.objects.create_user("moved", name="简舟")
    Anchor.objects.create(user=user, stage_name="简舟带货", enrolled_on=date(2025, 1, 1), branch=city.other_branch)
    return move_anchors(Anchor.objects.filter(user=user), city.branch, actor=city.chief)


def _merged(city):
    """A merge of the committee in our branch, and two entries that nobody has merged yet."""
    made = [
        Anchor.objects.create(
            user=User.objects.create_user(f"twin{n}", name="孟帆"), stage_name=f"帆帆{n}", branch=city.branch,
            enrolled_on=date(2025, 1, 1),
        )
        for n in range(4)
    ]
    return merging.merge(made[0], made[1], actor=city.chief), made[2:]


def _reports(city):
    made = {
        "owed": open_report(city.branch, "2026-10"), "filed": open_report(city.branch, "2026-09"),
        "accepted": open_report(city.branch, "2026-08"),
    }
    for name in ("filed", "accepted"):
        report_services.file(made[name], actor=city.secretary)
    report_services.accept(made["accepted"], actor=city.chief)
    return made
