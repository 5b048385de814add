"""A calendar that changes counts the open deadlines anew, and every one that moves says so in its trail."""

from datetime import date, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appeals import explaining, recounting, services
from appeals.models import Appeal, Category, Event
from appeals.negotiation import services as negotiation
from appeals.workflow import Verb
from branches.calendar import services as calendar_services
from branches.calendar.notice_text import Listed, parse, written
from branches.calendar.workcalendar import SHANGHAI
from notices.models import Notice
from tests.factories import many_like, submit_appeal

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 28, 9, 0, tzinfo=SHANGHAI)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def enter(city, text, year=2027, *, now=NOW):
    """The year is what these lines say. Returns how many deadlines moved."""
    calendar = calendar_services.current_calendar()
    return calendar_services.enter_year(
        year, notice="国办发明电〔2026〕0号（演示）", days=parse(text, year), actor=city.staff,
        seen=calendar_services.digest(calendar, year), at=now,
    )


def preview(text, year=2027, *, now=NOW):
    before = calendar_services.current_calendar()
    return recounting.moves(before, calendar_services.with_year(before, year, parse(text, year)), now=now)


def without(year, *days):
    """The list of the year as it is, without these days."""
    found = calendar_services.days_of_year(calendar_services.current_calendar(), year)
    return written(Listed(day, *found[day]) for day in sorted(found) if day not in days)


def taken(city, when="2026-12-30T10:00"):
    appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at(when))
    return services.accept(appeal, actor=city.other_secretary, at=at(when) + timedelta(minutes=5))


def fresh(appeal):
    return Appeal.objects.select_related("current").get(pk=appeal.pk)


NEW_YEAR = "2027-01-01至2027-01-03 休 元旦"


