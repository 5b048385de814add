"""One appeal, as the anchor reads it and as those who work with it do."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from appeals import services, sweeps
from appeals.models import Appeal
from tests.factories import let_lapse, submit_appeal

pytestmark = pytest.mark.django_db
VERBS = ("accept", "note", "hand_up", "reply", "confirm", "reopen", "withdraw", "supplement")
JUDGED = {"contacted": "yes", "outcome": "RESOLVED", "rating": "5", "reason": ""}


def at(appeal, verb="detail"):
    return reverse(f"appeals:{verb}", args=[appeal.pk])


def text(response):
    return response.content.decode()


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


def send(client, appeal, verb, **words):
    return client.post(at(appeal, verb), {"version": fresh(appeal).version, **words})


def answered(city):
    return services.reply(submit_appeal(city), actor=city.member, text="已换新，测了三次没有再断。")


def statements(client, url):
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def words_of(response):
    return [line.word for line in response.context["page"].lines]


# What the anchor reads


def test_the_anchor_reads_who_has_it_until_when_and_why(city, sign_in):
    appeal = submit_appeal(city)
    page = text(sign_in(city.anchor).get(at(appeal)))
    assert "现在等联系党员接单" in page and "联系党员 周映红" in page
    assert "会自动交到支部，不用您催" in page and "为什么是这一天" in page
    services.accept(appeal, actor=city.member)
    assert "现在由联系党员办理" in text(sign_in(city.anchor).get(at(appeal)))


def test_the_branch_is_named_with_its_secretary_before_anybody_accepts(city, sign_in):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    page = text(sign_in(city.anchor).get(at(appeal)))
    assert "仙女湖区万商红直播行业党支部" in page and "支部书记 程远山" in page


def test_the_timeline_speaks_the_words_newest_first(city, sign_in):
    appeal = submit_appeal(city)
    services.accept(appeal, actor=city.member)
    services.note(appeal, actor=city.member, text="已打电话。")
    services.hand_up(appeal, actor=city.member, text="要和园区谈。")
    services.accept(appeal, actor=city.officer)
    services.reply(appeal, actor=city.officer, text="已谈妥。")
    services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    seen = sign_in(city.anchor).get(at(appeal))
    assert words_of(seen) == ["办结", "回复", "接单", "转单", "办理进展", "接单", "提交"]
    assert "解决了 · 非常满意" in text(seen)
    assert [step.note for step in seen.context["page"].rail] == ["已提交", "已上交", "已办结", "没用到"]


def test_what_the_clock_did_is_said(city, sign_in):
    appeal = submit_appeal(city)
    let_lapse(appeal)
    sweeps.escalate(timezone.now())
    seen = sign_in(city.anchor).get(at(appeal))
    assert words_of(seen)[0] == "转单（自动）" and "联系党员没有按时接单，已自动交到支部。" in text(seen)


def test_internal_words_never_reach_the_anchor(city, sign_in):
    appeal = submit_appeal(city)
    services.accept(appeal, actor=city.member)
    services.note(appeal, actor=city.member, text="两家已单独签了低价", internal=True)
    assert "两家已单独签了低价" not in text(sign_in(city.anchor).get(at(appeal)))
    assert "两家已单独签了低价" in text(sign_in(city.member).get(at(appeal)))
    services.reply(appeal, actor=city.member, text="好了。")
    refused = send(sign_in(city.anchor), appeal, "confirm")
    assert refused.status_code == 400 and "两家已单独签了低价" not in text(refused)


def test_the_answer_comes_first_then_three_questions_then_the_way_to_have_it_done_again(city, sign_in):
    page = text(sign_in(city.anchor).get(at(answered(city))))
    places = [page.index(words) for words in ("联系党员的答复", "请您评一评", "只能用这一次", "走到哪了")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, []),
        ({"confidentiality": "confidential"}, ["保密：只有市行业党委知道是您"]),
        ({"about": ["contact", "branch"]}, ["要避开的：联系党员、所在支部看不到这一件"]),
    ],
    ids=["in the open", "confidential", "about"],
)
def test_the_anchor_reads_who_is_kept_from_it(city, sign_in, asked, said):
    page = sign_in(city.anchor).get(at(submit_appeal(city, **asked)))
    assert page.context["page"].kept_from == said
    assert all(words in text(page) for words in said)


def test_the_consent_is_asked_for_once_a_page(city, sign_in):
    """With the judgement, or by itself where that is over."""
    appeal, client = answered(city), sign_in(city.anchor)
    assert not client.get(at(appeal)).context["page"].asks_consent
    send(client, appeal, "confirm", **JUDGED)
    assert client.get(at(appeal)).context["page"].asks_consent


def test_silence_can_still_be_judged(city, sign_in):
    appeal = answered(city)
    from_judge_by = fresh(appeal).judge_by
    sweeps.close_silent(from_judge_by.replace(year=from_judge_by.year + 1))
    page = text(sign_in(city.anchor).get(at(appeal)))
    assert "没有算作满意" in page
    assert send(sign_in(city.anchor), appeal, "confirm", **JUDGED).status_code == 302
    assert fresh(appeal).outcome == "RESOLVED"


# What those who work with it read


def test_staff_read_the_person_with_a_masked_phone(city, sign_in):
    page = text(sign_in(city.chief).get(at(submit_appeal(city))))
    assert "林小禾" in page and "138****0002" in page and "13807900002" not in page


def test_the_page_offers_exactly_the_actions_of_the_person(city, sign_in):
    appeal = submit_appeal(city)
    for user, verbs in (
        (city.member, {"accept", "reply", "note", "hand_up"}),
        (city.anchor, {"hand_up", "withdraw", "supplement"}),
        (city.chief, set()),
    ):
        page = text(sign_in(user).get(at(appeal)))
        assert {verb for verb in VERBS if f'action="{at(appeal, verb)}"' in page} == verbs


# The verbs by their doors


def test_the_whole_way_by_hand(city, sign_in):
    appeal = submit_appeal(city)
    assert send(sign_in(city.member), appeal, "accept").url == at(appeal)
    assert send(sign_in(city.member), appeal, "note", text="已打电话").status_code == 302
    assert send(sign_in(city.member), appeal, "hand_up", text="").status_code == 302
    assert send(sign_in(city.secretary), appeal, "reply", text="已谈妥").status_code == 302
    assert send(sign_in(city.anchor), appeal, "reopen", text="还是贵").status_code == 302
    assert send(sign_in(city.staff), appeal, "reply", text="再谈过了").status_code == 302
    assert send(sign_in(city.anchor), appeal, "confirm", **JUDGED).status_code == 302
    assert (fresh(appeal).status, fresh(appeal).outcome) == ("CLOSED", "RESOLVED")


def test_the_anchor_withdraws(city, sign_in):
    appeal = submit_appeal(city)
    assert send(sign_in(city.anchor), appeal, "withdraw").status_code == 302
    assert "已撤回" in text(sign_in(city.anchor).get(at(appeal)))


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_finds_nothing(city, sign_in, verb):
    appeal = submit_appeal(city)
    client = sign_in(city.other_secretary)
    assert client.get(at(appeal)).status_code == 404
    assert send(client, appeal, verb).status_code == 404


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_is_never_a_link(city, sign_in, verb):
    assert sign_in(city.member).get(at(submit_appeal(city), verb)).status_code == 405


@pytest.mark.parametrize("verb", VERBS)
def test_who_may_see_but_not_act_is_refused(city, sign_in, verb):
    appeal = submit_appeal(city, title="还在党员手上")
    words = {"text": "写了一段", **JUDGED}
    assert send(sign_in(city.chief), appeal, verb, **words).status_code == 403
    assert send(sign_in(city.chief), appeal, verb).status_code == 403


@pytest.mark.parametrize(
    ("verb", "sentence"), [("reply", "请写答复的内容。"), ("note", "请写一句进展。")],
)
def test_an_empty_field_is_said_at_the_field(city, sign_in, verb, sentence):
    appeal = submit_appeal(city)
    services.accept(appeal, actor=city.member)
    answer = send(sign_in(city.member), appeal, verb, text="  ")
    assert answer.status_code == 400 and sentence in text(answer)


@pytest.mark.parametrize("verb", ["reply", "note"])
def test_a_form_that_was_refused_says_so_at_its_top(city, sign_in, verb):
    appeal = submit_appeal(city)
    page = text(send(sign_in(city.member), appeal, verb, text=""))
    form = re.search(rf'<form[^>]*action="{at(appeal, verb)}".*?</form>', page, re.DOTALL)
    assert "还没有提交，请改红字的地方。写好的都还在。" in form[0].partition("<label")[0]
    assert "红字" not in text(sign_in(city.member).get(at(appeal)))


@pytest.mark.parametrize("written", ["长" * 10_000, "坏\0字符"])
def test_wrong_words_are_kept_with_the_sentence(city, sign_in, written):
    answer = send(sign_in(city.member), submit_appeal(city), "reply", text=written)
    assert answer.status_code == 400 and written[:1] in text(answer) and "error-text" in text(answer)


def test_an_unhappy_judgement_needs_a_reason_and_keeps_the_choice(city, sign_in):
    answer = send(sign_in(city.anchor), answered(city), "confirm", **{**JUDGED, "rating": "2"})
    page = text(answer)
    assert answer.status_code == 400 and "不满意的话，请写一句原因。" in page
    assert 'value="2"' in page and "checked" in page


def test_a_stale_click_keeps_the_words_in_their_form(city, sign_in):
    appeal = submit_appeal(city)
    before = fresh(appeal).version
    services.accept(appeal, actor=city.member)
    services.hand_up(appeal, actor=city.member)
    services.accept(appeal, actor=city.officer)
    client = sign_in(city.secretary)
    answer = client.post(at(appeal, "reply"), {"version": before, "text": "书记写的一段答复"})
    page = text(answer)
    assert answer.status_code == 409
    assert "这件事刚刚被陆南枝改过，您的答复没有发出，内容还在下面。" in page and "书记写的一段答复" in page
    assert f'name="version" value="{fresh(appeal).version}"' in page
    assert client.post(at(appeal, "reply"), {"version": fresh(appeal).version, "text": "再发"}).status_code == 302


def test_words_for_a_form_that_has_gone_stand_beside_it(city, sign_in):
    appeal = submit_appeal(city)
    before = fresh(appeal).version
    services.withdraw(appeal, actor=city.anchor)
    answer = sign_in(city.member).post(at(appeal, "reply"), {"version": before, "text": "写好的答复"})
    assert answer.status_code == 409 and "写好的答复" in text(answer) and "林小禾改过" in text(answer)


def test_an_empty_form_for_a_verb_that_cannot_follow_is_a_conflict(city, sign_in):
    answer = send(sign_in(city.member), answered(city), "reply")
    assert answer.status_code == 409 and "不能答复" in text(answer)


def test_a_double_click_acts_once(city, sign_in):
    appeal, client = submit_appeal(city), sign_in(city.member)
    sent = {"version": appeal.version}
    assert client.post(at(appeal, "accept"), sent).status_code == 302
    assert client.post(at(appeal, "accept"), sent).status_code == 409
    assert fresh(appeal).version == 2


def test_a_form_without_its_version_is_drawn_again_with_its_words(city, sign_in):
    appeal = submit_appeal(city)
    answer = sign_in(city.member).post(at(appeal, "reply"), {"text": "写好的答复"})
    assert answer.status_code == 400 and "写好的答复" in text(answer) and "这一页开得太久了" in text(answer)
    assert f'name="version" value="{appeal.version}"' in text(answer)


def test_the_page_costs_twelve_statements_however_long_the_trail(city, sign_in):
    appeal = submit_appeal(city)
    services.accept(appeal, actor=city.member)
    people = (city.anchor, city.member, city.chief)
    first = [statements(sign_in(user), at(appeal)) for user in people]  # keeps that they looked
    few = [statements(sign_in(user), at(appeal)) for user in people]
    for n in range(60):
        services.note(appeal, actor=city.member, text=f"第 {n} 次去看。", internal=n % 2 == 0)
    assert [statements(sign_in(user), at(appeal)) for user in people] == few
    assert max(first) <= 12


def test_a_judged_page_costs_no_more(city, sign_in):
    appeal = answered(city)
    assert statements(sign_in(city.anchor), at(appeal)) <= 12
    services.confirm(appeal, actor=city.anchor, outcome="RESOLVED", rating=5, contacted=True)
    for user in (city.anchor, city.member, city.chief):
        assert statements(sign_in(user), at(appeal)) <= 12
