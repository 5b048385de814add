"""回访: three tries on different days by somebody else; silence is never satisfaction (domain.md §5.5)."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from appeals import invariants, services, sweeps
from appeals.judging import services as judging
from appeals.models import Appeal, Judgement
from appeals.workflow import Outcome, Status
from tests.factories import poster_appeal, submit_appeal
from tests.visitor import Visitor
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
SAID = {"reached": True, "contacted": True, "outcome": "RESOLVED", "rating": 4}
DAY = timedelta(days=1)


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


@pytest.fixture
def silent(city):
    """Answered a month ago, never judged: closed by the clock."""
    ago = timezone.now() - timedelta(days=40)
    appeal = submit_appeal(city, at=ago)
    services.reply(appeal, actor=city.member, text="赔 300 元。", at=ago + DAY)
    sweeps.close_silent(timezone.now())
    return fresh(appeal)


def test_silence_is_booked_as_silence_and_never_as_satisfaction(city, silent):
    [judged] = Judgement.objects.filter(appeal=silent)
    assert (judged.answered, judged.rating, judged.contacted, judged.outcome) == (False, None, None, "")
    assert silent.outcome == Outcome.UNCONFIRMED


def test_a_follow_up_keeps_status_and_outcome(city, silent):
    judging.follow_up(silent, actor=city.staff, **SAID)
    after = fresh(silent)
    assert (after.status, after.outcome) == (Status.CLOSED, Outcome.UNCONFIRMED)
    asked = Judgement.objects.get(appeal=silent, asked="STAFF")
    assert (asked.attempt, asked.by, asked.outcome, asked.rating) == (1, city.staff, "RESOLVED", 4)
    assert invariants.broken() == {}


def test_three_tries_on_three_days_and_then_no_more(city, silent):
    start = timezone.now() - 5 * DAY
    for n in range(3):
        judging.follow_up(silent, actor=city.staff, reached=False, at=start + n * DAY)
    assert list(Judgement.objects.filter(asked="STAFF").values_list("attempt", "answered")) == [
        (1, False), (2, False), (3, False)
    ]
    with pytest.raises(Conflict, match="3 次"):
        judging.follow_up(silent, actor=city.staff, **SAID)


def test_the_next_try_is_on_another_day(city, silent):
    judging.follow_up(silent, actor=city.staff, reached=False)
    with pytest.raises(Conflict, match="换一天"):
        judging.follow_up(silent, actor=city.staff, **SAID)


def test_who_was_reached_is_not_called_again(city, silent):
    judging.follow_up(silent, actor=city.staff, **SAID)
    with pytest.raises(Conflict, match="已经回访到"):
        judging.follow_up(silent, actor=city.chief, **SAID)


def test_whoever_wrote_the_answer_does_not_ask_how_it_was(city):
    appeal = services.reply(submit_appeal(city, city.free_anchor.anchor), actor=city.staff, text="已经问过。")
    with pytest.raises(Conflict, match="别人"):
        judging.follow_up(appeal, actor=city.staff, **SAID)
    judging.follow_up(appeal, actor=city.chief, **SAID)


def test_the_committee_asks_and_nobody_else(city, silent):
    for person in (city.member, city.secretary, city.anchor):
        with pytest.raises(PermissionDenied):
            judging.follow_up(silent, actor=person, **SAID)


def test_what_was_never_answered_is_not_followed_up(city):
    appeal = services.withdraw(submit_appeal(city), actor=city.anchor)
    with pytest.raises(Conflict, match="没有答复"):
        judging.follow_up(appeal, actor=city.staff, **SAID)


@pytest.mark.parametrize("lacking", ["contacted", "outcome", "rating"])
def test_who_was_reached_answers_three_questions(city, silent, lacking):
    with pytest.raises(ValidationError) as refused:
        judging.follow_up(silent, actor=city.staff, **{**SAID, lacking: None})
    assert lacking in refused.value.message_dict


def test_unhappy_needs_a_reason(city, silent):
    with pytest.raises(ValidationError) as refused:
        judging.follow_up(silent, actor=city.staff, **{**SAID, "rating": 2})
    assert "reason" in refused.value.message_dict


def test_a_late_confirm_turns_unconfirmed_into_what_the_anchor_says(city, silent):
    judging.follow_up(silent, actor=city.staff, **SAID)
    services.confirm(silent, actor=city.anchor, outcome="UNSOLVED", rating=2, contacted=True, reason="没赔到。")
    assert fresh(silent).outcome == Outcome.UNSOLVED


def test_the_list_names_whom_to_call_and_the_page_takes_the_answers(city, silent):
    poster_appeal(city)
    visitor, url = Visitor(city, "staff"), reverse("appeals:follow_ups")
    assert silent.number in visitor.ask("GET", f"{url}?tab=late").content.decode()
    assert silent.number not in visitor.ask("GET", url).content.decode()
    page = visitor.ask("GET", f"{reverse('appeals:detail', args=[silent.pk])}?act=follow_up").content.decode()
    assert "联系上了吗" in page
    sent = {"version": silent.version, "reached": "yes", "contacted": "no", "outcome": "PARTLY", "rating": "3"}
    assert visitor.ask("POST", reverse("appeals:follow_up", args=[silent.pk]), sent).status_code == 302
    assert Judgement.objects.get(asked="STAFF").contacted is False
    assert silent.number in visitor.ask("GET", f"{url}?tab=reached").content.decode()


def test_not_reached_needs_no_answers_on_the_page(city, silent):
    sent = {"version": silent.version, "reached": "no"}
    address = reverse("appeals:follow_up", args=[silent.pk])
    assert Visitor(city, "staff").ask("POST", address, sent).status_code == 302
    page = Visitor(city, "staff").ask("GET", reverse("appeals:detail", args=[silent.pk])).content.decode()
    assert "第 1 次没联系上" in page
