"""The lists: own, the contact's, the branch's and the committee's, at one address."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appeals import services
from appeals.answering.services import release
from appeals.models import Appeal, Stage
from appeals.negotiation import services as negotiation
from appeals.pausing import services as pausing
from branches.organisation.models import Branch, Post
from tests.factories import let_lapse, submit_appeal

pytestmark = pytest.mark.django_db
LIST = "/appeals/"


def text(response):
    return response.content.decode()


def statements(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    kept = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [q["sql"] for q in seen if not q["sql"].startswith(kept)]


def answered(city, **overrides):
    appeal = submit_appeal(city, **overrides)
    return services.reply(appeal, actor=city.member, text="已换新，测了三次没有再断。")


def many(city, n):
    """n more appeals beside one made by the services; only lists are asked about these."""
    first = submit_appeal(city)
    stage = Stage.objects.get(pk=first.current_id)
    for place in range(n):
        appeal = Appeal.objects.get(pk=first.pk)
        appeal.pk, appeal.uuid, appeal.submit_key = None, uuid.uuid4(), uuid.uuid4()
        appeal.number, appeal.current, appeal.version = f"SQ-20260101-{place:04}", None, 1
        appeal.save()
        copy = Stage.objects.get(pk=stage.pk)
        copy.pk, copy.appeal = None, appeal
        copy.save()
        event = first.events.get()
        words = event.words
        event.pk, event.appeal, event.stage = None, appeal, copy
        event.save()
        words.pk, words.event = event.pk, event
        words.save(force_insert=True)
        Appeal.objects.filter(pk=appeal.pk).update(current=copy)


def test_an_anchor_without_appeals_finds_one_button(city, sign_in):
    page = text(sign_in(city.anchor).get(LIST))
    assert "您还没有说过诉求" in page and page.count("btn-primary") == 1 and "周映红" in page


def test_an_anchor_sees_own_appeals_by_state(city, sign_in):
    submit_appeal(city)
    answered(city, title="晚上直播间断网")
    client = sign_in(city.anchor)
    assert "样品被压坏" in text(client.get(LIST)) and "有 1 件已答复" in text(client.get(LIST))
    assert "晚上直播间断网" in text(client.get(LIST, {"tab": "judge"}))
    assert "还没有办结的" in text(client.get(LIST, {"tab": "closed"}))


def test_what_is_put_aside_names_no_deadline(city, sign_in):
    appeal = services.accept(submit_appeal(city), actor=city.member)
    pausing.suspend(appeal, actor=city.member, reason="WAITS_FOR_OTHERS", days=3, text="等网点回话。")
    page = text(sign_in(city.anchor).get(LIST))
    assert "党员挂起" in page and "前答复" not in page


def test_nobody_sees_a_strangers_appeals(city, sign_in):
    submit_appeal(city)
    for user in (city.other_anchor, city.other_secretary, city.stranger, city.auditor, city.clerk):
        assert "样品被压坏" not in text(sign_in(user).get(LIST))


def test_the_contact_accepts_with_one_tap_and_hands_up_with_two(city, sign_in):
    appeal = submit_appeal(city)
    page = text(sign_in(city.member).get(LIST))
    assert "待我办的 1 件" in page and f'action="/appeals/{appeal.pk}/accept/"' in page
    assert f'href="#up-{appeal.pk}"' in page and "确认上交支部" in page


def test_the_contact_keeps_sight_of_what_went_up(city, sign_in):
    services.hand_up(submit_appeal(city), actor=city.member)
    client = sign_in(city.member)
    assert "没有要办的" in text(client.get(LIST)) and "样品被压坏" in text(client.get(LIST, {"tab": "handed"}))


def test_the_tabs_of_a_branch_count_and_filter(city, sign_in):
    for title in ("甲乙丙", "丁戊己"):
        services.hand_up(submit_appeal(city, title=title), actor=city.member)
    waiting = submit_appeal(city, title="庚辛壬", category="C2")
    services.hand_up(waiting, actor=city.member)
    services.accept(waiting, actor=city.officer)
    let_lapse(waiting)
    client = sign_in(city.secretary)
    context = client.get(LIST).context
    assert {t["label"]: t["count"] for t in context["tabs"]} == {
        "全部在办": 3, "待接单": 2, "办理中": 1, "即将超时": 0, "已超时": 1, "挂起": 0, "已回复": 0, "已办结": 0,
    }
    assert [row.appeal.title for row in client.get(LIST, {"tab": "late"}).context["rows"]] == ["庚辛壬"]
    assert [row.light for row in context["rows"]] == ["late", "", ""]
    assert {row.appeal.title for row in client.get(LIST, {"category": "A"}).context["rows"]} == {"甲乙丙", "丁戊己"}
    assert [row.appeal.title for row in client.get(LIST, {"q": "丁戊"}).context["rows"]] == ["丁戊己"]
    assert [row.appeal.title for row in client.get(LIST, {"q": waiting.number}).context["rows"]] == ["庚辛壬"]
    assert len(client.get(LIST, {"holder": "us"}).context["rows"]) == 3
    assert not client.get(LIST, {"holder": "me"}).context["rows"]
    assert client.get(LIST, {"q": "丁戊"}).context["counts"]["open"] == 1


@pytest.mark.parametrize("query", ["tab=nothing", "q=%00", "level=HEAVEN", "category=%F0%9F%98%80", "cursor=broken"])
def test_a_strange_address_is_no_error(city, sign_in, query):
    submit_appeal(city)
    for user in (city.anchor, city.member, city.secretary, city.chief):
        assert sign_in(user).get(f"{LIST}?{query}").status_code == 200


def test_pages_follow_one_another_without_loss(city, sign_in):
    many(city, 60)
    client = sign_in(city.chief)
    first = client.get(LIST)
    second = client.get(LIST, {"cursor": first.context["page"].next})
    seen = [row.appeal.pk for page in (first, second) for row in page.context["rows"]]
    assert len(seen) == len(set(seen)) == 61


@pytest.mark.parametrize("tab", ["open", "waiting", "closed"])
def test_a_list_costs_eight_statements_at_one_row_and_at_many(city, sign_in, tab):
    submit_appeal(city)
    for user in (city.anchor, city.member, city.secretary, city.chief):
        assert len(statements(sign_in(user), f"{LIST}?tab={tab}")) <= 8
    few = len(statements(sign_in(city.chief), f"{LIST}?tab={tab}"))
    few_own = len(statements(sign_in(city.anchor), f"{LIST}?tab={tab}"))
    few_held = len(statements(sign_in(city.member), f"{LIST}?tab={tab}"))
    many(city, 49)
    assert len(statements(sign_in(city.chief), f"{LIST}?tab={tab}")) == few
    assert len(statements(sign_in(city.anchor), f"{LIST}?tab={tab}")) == few_own
    assert len(statements(sign_in(city.member), f"{LIST}?tab={tab}")) == few_held


def test_what_is_soon_overdue_is_amber(city, sign_in):
    appeal = submit_appeal(city)
    now = timezone.now()
    Stage.objects.filter(appeal=appeal).update(
        remind_at=now - timedelta(hours=2), amber_at=now - timedelta(hours=1),
        accept_due_at=now + timedelta(days=3), due_at=now + timedelta(days=4),
    )
    context = sign_in(city.chief).get(LIST, {"tab": "soon"}).context
    assert [row.light for row in context["rows"]] == ["amber"]


def test_a_list_is_only_read(city, sign_in):
    assert sign_in(city.chief).post(LIST).status_code == 405


class TestWhatWaitsForOnesWord:
    """Returns, extensions and drafted answers, for whoever decides them, and for nobody else."""

    def tabs(self, client):
        return {tab["label"]: tab["count"] for tab in client.get(LIST).context["tabs"]}

    def steps(self, client):
        rows = client.get(f"{LIST}?tab=asked").context["rows"]
        return [(row.appeal.pk, row.step.label, row.step.url) for row in rows]

    def test_a_branch_finds_the_extension_that_its_contact_asks_for(self, city, sign_in):
        appeal = services.accept(submit_appeal(city), actor=city.member)
        assert "等您审核" not in self.tabs(sign_in(city.secretary))
        negotiation.extend(appeal, actor=city.member, days=1, text="老师周四回话。", plan="周五答复。")
        assert self.tabs(sign_in(city.secretary))["等您审核"] == 1
        assert self.steps(sign_in(city.secretary)) == [(appeal.pk, "审核", f"/appeals/{appeal.pk}/#more")]
        assert "等您审核" not in self.tabs(sign_in(city.staff))

    def test_where_a_branch_has_nobody_its_contacts_ask_the_committee(self, city, sign_in):
        appeal = services.accept(submit_appeal(city), actor=city.member)
        Post.objects.filter(branch=city.branch).delete()
        negotiation.extend(appeal, actor=city.member, days=1, text="老师周四回话。", plan="周五答复。")
        assert self.tabs(sign_in(city.staff))["等您审核"] == 1

    def test_the_committee_decides_the_branchs_and_only_its_secretary_its_own(self, city, sign_in):
        returned = services.hand_up(submit_appeal(city), actor=city.member)
        negotiation.ask_return(returned, actor=city.secretary, reason="OTHER", text="不归支部。")
        own = services.accept(submit_appeal(city, anchor=city.free_anchor.anchor), actor=city.staff)
        negotiation.extend(own, actor=city.staff, days=1, text="等单位回话。", plan="周五答复。")
        assert "等您审核" not in self.tabs(sign_in(city.secretary))
        assert [step[0] for step in self.steps(sign_in(city.staff))] == [returned.pk]
        assert {step[0] for step in self.steps(sign_in(city.chief))} == {returned.pk, own.pk}

    def test_a_draft_waits_for_the_colleague_and_not_for_who_wrote_it(self, city, sign_in):
        Branch.objects.update(checks_replies=True)
        appeal = services.hand_up(submit_appeal(city), actor=city.member)
        release(appeal, actor=city.officer, text="赔了 300 元。")
        assert self.steps(sign_in(city.secretary)) == [(appeal.pk, "审核", f"/appeals/{appeal.pk}/#release")]
        assert "等您审核" not in self.tabs(sign_in(city.officer))
