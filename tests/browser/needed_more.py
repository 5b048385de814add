"""The part of the story that needed more than an answer: lent, supervised, put aside, turned away, merged, hidden."""

from datetime import timedelta

from django.utils import timezone

from appeals import services
from appeals.answering import services as answering
from appeals.dispatching import services as dispatching
from appeals.ending import services as ending
from appeals.judging import services as judging
from appeals.merging import services as merging
from appeals.models import Appeal
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from appeals.publishing import services as publishing
from appeals.recusal import services as recusal
from appeals.supervision import services as supervision
from branches.calendar import services as calendar
from branches.organisation.models import Branch
from tests.factories import anonymous_appeal, submit_appeal
from tests.photos import stored


def tell(city):
    """Return the appeals; `city.lent` are those that a partner unit was asked about."""
    city.lent = [*_lent(city)]
    told = [
        *city.lent, *_supervised(city), *_aside(city), *_turned_away(city), *_merged(city), *_hidden(city),
        *_asked(city), *_published(city), _with_photos(city),
    ]
    starts = timezone.now() + timedelta(hours=1)
    calendar.add_shift(actor=city.staff, user=city.secretary, starts_at=starts, ends_at=starts + timedelta(hours=4))
    return told


def _taken(city, title):
    """In the hands of the committee, which may ask others."""
    appeal = services.hand_up(submit_appeal(city, title=title), actor=city.member)
    return services.accept(services.hand_up(appeal, actor=city.secretary), actor=city.staff)


def _dispatched(city, title):
    return dispatching.dispatch(
        _taken(city, title), actor=city.staff, partner=city.partner, text="请查一个单号到了哪里，卡在哪一站。"
    )


def _lent(city):
    replied = _dispatched(city, "寄错的件找不回来")
    replied = dispatching.dispatch_reply(replied, actor=city.clerk, text="在南昌分拨中心找到了，明天送到。")
    return _dispatched(city, "快递费一个月涨了三次"), replied


def _supervised(city):
    made = []
    for title in ("退款的运费没人认", "展位分得不公"):
        appeal = services.accept(submit_appeal(city, title=title), actor=city.member)
        made.append(supervision.supervise(appeal, actor=city.staff, reason="OVERDUE", text="三天内给主播一个说法。"))
    made[1] = supervision.answer_sheet(made[1], actor=city.member, text="已和展会办约好周一一起去看。")
    return made


def _aside(city):
    aside = services.accept(submit_appeal(city, title="补贴没有到账"), actor=city.member)
    return (pausing.suspend(aside, actor=city.member, reason="WAITS_FOR_ANCHOR", text="请补一张银行回单。", days=3),)


def _turned_away(city):
    """One refused, and one about which the committee was asked again."""
    refused = services.hand_up(submit_appeal(city, title="邻居半夜装修"), actor=city.member)
    refused = ending.refuse(refused, actor=city.secretary, reason="OTHER_DUTY", text="这件归城管，电话 12345。")
    reviewed = services.reply(submit_appeal(city, title="尾款一直没结"), actor=city.member, text="厂家说下月。")
    reviewed = services.confirm(
        reviewed, actor=city.anchor, outcome="UNSOLVED", rating=2, contacted=True, reason="下月又下月。"
    )
    return refused, ending.review(reviewed, actor=city.anchor, text="厂家已经拖了三次，请党委出面。")


def _merged(city):
    lead = _taken(city, "园区门口堵车，货出不去")
    child = submit_appeal(city, city.other_anchor.anchor, title="园区东门天天堵")
    return lead, merging.merge(child, actor=city.staff, lead=lead)


def _hidden(city):
    """In confidence, of nobody, and one of which the officer may know nothing."""
    recused = services.hand_up(submit_appeal(city, title="会费收得不明白"), actor=city.member)
    recused = recusal.recuse(recused, actor=city.chief, person=city.officer, text="是当事人的亲戚。")
    anonymous, city.query_code = anonymous_appeal(title="工资一直扣着")
    return submit_appeal(city, title="押金一直不退", confidentiality="confidential"), anonymous, recused


def _asked(city):
    """What waits for another person: to be sent back, more time, a second pair of eyes."""
    returned = services.hand_up(submit_appeal(city, title="打包的纸箱涨价"), actor=city.member)
    returned = negotiation.ask_return(returned, actor=city.officer, reason="NOT_OURS", text="不归支部办。")
    longer = services.accept(submit_appeal(city, title="样品间漏水"), actor=city.member)
    longer = negotiation.extend(longer, actor=city.member, days=2, text="等物业回话。", plan="周四再问一次。")
    drafted = services.hand_up(submit_appeal(city, title="果园没有信号"), actor=city.member)
    drafted = services.accept(drafted, actor=city.officer)
    Branch.objects.filter(pk=city.branch.pk).update(checks_replies=True)
    return returned, longer, answering.release(drafted, actor=city.officer, text="移动公司下周来装一个基站。")


def _published(city):
    """One among the public answers, and one asked about again by telephone."""
    agreed = services.reply(submit_appeal(city, title="直播台灯太暗"), actor=city.member, text="驿站换了两盏。")
    services.confirm(agreed, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    agreed = publishing.consent(agreed, actor=city.anchor, granted=True)
    agreed = publishing.publish(
        agreed, actor=city.staff, title="驿站的台灯太暗怎么办", question="晚上直播，台灯照不亮商品。",
        answer="驿站已经换了两盏补光灯，先到先用。",
    )
    called = services.reply(submit_appeal(city, title="收货地址总写错"), actor=city.member, text="已改好。")
    services.confirm(called, actor=city.anchor, outcome="RESOLVED", rating=4, contacted=True)
    return agreed, judging.follow_up(Appeal.objects.get(pk=called.pk), actor=city.staff, reached=False)


def _with_photos(city):
    return submit_appeal(city, title="冷库门关不严", files=stored("冷库.jpg", "门缝.jpg"))
