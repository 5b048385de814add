"""A city in which every page has rows: an appeal in each state, messages, reports, stations, a vacant branch."""

from datetime import date, timedelta

from django.db.models import F
from django.utils import timezone

from accounts.models import User
from anchors.contacts import services as contacts
from anchors.merging import services as merging
from anchors.moves import services as move_services
from anchors.newcomers import services as newcomers
from anchors.registry.models import Anchor, PlatformAccount
from appeals import services, sweeps
from appeals.models import Appeal, Category
from branches.organisation.models import Branch, Division, Enterprise
from branches.reports import services as report_services
from branches.reports.models import Report
from branches.reports.sweeps import open_due
from branches.stations.models import Station
from members.meetings import services as meetings
from members.meetings import studying
from members.meetings.models import Meeting
from members.models import Activist
from notices.models import Notice
from tests.browser import needed_more
from tests.factories import (
    let_lapse,
    move_anchors,
    planned_meeting,
    poster_appeal,
    recorded_meeting,
    roster_rows,
    submit_appeal,
)

ANSWER = "网点同意按进价赔 5 双，11月26日前到账。\n以后要再有，找网点老黄，电话在驿站墙上。"
UNBROKEN = "https://live.example.com/" + "a" * 120  # what people paste


def run_the_clock():
    """Every sweep of the chain, as a tick runs them."""
    now = timezone.now()
    for sweep in (sweeps.escalate, sweeps.remind, sweeps.amber, sweeps.supervise, sweeps.close_silent):
        sweep(now)


def tell(city):
    """Fill the city; `city.appeals` are those with a story of their own, `city.reports` one filed and one not."""
    city.appeals = [
        *_at_member(city), *_at_branch(city), *_at_committee(city), *_answered(city), *_ended(city),
    ]
    _places(city)
    _reports(city)
    _people(city)
    _contacts(city)
    _from_posters(city)
    _moves(city)
    _merges(city)
    _meetings(city)
    city.roster = roster_rows(city)
    city.appeals += needed_more.tell(city)
    read = Notice.objects.order_by("pk").values("pk")[::2]
    Notice.objects.filter(pk__in=[row["pk"] for row in read]).update(read_at=timezone.now())


def _meetings(city):
    """One that is planned, one whose minutes wait, and an appraisal that was sent back."""
    words = {"actor": city.secretary, "year": timezone.localdate().year, "kind": "LECTURE"}
    for span in ("M11", "Q12"):
        studying.add_line(city.branch, span=span, theme=UNBROKEN[:80], **words)
    planned_meeting(city, starts_at=timezone.now() + timedelta(days=2), agenda=f"一、学习 {UNBROKEN}")
    away = {city.member.pk: ("LEAVE", "TRIP"), city.officer.pk: ("EXCLUDED", "AWAY")}
    recorded_meeting(city, title=UNBROKEN[:80], states=away, content=f"看这里 {UNBROKEN}")
    grades = dict(zip(Meeting.GRADES, (1, 2, 0, 0), strict=True))
    minutes = recorded_meeting(city, kind=Meeting.Kind.APPRAISAL, title="民主评议", grades=grades)
    meetings.send_back(minutes, actor=city.staff, version=None, reason="请补上整改的打算。")


def _at_member(city):
    waiting = submit_appeal(city, title="网点把样鞋压坏了")
    handled = _accepted(city, submit_appeal(city, title=UNBROKEN[:50], body=f"看这里 {UNBROKEN}"))
    services.note(handled, actor=city.member, text=f"已打过电话，约了周三见面。{UNBROKEN}")
    urgent = submit_appeal(
        city, category=Category.objects.filter(service_class="CRITICAL").first(), title="有人上门威胁"
    )
    question = submit_appeal(city, kind="question", category="Z1", title="")
    return waiting, handled, urgent, question


def _accepted(city, appeal):
    return services.accept(appeal, actor=city.member)


def _at_branch(city):
    waiting = services.hand_up(submit_appeal(city, title="想统一谈快递价"), actor=city.member, text="我一个人谈不动。")
    handled = services.hand_up(submit_appeal(city, title="3 号楼夜里停电"), actor=city.member)
    handled = services.accept(handled, actor=city.officer)
    services.note(handled, actor=city.officer, text="物业说今天换空开。")
    services.note(handled, actor=city.secretary, text="物业合同下月到期，先不提。", internal=True)
    _soon_due(handled)
    return waiting, handled


def _soon_due(appeal):
    """Amber: most of the time has gone."""
    past = timezone.now() - timedelta(hours=5)
    appeal.stages.filter(left_at=None).update(remind_at=past, amber_at=past + timedelta(minutes=1))
    run_the_clock()


def _at_committee(city):
    escalated = submit_appeal(city, title="平台限流，申诉三次没人理")
    let_lapse(escalated)
    run_the_clock()
    let_lapse(escalated)
    run_the_clock()
    overdue = submit_appeal(city, city.free_anchor.anchor, title="房东要涨租三成")
    overdue = services.accept(overdue, actor=city.staff)
    let_lapse(overdue, by=timedelta(days=9))
    run_the_clock()
    return escalated, overdue


def _answered(city):
    at_member = services.reply(submit_appeal(city, title="退货件双向收费"), actor=city.member, text=ANSWER)
    above = services.hand_up(submit_appeal(city, title="孩子转学怎么办"), actor=city.member)
    above = services.hand_up(above, actor=city.secretary)
    return at_member, services.reply(above, actor=city.chief, text=ANSWER)


