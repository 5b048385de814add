"""The committee's first page: what needs it now, then figures with their counts, then the chain."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appeals import services, statistics, sweeps
from appeals.answering.services import release
from appeals.dispatching import services as dispatching
from appeals.dispatching.models import Dispatch
from appeals.models import Appeal, Stage
from appeals.negotiation import services as negotiation
from appeals.publishing import services as publishing
from appeals.supervision import services as supervision
from branches.admission import services as admission
from branches.admission.models import ReportForm
from branches.measures import services as measures
from branches.measures.models import Measure
from branches.organisation.models import Branch, Committee, Post
from members.transfers import services as transfers
from tests.factories import entered_form, let_lapse, many_like, open_report, recorded_meeting, submit_appeal
from xinyu_portal.todo.committee import LINES

pytestmark = pytest.mark.django_db
PAGE = "/committee/"


def text(response):
    return response.content.decode()


def titles(response):
    return [one.title for one in response.context["todo"]]


def at_committee(city):
    return submit_appeal(city, anchor=city.free_anchor.anchor)


def test_it_is_the_committees_alone(city, sign_in):
    assert sign_in(city.chief).get(PAGE).status_code == 200
    assert sign_in(city.staff).get(PAGE).status_code == 200
    for user in (city.anchor, city.member, city.secretary, city.auditor, city.clerk, city.admin, city.stranger):
        assert sign_in(user).get(PAGE).status_code == 403
    assert sign_in(city.chief).post(PAGE).status_code == 405


def test_a_quiet_day_says_so(city, sign_in):
    seen = sign_in(city.chief).get(PAGE)
    assert "现在没有等您动手的" in text(seen) and "暂无数据" in text(seen)


def test_what_is_late_comes_before_what_waits(city, sign_in):
    late = at_committee(city)
    let_lapse(late)
    sweeps.supervise(timezone.now())
    at_committee(city)
    said = ["1 件在党委超时，其中 1 件已亮黄牌", "亮了黄牌，还没有发督办单", "1 件等党委接单"]
    assert titles(sign_in(city.chief).get(PAGE)) == said


def test_each_line_counts_all_of_its_own_however_much_is_late(city, sign_in):
    late, soon = at_committee(city), services.accept(at_committee(city), actor=city.staff)
    let_lapse(late)
    Stage.objects.filter(appeal=soon).update(amber_at=timezone.now() - timedelta(minutes=1))
    at_committee(city)
    many_like(late, 69)
    Stage.objects.filter(appeal=late).update(yellow_fired=1, red_fired=1)
    lines = sign_in(city.chief).get(PAGE).context["todo"]
    assert [one.title for one in lines if one.icon != "file-certificate"] == [
        "70 件在党委超时，其中 1 件已亮黄牌、1 件已亮红牌", "1 件等党委接单", "1 件在党委即将超时",
    ]
    assert lines[0].detail == "、".join([late.title] * 3) + " 等"


def test_what_got_a_card_is_counted_apart_from_what_is_late(city, sign_in):
    late = [at_committee(city) for _ in range(5)]
    let_lapse(*late)
    Stage.objects.filter(appeal=late[0]).update(yellow_fired=1)
    assert titles(sign_in(city.chief).get(PAGE))[0] == "5 件在党委超时，其中 1 件已亮黄牌"


def test_a_branch_without_anybody_is_a_red_line(city, sign_in):
    Post.objects.filter(branch=city.other_branch).update(until=timezone.localdate() - timedelta(days=1))
    seen = sign_in(city.chief).get(PAGE)
    assert titles(seen) == ["渝水区演示第一党支部没有人接单，诉求直接到党委"]
    assert seen.context["todo"][0].face == "late" and "演示</span>" in text(seen)


def test_rows_that_stepped_aside_are_listed(city, sign_in):
    appeal = submit_appeal(city)
    Stage.objects.filter(appeal=appeal).update(retry_at=timezone.now() + timedelta(minutes=5), failures=2)
    seen = sign_in(city.chief).get(PAGE)
    assert titles(seen) == ["1 件没能自动往下走，系统会再试"] and appeal.number in text(seen)


def test_reports_that_nobody_looked_at_are_listed(city, sign_in):
    open_report(city.branch, state="filed", filed_at=timezone.now(), filed_by=city.secretary)
    assert titles(sign_in(city.chief).get(PAGE)) == ["1 份报表等看"]


def test_forms_wait_for_whoever_may_decide_them(city, sign_in):
    form = entered_form(city)
    seen = sign_in(city.chief).get(PAGE)
    assert [(one.title, one.url) for one in seen.context["todo"]] == [("1 张报表等您审批", f"/forms/{form.pk}/")]
    assert titles(sign_in(city.staff).get(PAGE)) == []
    entered_form(city, title="另一张表")
    [line] = sign_in(city.chief).get(PAGE).context["todo"]
    assert (line.title, line.url) == ("2 张报表等您审批", "/forms/?show=proposed")


def test_a_new_form_is_listed_behind_many_that_stand(city, sign_in):
    today = timezone.localdate()
    ReportForm.objects.bulk_create(
        ReportForm(title=f"第 {no} 张表", owner="市商务局", period="year", since=today, state="approved")
        for no in range(70)
    )
    entered_form(city)
    ReportForm.objects.bulk_create(
        ReportForm(
            title=f"快到期的 {no}", owner="市商务局", period="year", since=today, state="approved", expires_on=today
        )
        for no in range(70)
    )
    lines = sign_in(city.chief).get(PAGE).context["todo"]
    assert [(one.title, one.detail) for one in lines] == [
        ("1 张报表等您审批", "直播间用工情况"), ("70 张报表快到期", "快到期的 0、快到期的 1、快到期的 2 等"),
    ]


def test_what_the_chief_corrected_does_not_wait_for_them(city, sign_in):
    admission.correct(entered_form(city), actor=city.chief, people=2)
    assert titles(sign_in(city.chief).get(PAGE)) == []


def test_a_form_that_runs_out_is_listed_until_somebody_renews_it(city, sign_in):
    today = timezone.localdate()
    form = admission.decide(
        entered_form(city, since=today, expires_on=today + timedelta(days=30)), actor=city.chief, granted=True,
        reason="有依据。",
    )
    assert titles(sign_in(city.staff).get(PAGE)) == ["1 张报表快到期"]
    ReportForm.objects.filter(pk=form.pk).update(expires_on=today + timedelta(days=31))
    assert titles(sign_in(city.staff).get(PAGE)) == []


def test_a_form_that_nobody_uses_is_proposed_for_removal(city, sign_in):
    for period in ("2026-09", "2026-10"):
        open_report(city.branch, period, due_at=timezone.now() - timedelta(days=1))
    assert titles(sign_in(city.staff).get(PAGE)) == ["1 张报表没人用，建议取消"]


def test_measures_under_way_without_progress_and_those_past_their_day(city, sign_in):
    measure = Measure.objects.get(number=3)
    measures.correct(
        measure, actor=city.staff, version=None, state="MOVING", deadline=timezone.localdate() - timedelta(days=1)
    )
    seen = sign_in(city.staff).get(PAGE).context["todo"]
    assert [(one.title, one.detail) for one in seen] == [
        ("1 条举措过了完成时限", "第 3 条"), ("1 条举措本季度还没有进展", "第 3 条"),
    ]
    for number in (5, 6):
        measures.correct(Measure.objects.get(number=number), actor=city.staff, version=None, text="照通知录入的一句。")
    line = sign_in(city.staff).get(PAGE).context["todo"][1]
    shown = sign_in(city.staff).get(line.url).context["measures"]
    assert (line.title, len(shown)) == ("3 条举措本季度还没有进展", 3)
    Measure.objects.exclude(number=3).update(text="")
    measures.tell(measure, actor=city.staff, version=None, text="开了第一家。")
    measures.correct(measure, actor=city.staff, version=None, state="DONE")
    assert titles(sign_in(city.staff).get(PAGE)) == []


def test_a_branch_near_its_election_and_one_without_a_secretary_for_long(city, sign_in):
    today = timezone.localdate()
    Branch.objects.filter(pk=city.other_branch.pk).update(elected_on=today - timedelta(days=1000))
    assert titles(sign_in(city.staff).get(PAGE)) == ["1 个支部该准备换届"]
    Branch.objects.filter(pk=city.other_branch.pk).update(elected_on=None)
    for days, said in ((30, []), (31, ["1 个支部书记空缺超过 30 天"])):
        Post.objects.filter(user=city.secretary).update(until=today - timedelta(days=days))
        assert titles(sign_in(city.staff).get(PAGE)) == said


def closed(city, rating=5, outcome="RESOLVED"):
    appeal = services.reply(submit_appeal(city), actor=city.member, text="好了。")
    services.confirm(appeal, actor=city.anchor, outcome=outcome, rating=rating, contacted=True, reason="慢")
    Stage.objects.filter(appeal=appeal).update(
        accept_due_at=timezone.now() + timedelta(hours=1), due_at=timezone.now() - timedelta(minutes=1)
    )
    Appeal.objects.filter(pk=appeal.pk).update(replied_at=timezone.now() - timedelta(hours=1))
    return appeal


def test_few_are_counted_and_not_made_a_percentage(city, sign_in):
    closed(city)
    figures = {figure.label: figure for figure in sign_in(city.chief).get(PAGE).context["figures"]}
    assert (figures["办结率"].value, figures["办结率"].unit) == ("1", "件，共 1 件")


def test_a_figure_and_the_list_behind_it_agree(city, sign_in):
    for rating, outcome in ((5, "RESOLVED"), (4, "RESOLVED"), (3, "PARTLY"), (2, "UNSOLVED"), (1, "UNSOLVED")):
        closed(city, rating, outcome)
    services.withdraw(submit_appeal(city), actor=city.anchor)
    client = sign_in(city.chief)
    figures = {figure.label: figure for figure in client.get(PAGE).context["figures"]}
    assert (figures["满意率"].value, figures["解决率"].value, figures["办结率"].value) == ("60.0", "40.0", "100.0")
    for figure in figures.values():
        for words, url in figure.links[-2:]:
            shown = client.get(url).context["counts"]
            key = "figure" if "figure" in url else "open"
            assert str(shown[key]) in words


def test_every_condition_has_a_title():
    assert set(statistics.TITLES) == set(statistics.conditions(timezone.now()))


def test_the_chain_shows_what_went_up(city, sign_in):
    services.hand_up(submit_appeal(city), actor=city.member)
    appeal = submit_appeal(city)
    let_lapse(appeal)
    sweeps.escalate(timezone.now())
    nodes = sign_in(city.chief).get(PAGE).context["nodes"]
    assert [node.open for node in nodes] == [0, 2, 0]
    assert nodes[1].came == ("上交 1", "自动 1")


def test_it_costs_the_same_however_much_there_is(city, sign_in):
    client = sign_in(city.chief)
    with CaptureQueriesContext(connection) as quiet:
        client.get(PAGE)
    for _ in range(6):
        let_lapse(at_committee(city))
        at_committee(city)
    for number in range(3):
        Branch.objects.create(
            committee=city.committee, name=f"演示支部{number}", short_name=f"{number}", established_on="2025-01-01"
        )
    with CaptureQueriesContext(connection) as busy:
        client.get(PAGE)
    assert len(quiet) == len(busy) <= 9 + len(LINES)  # one for each subject of the to-do, the rules once


def test_a_late_unit_a_card_without_a_sheet_and_a_late_sheet_each_have_their_link(city, sign_in):
    lent = services.accept(at_committee(city), actor=city.staff)
    dispatching.dispatch(lent, actor=city.staff, partner=city.partner, text="请查一个单号。")
    sheeted = supervision.supervise(submit_appeal(city), actor=city.staff, reason="REPEATED", text="给个说法。")
    carded = at_committee(city)
    let_lapse(carded)
    sweeps.supervise(timezone.now())
    past = {"at": timezone.now() - timedelta(days=9), "due_at": timezone.now() - timedelta(days=3)}
    lent.dispatches.update(**past)
    sheeted.sheets.update(**past)
    seen = sign_in(city.chief).get(PAGE)
    assert {one.title for one in seen.context["todo"]} >= {
        "市快递行业协会过期没有回复派单", "亮了黄牌，还没有发督办单",
        f"督办单 {sheeted.sheets.get().number} 过期没有回复",
    }
    assert f"/appeals/{carded.pk}/?act=supervise#more" in text(seen)
    supervision.supervise(carded, actor=city.staff, reason="OVERDUE", text="三天内答复。")
    assert "亮了黄牌，还没有发督办单" not in titles(sign_in(city.chief).get(PAGE))


def test_a_drafted_answer_waits_for_the_colleague_of_who_wrote_it(city, sign_in):
    Committee.objects.update(checks_replies=True)
    appeal = services.accept(at_committee(city), actor=city.staff)
    release(appeal, actor=city.staff, text="赔了 300 元。")
    line = next(one for one in sign_in(city.chief).get(PAGE).context["todo"] if one.button == "去审")
    assert (line.title, line.url) == ("1 件等您审核", f"/appeals/{appeal.pk}/#release")
    assert "去审" not in text(sign_in(city.staff).get(PAGE))


def test_an_answer_that_may_be_made_public_waits_for_who_writes_it(city, sign_in):
    appeal = closed(city)
    publishing.consent(appeal, actor=city.anchor, granted=True)
    client = sign_in(city.staff)
    [line] = [one for one in client.get(PAGE).context["todo"] if one.button == "去写"]
    assert [row.appeal.pk for row in client.get(line.url).context["rows"]] == [appeal.pk]
    publishing.publish(appeal, actor=city.staff, title="丢件", question="怎么赔？", answer="按实际损失赔。")
    assert "去写" not in text(client.get(PAGE))


def test_several_requests_lead_to_their_list(city, sign_in):
    for _ in range(2):
        appeal = services.hand_up(submit_appeal(city), actor=city.member)
        negotiation.ask_return(appeal, actor=city.secretary, reason="OTHER", text="不归支部。")
    client = sign_in(city.staff)
    line = next(one for one in client.get(PAGE).context["todo"] if one.button == "去审")
    assert line.title == "2 件等您审核"
    assert len(client.get(line.url).context["rows"]) == 2


def test_more_than_are_named_are_counted_all(city, sign_in):
    for month in range(1, 6):
        appeal = services.hand_up(submit_appeal(city), actor=city.member)
        negotiation.ask_return(appeal, actor=city.secretary, reason="OTHER", text="不归支部。")
        dispatching.dispatch(
            services.accept(at_committee(city), actor=city.staff), actor=city.staff, partner=city.partner, text="请查。"
        )
        open_report(city.branch, f"2026-0{month}", state="filed", filed_at=timezone.now(), filed_by=city.secretary)
    Dispatch.objects.update(due_at=timezone.now() - timedelta(days=1), at=timezone.now() - timedelta(days=2))
    lines = {one.title: one for one in sign_in(city.staff).get(PAGE).context["todo"]}
    assert {"5 件等您审核", "还有 2 份派单过期没有回复", "5 份报表等看"} <= set(lines)
    assert lines["5 件等您审核"].detail.endswith(" 等") and lines["5 份报表等看"].detail == "万商红 等"


def test_minutes_and_late_letters_wait(city, sign_in):
    meeting = recorded_meeting(city)
    long_ago = timezone.localdate() - timedelta(days=200)
    letter = transfers.start(city.member.member, actor=city.secretary, letter_on=long_ago, to_name="某县某党委")
    lines = {line.title: line for line in sign_in(city.staff).get(PAGE).context["todo"]}
    shown = sign_in(city.staff).get(lines["1 份会议记录等看"].url).context["page"]
    assert [row.pk for row in shown] == [meeting.pk]
    shown = sign_in(city.staff).get(lines["1 封组织关系介绍信过期，还没有办完"].url).context["page"]
    assert [row.pk for row in shown] == [letter.pk]
