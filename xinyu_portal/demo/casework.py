"""Appeals that needed more than an answer: lent to a partner, paused, turned away, protected, gathered, published.

One of each, said and acted upon on the last working day before the load, so that every page of the chain shows one.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from appeals import services
from appeals.dispatching import services as dispatching
from appeals.ending import services as ending
from appeals.merging import services as merging
from appeals.models import Category
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.protection import anonymous
from appeals.publishing import services as publishing
from appeals.supervision import services as supervision
from branches.calendar.workcalendar import SHANGHAI, local
from branches.organisation.models import Partner
from xinyu_portal.demo import plan

OPENS = time(9)
STEP = timedelta(minutes=7)  # between two things that happen
KEYS = uuid.UUID("5b0f3f0e-8c2a-4e6e-9d53-2f6a0c7f1b11")  # of the submit keys, by the title


@dataclass
class Desk:
    """Who is there, and the time of the day: each call of `at()` is a little later than the one before."""

    users: dict
    tellers: list  # anchors whom member1 looks after; they are asked round and round
    now: datetime

    def at(self):
        self.now += STEP
        return self.now

    def say(self, teller, code, title, body, **words):
        """An anchor says it; returns the appeal."""
        anchor = self.tellers[teller % len(self.tellers)]
        appeal, _ = services.submit(
            anchor, actor=anchor.user, kind="appeal", category=Category.objects.get(pk=code), title=title, body=body,
            submit_key=uuid.uuid5(KEYS, title), at=self.at(), **words,
        )
        return appeal

    def act(self, verb, appeal, who, **words):
        return verb(appeal, actor=self.users[who], at=self.at(), **words)

    def to_committee(self, appeal):
        """Handed up twice and accepted by the staff."""
        self.act(services.hand_up, appeal, "member1", text="要市里出面。")
        self.act(services.hand_up, appeal, "secretary1", text="支部谈不下来。")
        return self.act(services.accept, appeal, "staff1")

    def to_branch(self, appeal):
        self.act(services.hand_up, appeal, "member1", text="我这里办不了。")
        return self.act(services.accept, appeal, "secretary1")


def do(builder, players, calendar, now):
    """`players` is `{username: Anchor}`; `now` is the instant of the load."""
    day = local(now).date() - timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    tellers = [players[name] for name in plan.tellers("member1")]
    desk = Desk(builder.users, tellers, datetime.combine(day, OPENS, SHANGHAI))
    for case in CASES:
        case(desk)


def _lent(desk):
    """Two at the partner: one it has still to answer, one it has answered."""
    association = Partner.objects.get(posts__user=desk.users["partner1"])
    waits = desk.to_committee(desk.say(
        0, "A1", "春节前快递要涨价，想统一谈", "三家网点都通知下月起每单涨四毛，我们园区十几家一起谈行不行？",
    ))
    desk.act(
        dispatching.dispatch, waits, "staff1", partner=association, days=2,
        text="请召集万商红片区三家网点，谈一个到春节前不涨价的统一协议，把谈的结果告诉我们。",
    )
    answered = desk.to_committee(desk.say(
        1, "A2", "样品丢了两箱，网点推给中转场", "两箱样品显示在新余中转场停了六天，网点说不归他们管。",
    ))
    desk.act(
        dispatching.dispatch, answered, "staff1", partner=association, days=1,
        text="请查新余中转场 11 月中旬停留的两箱样品，找到或按丢件赔付。",
    )
    desk.act(dispatching.dispatch_reply, answered, "partner1", text="一箱已找到，今天补送；另一箱按丢件赔 860 元。")


def _paused(desk):
    """One at the branch, and one still with the contact."""
    appeal = desk.to_branch(desk.say(
        2, "C1", "直播间合同到期，房东不给看原件", "房东说合同里写了涨租，可我手上那份没有这一条，原件他不肯拿出来。",
    ))
    desk.act(
        pausing.suspend, appeal, "secretary1", reason="WAITS_FOR_ANCHOR", days=3,
        text="请把您手上那份合同拍照补充给我们。",
    )


    asked = desk.act(services.accept, desk.say(
        12, "G1", "橱窗无缘无故被关了", "昨晚开播前橱窗没了，客服只说违规，不说违了哪一条。",
    ), "member1")
    desk.act(
        pausing.suspend, asked, "member1", reason="WAITS_FOR_OTHERS", days=4, text="申诉已经递上去，平台说四天内回话。",
    )


def _turned_away(desk):
    refused = desk.say(3, "E2", "公司欠三个月工资，仲裁已经立案", "仲裁上周立案了，能不能请你们催一催？")
    desk.act(services.hand_up, refused, "member1", text="已经立案。")
    desk.act(
        ending.refuse, refused, "secretary1", reason="PROCEDURE",
        text="仲裁已经受理，我们不能插手裁决。需要法律援助可以找市总工会，我们帮您约。",
    )
    referred = desk.to_branch(desk.say(
        4, "J3", "外地户口怎么迁到新余", "在新余租房直播三年了，想把户口迁来，孩子好上学。",
    ))
    desk.act(
        ending.refer, referred, "secretary1", reason="OTHER_DUTY", text="户口由派出所办，12345 会告诉您窗口和材料。",
    )


def _asked_for(desk):
    """What waits for somebody's decision: a return, and more time."""
    returned = desk.say(5, "B1", "想贷十万备年货，信用社不批", "流水够，说是主播没有固定单位不批，别的银行也一样。")
    desk.act(services.hand_up, returned, "member1", text="要银行出面。")
    desk.act(
        negotiation.ask_return, returned, "secretary1", reason="NEEDS_UNIT", text="要金融单位牵头，支部没有这个职责。",
    )
    longer = desk.say(6, "D1", "想学剪片子，报名满了", "培训班两期都满了，能不能加一期？")
    longer = desk.act(services.accept, longer, "member1")
    desk.act(negotiation.extend, longer, "member1", days=2, text="老师周四才回话。", plan="周四问老师，周五答复。")


