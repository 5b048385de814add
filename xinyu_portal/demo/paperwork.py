"""What lies on the committee's desk in the demo city: measures under way, forms asked for, duties given.

The words of the 21 measures stay unpublished; what is told of a quarter says that it is made up.
"""

from datetime import timedelta

from django.utils import timezone

from appeals.duties import services as duties
from appeals.models import Category
from branches.admission import services as admission
from branches.measures import kinds
from branches.measures import services as measures
from branches.measures.models import Measure
from branches.measures.quarters import quarter_of
from branches.organisation.models import Enterprise, Partner
from branches.rules.services import rules_on
from members.models import Member

# (number, state, told last quarter, told this quarter)
UNDER_WAY = (
    (1, Measure.State.LASTING, "演示：上季度联系主播的安排排好了。", "演示：本季度照安排走了一遍。"),
    (2, Measure.State.MOVING, "演示：上季度选好了两处场地。", ""),
    (5, Measure.State.MOVING, "", "演示：本季度开了第一次碰头会。"),
    (9, Measure.State.DONE, "演示：上季度办完了。", ""),
)
STATIONS_BEHIND = (5, 8)  # the measure, and how many stations stand behind it
FORM = {"code": None, "people": 0, "money": 0, "basis": "演示文件（待确认）"}
# (what becomes of it, days until its last one, its fields)
FORMS = (
    ("proposed", 365, {"title": "夜班主播用餐情况", "owner": "演示部门一", "period": "quarter",
                       "items_before": 14, "items_after": 6}),
    ("refused", 365, {"title": "主播每日开播统计", "owner": "演示部门二", "period": "month",
                      "items_before": 0, "items_after": 30}),
    ("removed", 200, {"title": "活动照片周报", "owner": "演示部门三", "period": "month",
                      "items_before": 9, "items_after": 9}),
    ("approved", 300, {"title": "直播企业用工情况", "owner": "演示部门一", "period": "half-year", "people": 2,
                       "items_before": 22, "items_after": 8}),
    ("approved", 20, {"title": "助农场次核对", "owner": "演示部门四", "period": "quarter", "money": 3000,
                      "items_before": 12, "items_after": 4}),
)
DUTIES = (("A1", "市快递行业协会", "类别表的提示，演示（待确认）"), ("C4", None, "演示（待确认）"))


def lay(builder, now):
    staff, chief = builder.users["staff1"], builder.users["chief1"]
    _measures(staff, now)
    _forms(staff, chief, now)
    since = timezone.localdate(now) - timedelta(days=60)
    for code, name, basis in DUTIES:
        partner = Partner.objects.get(name=name) if name else None
        duties.give(Category.objects.get(pk=code), actor=staff, partner=partner, basis=basis, since=since, at=now)
    _firm_without_branch()


def _measures(staff, now):
    last_quarter = now - timedelta(days=(timezone.localdate(now) - quarter_of(timezone.localdate(now))).days + 10)
    committee = staff.posts.get().committee
    for number, state, before, present in UNDER_WAY:
        measure = Measure.objects.get(number=number)
        measures.correct(measure, actor=staff, version=None, state=state, lead=committee, at=last_quarter)
        for text, at in ((before, last_quarter), (present, now)):
            if text:
                measures.tell(measure, actor=staff, version=None, text=text, at=at)
    number, how_many = STATIONS_BEHIND
    station = kinds.by_code("station")
    for row in station.rows(staff).order_by("pk")[:how_many]:
        measures.link(Measure.objects.get(number=number), actor=staff, kind=station, record_id=row.pk, at=now)


def _forms(staff, chief, now):
    today, asked = timezone.localdate(now), now - timedelta(days=40)
    for becomes, days, fields in FORMS:
        since, until = today - timedelta(days=30), today + timedelta(days=days)
        form = admission.enter(actor=staff, at=asked, since=since, expires_on=until, **(FORM | fields))
        if becomes == "proposed":
            continue
        granted = becomes != "refused"
        reason = "演示：依据清楚，项数减下来了。" if granted else "演示：要的是每天的统计，不符合减负的规定。"
        admission.decide(form, actor=chief, granted=granted, reason=reason, at=asked + timedelta(days=2))
        if becomes == "removed":
            admission.remove(form, actor=staff, reason="演示：和月报重复。", at=now - timedelta(days=5))


def _firm_without_branch():
    """A firm where as many full members work as ask for a branch (应建未建)."""
    firm = Enterprise.objects.filter(should_build=True, party_form="").order_by("pk").first()
    plain = Member.objects.current().filter(standing=Member.Standing.FULL, user__posts=None, enterprise=None)
    ids = plain.order_by("-pk").values_list("pk", flat=True)[: int(rules_on().number("BRANCH_FULL_MEMBERS"))]
    Member.objects.filter(pk__in=list(ids)).update(enterprise=firm)