def _ended(city):
    unhappy = services.reply(submit_appeal(city, title="欠付坑位费"), actor=city.member, text=ANSWER)
    unhappy = services.confirm(
        unhappy, actor=city.anchor, outcome="UNSOLVED", rating=2, contacted=True, reason="只打过一次电话。"
    )
    reopened = services.reply(submit_appeal(city, title="想贷十万备年货"), actor=city.member, text=ANSWER)
    reopened = services.reopen(reopened, actor=city.anchor, text="信用社还是不批。")
    withdrawn = services.withdraw(submit_appeal(city, title="驿站没有热水"), actor=city.anchor)
    silent = services.reply(submit_appeal(city, title="被人冒用头像"), actor=city.member, text=ANSWER)
    Appeal.objects.filter(pk=silent.pk).update(judge_by=timezone.now() - timedelta(hours=1))
    run_the_clock()
    return unhappy, reopened, withdrawn, silent


def _places(city):
    everywhere = Division.objects.exclude(parent=None).first() or Division.objects.first()
    facilities = ["AC", "HOT_WATER", "MICROWAVE", "PHONE_CHARGE", "FIRST_AID", "SEAT", "WIFI"]
    place = {"division": everywhere, "kind": "HOSTED", "host": "万商红产业新城", "hours": "每天 8:00–22:00"}
    city.stations = Station.objects.bulk_create(
        Station(
            code=f"XY-01-{n:03d}", name=f"万商红暖新驿站 {n} 号", address="仙女湖区万商红产业新城 3 号楼一层",
            facilities=facilities, branch=city.branch, in_anchor_area=n < 3, is_demo=n > 1, seats=12, area=40,
            status="REPAIR" if n == 2 else "OPEN", note="空调在修，11月30日好。" if n == 2 else "", **place,
        )
        for n in range(1, 5)
    )
    Enterprise.objects.create(name="万商红产业新城", kind="PARK", branch=city.branch, should_build=True)
    Enterprise.objects.create(name=UNBROKEN[:60], branch=city.branch)
    Branch.objects.create(
        committee=city.committee, name="分宜县演示第四党支部", short_name="演示第四", established_on=date(2024, 8, 1),
        is_demo=True,
    )


def _from_posters(city):
    """One whom nobody knows, one of a phone in the registry, one decided; each with an appeal."""
    city.newcomers = [
        poster_appeal(city, name=name, phone=phone, body=body).anchor.newcomer for name, phone, body in (
            ("罗小满", "13807901234", "仓库门口停不了车。"), ("林小禾", "13807900002", "夜里找不到充电桩。"),
            ("误登的人", "13807905678", "冷库总是满的。"),
        )
    ]
    newcomers.close(city.newcomers[-1], actor=city.officer)


def _reports(city):
    open_due(timezone.now())
    filed, waiting = (Report.objects.get(branch=branch) for branch in (city.other_branch, city.branch))
    report_services.file(filed, actor=city.other_secretary, version=filed.version, remarks="这个月两家企业停播。")
    Report.objects.filter(pk=waiting.pk).update(due_at=F("opened_at"))
    city.reports = [waiting, filed]


def _contacts(city):
    """A list that was spread, another that waits, a wish, and what the contact wrote down."""
    for name in ("夏小满", "苗小雨"):
        user = User.objects.create_user(name, name=name)
        anchor = Anchor.objects.create(
            user=user, stage_name=f"{name}的直播间", branch=city.branch, enrolled_on=date(2026, 10, 1)
        )
    contacts.spread(Anchor.objects.filter(pk=anchor.pk), members=[city.officer], actor=city.secretary)
    contacts.wish_for_another(city.anchor.anchor, actor=city.anchor, reason="FAR")
    contacts.log_service(city.anchor.anchor, actor=city.member, channel="VISIT", topic="C")
def _moves(city):
    """One done, one undone, and somebody left to suggest."""
    city.branch.covers.add("360502")
    elsewhere = [
        Anchor.objects.create(
            user=User.objects.create_user(f"moved{n}", name=name), stage_name=f"{name}带货", branch=city.other_branch,
            enrolled_on=date(2025, 1, 1), contact=city.other_secretary if n == 0 else None,
        )
        for n, name in enumerate(("简舟", "贺兰若", "向晚"))
    ]
    for anchor in elsewhere[:2]:
        made = move_anchors(Anchor.objects.filter(pk=anchor.pk), city.branch, actor=city.staff)
    move_services.undo(made, actor=city.chief)
    Anchor.objects.filter(pk=elsewhere[2].pk).update(branch=None, division="360502")


def _merges(city):
    """One done, one undone, and two who may be one person."""
    made = [
        Anchor.objects.create(
            user=User.objects.create_user(f"twin{n}", name="孟帆", phone=f"1390790{n}055"), stage_name=f"帆帆 {n} 号",
            branch=city.branch, enrolled_on=date(2025, 1, 1),
        )
        for n in range(3)
    ]
    merging.undo(merging.merge(made[0], made[1], actor=city.staff), actor=city.chief)
    merging.merge(made[0], made[2], actor=city.staff, reason="本人到办公室说的。")


def _people(city):
    Activist.objects.create(user=city.free_anchor, branch=city.branch, since=date(2026, 5, 1))
    PlatformAccount.objects.create(
        anchor=city.anchor.anchor, platform=PlatformAccount.Platform.choices[0][0], nickname="小禾说鞋",
        followers_band=PlatformAccount.Band.choices[0][0], as_of=date(2026, 10, 1),
    )