def _pressed(desk):
    appeal = desk.to_branch(desk.say(7, "C2", "3 号楼一到晚上就断电", "黄金时段断了三次电，直播间一黑人就全走了。"))
    desk.act(
        supervision.supervise, appeal, "chief1", reason="REPEATED", days=3,
        text="同一栋楼一个月三次，请与物业定下检修日期，写明谁负责。",
    )


def _gathered(desk):
    """Two about one matter; the second follows the first."""
    lead = desk.to_branch(desk.say(8, "C1", "园区停车场晚上锁门", "播到一点，车出不来，保安说十二点以后不开。"))
    child = desk.say(9, "C1", "半夜下播车开不出园区", "停车场十二点锁门，下播的人都走不了。")
    desk.act(merging.merge, child, "staff1", lead=lead)


def _protected(desk):
    desk.say(10, "F1", "机构扣着坑位费不结", "说我违约，要扣一半，合同里没有这一条。", confidentiality="confidential")
    desk.say(11, "Z1", "联系党员总打听我的收入", "每次来都问一个月赚多少，我不想说。", about=["contact"])
    anonymous.submit(
        kind="appeal", category=Category.objects.get(pk="G2"), title="有人冒用我的头像卖货",
        body="两个号用我的头像和昵称卖假鞋，平台申诉没有回音。", submit_key=uuid.uuid5(KEYS, "anonymous"), at=desk.at(),
    )


def _published(desk):
    """What everybody may read: the anchors were content and consented, the staff wrote it anew without a name."""
    for teller, (code, said, answered, public) in enumerate(PUBLIC, start=13):
        appeal = desk.act(services.accept, desk.say(teller, code, *said), "member1")
        appeal = desk.act(services.reply, appeal, "member1", text=answered)
        publishing.judge(
            appeal, actor=appeal.anchor.user, outcome="RESOLVED", rating=5, contacted=True, public=True, at=desk.at(),
        )
        desk.act(publishing.publish, appeal, "staff1", **public)


PUBLIC = (  # category, (title, body) said, the answer, and what is public of it
    (
        "A2", ("样鞋压坏三双，网点说没保价", "寄来的样鞋压坏三双，网点说没保价只退运费，能多赔吗？"),
        "和您一起到网点谈了，没保价也按实际损失赔，三双 240 元当天到账。以后找网点值班经理，驿站墙上有电话。",
        {
            "title": "没保价的样品压坏了，怎么赔", "question": "寄来的样品压坏了，网点说没有保价，只肯退运费。",
            "answer": "没有保价，也可以要求按实际损失赔。带上开箱照片、进货单和运单号，到收件的网点填赔付单，"
            "一般当天有结果；网点不认的，在这里说一声，我们陪您去谈。",
        },
    ),
    (
        "D1", ("新手想学拍摄，不知道去哪里报名", "刚开始播，想学拍摄和剪辑，听说有免费班，不知道在哪报名。"),
        "给您报上了，下个周六上午在驿站二楼，带手机就行。听课不收费，报名找驿站值班的人。",
        {
            "title": "免费的拍摄剪辑班在哪里报名", "question": "想学拍摄和剪辑，听说有免费的班。",
            "answer": "驿站二楼每月第一个周六上午开班，不收费，带手机就行。"
            "报名找驿站值班的人，或者在这里说一声，我们替您报。",
        },
    ),
)
CASES = (_lent, _paused, _turned_away, _asked_for, _pressed, _gathered, _protected, _published)