class TestWhatMoves:
    def test_a_holiday_on_the_way_puts_it_off(self, city):
        appeal = taken(city)
        assert appeal.current.due_at == at("2027-01-06T17:30")
        assert enter(city, NEW_YEAR) == 1
        stage = fresh(appeal).current
        assert stage.due_at == at("2027-01-07T17:30")
        assert stage.remind_at > appeal.current.remind_at and stage.clock == appeal.current.clock + 1
        told = explaining.deadline(fresh(appeal), NOW)
        assert told["provisional"] is False and "元旦，不计" in [day.note for day in told["days"]]

    def test_a_deadline_before_the_new_days_stays(self, city):
        appeal = taken(city, "2026-12-14T10:00")
        assert enter(city, NEW_YEAR) == 0
        assert fresh(appeal).version == appeal.version

    def test_what_is_not_accepted_moves_with_both_deadlines(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-12-31T10:00"))
        assert appeal.current.accept_due_at == at("2027-01-01T17:30")
        enter(city, NEW_YEAR)
        stage = fresh(appeal).current
        assert (stage.accept_due_at, stage.due_at) == (at("2027-01-04T17:30"), at("2027-01-08T17:30"))

    def test_until_when_an_answer_is_judged_moves(self, city):
        appeal = services.reply(taken(city), actor=city.other_secretary, text="已办。", at=at("2026-12-30T11:00"))
        before = appeal.judge_by
        assert enter(city, NEW_YEAR) == 1
        assert fresh(appeal).judge_by == before + timedelta(days=1)

    def test_an_extended_one_keeps_what_was_granted(self, city):
        appeal = taken(city, "2026-12-28T10:00")
        negotiation.extend(
            appeal, actor=city.other_secretary, days=2, text="等回话。", plan="再催。", at=at("2026-12-29T10:00")
        )
        negotiation.decide_extension(fresh(appeal), actor=city.chief, granted=True, at=at("2026-12-29T11:00"))
        assert fresh(appeal).current.due_at == at("2027-01-06T17:30")
        enter(city, NEW_YEAR)
        assert fresh(appeal).current.due_at == at("2027-01-07T17:30")

    def test_a_stricter_class_is_counted_from_when_it_was_given(self, city):
        appeal = submit_appeal(city, city.other_anchor.anchor, category="A2", at=at("2026-12-31T10:00"))
        urgent = Category.objects.filter(service_class="URGENT").first()
        negotiation.reclassify(appeal, actor=city.other_secretary, category=urgent, at=at("2026-12-31T17:00"))
        assert fresh(appeal).current.accept_due_at == at("2027-01-01T12:00")
        enter(city, NEW_YEAR)
        assert fresh(appeal).current.accept_due_at == at("2027-01-04T12:00")

    def test_it_comes_back_when_the_calendar_does(self, city):
        appeal = taken(city)
        enter(city, NEW_YEAR)
        enter(city, "2027-02-05 休 春节")
        assert fresh(appeal).current.due_at == at("2027-01-06T17:30")


class TestNeverIntoThePast:
    def test_no_sooner_than_the_end_of_the_next_working_day(self, city):
        """The 4th and 5th of November turn out to be working days as always: 5 days from the 2nd are over soon."""
        enter(city, f"{without(2026)}\n2026-11-04至2026-11-06 休 演示", 2026, now=at("2026-11-02T09:00"))
        appeal = taken(city, "2026-11-02T10:00")
        assert appeal.current.due_at == at("2026-11-12T17:30")
        now = at("2026-11-10T09:00")
        enter(city, without(2026, *(date(2026, 11, day) for day in (4, 5, 6))), 2026, now=now)
        assert fresh(appeal).current.due_at == at("2026-11-11T17:30")
        told = explaining.deadline(fresh(appeal), now)
        assert "留到下一个工作日下班" in told["rule"] and told["days"][-1].date == date(2026, 11, 11)

    def test_what_is_nearer_than_that_stays_where_it_was(self, city):
        enter(city, f"{without(2026)}\n2026-11-04至2026-11-06 休 演示", 2026, now=at("2026-11-02T09:00"))
        appeal = taken(city, "2026-11-02T10:00")
        assert enter(city, without(2026, date(2026, 11, 4)), 2026, now=at("2026-11-12T09:00")) == 0
        assert fresh(appeal).current.due_at == at("2026-11-12T17:30")


class TestHowItIsTold:
    def test_a_line_says_from_when_to_when_and_the_anchor_hears(self, city):
        appeal = taken(city)
        enter(city, NEW_YEAR)
        line = Event.objects.select_related("words").get(appeal=appeal, verb=Verb.RECOUNT)
        assert line.words.public == "工作日历有变化，答复的期限由 2027年1月6日 17:30 改为 2027年1月7日 17:30。"
        heard = Notice.objects.filter(key=f"appeal-event:{line.pk}").values_list("recipient__username", flat=True)
        assert set(heard) == {"other_anchor", "other_secretary"}

    def test_another_hour_of_the_same_day_is_no_notice(self, city):
        line = recounting._Counting.load(*[calendar_services.current_calendar()] * 2, NOW)
        assert line._settled(at("2027-01-06T17:30"), at("2027-01-06T17:30:30")) == at("2027-01-06T17:30")

    def test_the_preview_says_what_will_move(self, city):
        appeal = taken(city)
        [moved] = preview(NEW_YEAR)
        assert (moved.number, moved.what, moved.sooner) == (appeal.number, "答复", False)
        assert (moved.before, moved.after) == (at("2027-01-06T17:30"), at("2027-01-07T17:30"))
        assert preview("2027-10-01 休 国庆节") == []
        assert fresh(appeal).version == appeal.version

    def test_the_chain_holds(self, city):
        taken(city)
        submit_appeal(city, at=at("2026-12-31T10:00"))
        enter(city, NEW_YEAR)
        call_command("check_chain")
        call_command("verify_trail")


@pytest.mark.slow
def test_a_batch_costs_as_much_for_a_hundred_as_for_ten(city):
    many_like(taken(city), 9)
    with CaptureQueriesContext(connection) as few:
        enter(city, NEW_YEAR)
    many_like(taken(city), 99)
    with CaptureQueriesContext(connection) as many:
        enter(city, "2027-01-01 休 元旦\n2027-01-04 休 演示")
    assert Event.objects.filter(verb=Verb.RECOUNT).count() == 10 + 110
    assert len(many) - len(few) <= 8  # SQLite takes 999 parameters a statement: a batch of 1 000 is a few dozen
