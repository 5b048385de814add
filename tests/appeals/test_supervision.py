"""督办单: numbered, to be answered by a day, and nothing else changes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from appeals import invariants, services
from appeals.models import Appeal
from appeals.numbering import next_sheet_number
from appeals.supervision import services as supervision
from appeals.supervision.models import Supervision
from branches.calendar.workcalendar import SHANGHAI
from notices.models import Notice
from tests.factories import submit_appeal
from tests.visitor import Visitor
from xinyu_portal.errors import Conflict


def supervised(city, appeal=None, **words):
    words = {"actor": city.staff, "reason": "OVERDUE", "text": "三天内给主播一个说法。", **words}
    return supervision.supervise(appeal or submit_appeal(city), **words)


def answered(appeal, actor, **words):
    return supervision.answer_sheet(appeal, **{"actor": actor, "text": "已约好周三上门。", **words})


def heard(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


@pytest.mark.django_db
class TestSheet:
    def test_it_changes_no_state_and_no_clock(self, city):
        appeal = submit_appeal(city)
        stage = appeal.current
        supervised(city, appeal)
        fresh = Appeal.objects.select_related("current").get(pk=appeal.pk)
        assert (fresh.status, fresh.current_id) == (appeal.status, stage.pk)
        assert (fresh.current.deadline_at, fresh.current.clock) == (stage.accept_due_at, stage.clock)
        assert invariants.broken() == {}

    def test_it_is_numbered_by_the_year(self, city):
        new_years_eve = datetime(2026, 12, 31, 10, tzinfo=SHANGHAI)
        for when in (new_years_eve, new_years_eve, new_years_eve + timedelta(days=1)):
            supervised(city, at=when)
        numbers = Supervision.objects.order_by("pk").values_list("number", flat=True)
        assert list(numbers) == ["DB-2026-001", "DB-2026-002", "DB-2027-001"]

    def test_whoever_has_it_hears_and_the_issuer_does_not(self, city):
        supervised(city)
        assert heard(city.member)[-1] == "有督办单，请按期回复"
        assert heard(city.staff) == []

    def test_its_requirement_is_not_the_anchors_to_read(self, city):
        appeal = supervised(city)
        page = Visitor(city, "anchor").ask("GET", reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert "DB-" in page and "给主播一个说法" not in page
        sheet = reverse("appeals:sheet", args=[Supervision.objects.get().pk])
        assert Visitor(city, "anchor").ask("GET", sheet).status_code == 404

    def test_only_the_committee_issues_one(self, city):
        for person in (city.member, city.secretary, city.anchor, city.clerk):
            with pytest.raises(PermissionDenied):
                supervised(city, actor=person)

    def test_what_is_answered_or_closed_is_not_supervised(self, city):
        with pytest.raises(Conflict):
            supervised(city, services.reply(submit_appeal(city), actor=city.member, text="赔 300 元。"))

    @pytest.mark.parametrize(
        ("wrong", "at"),
        [({"reason": "X"}, "reason"), ({"grade": "X"}, "grade"), ({"days": 0}, "days"), ({"text": " "}, "text")],
    )
    def test_what_is_wrong_is_said_at_its_field(self, city, wrong, at):
        with pytest.raises(ValidationError) as refused:
            supervised(city, **wrong)
        assert list(refused.value.message_dict) == [at]


@pytest.mark.django_db
class TestAnswer:
    def test_the_committee_hears(self, city):
        answered(supervised(city), city.member)
        assert heard(city.staff)[-1] == heard(city.chief)[-1] == "督办单有回复了"
        assert Supervision.objects.get().answered_by == city.member

    def test_it_is_answered_by_whoever_has_the_appeal_today(self, city):
        appeal = services.hand_up(supervised(city), actor=city.member)
        with pytest.raises(PermissionDenied):
            answered(appeal, city.member)
        answered(appeal, city.secretary)

    def test_after_the_reply_whoever_gave_it_still_answers(self, city):
        appeal = services.reply(supervised(city), actor=city.member, text="赔 300 元。")
        answered(appeal, city.member)

    def test_there_is_nothing_to_answer_twice(self, city):
        appeal = answered(supervised(city), city.member)
        with pytest.raises(Conflict, match="没有等回复的督办单"):
            answered(appeal, city.member)

    def test_of_two_sheets_each_gets_its_own_answer(self, city):
        appeal = supervised(city, supervised(city), grade="KEY")
        second = Supervision.objects.latest("pk")
        appeal = answered(appeal, city.member, sheet=second.number)
        answered(appeal, city.member)
        assert not Supervision.objects.open().exists()

    def test_the_page_shows_it_on_top_with_the_box(self, city):
        appeal, visitor = supervised(city), Visitor(city, "member")
        page = visitor.ask("GET", reverse("appeals:detail", args=[appeal.pk])).content.decode()
        assert page.index("三天内给主播一个说法") < page.index("主播说")
        number = Supervision.objects.get().number
        door = reverse("appeals:answer_sheet", args=[appeal.pk])
        sent = {"version": appeal.version, "sheet": number, "text": ""}
        assert "请写办得怎么样。" in visitor.ask("POST", door, sent).content.decode()
        assert visitor.ask("POST", door, {**sent, "text": "办了。"}).status_code == 302

    def test_the_sheet_can_be_printed_with_its_answer(self, city):
        answered(supervised(city), city.member)
        page = Visitor(city, "staff").ask("GET", reverse("appeals:sheet", args=[Supervision.objects.get().pk]))
        for word in ("DB-", "逾期", "一般督办", "三天内", "陆知行", "已约好周三上门"):
            assert word in page.content.decode()


@pytest.mark.django_db
def test_the_committees_list_has_open_and_answered_ones(city):
    supervised(city, text="第一件的要求")
    answered(supervised(city, text="第二件的要求"), city.member)
    visitor = Visitor(city, "staff")
    texts = [visitor.get(reverse("appeals:sheets"), tab=tab).content.decode() for tab in ("open", "answered")]
    assert ["第一件的要求" in text for text in texts] == [True, False]
    assert ["第二件的要求" in text for text in texts] == [False, True]
    assert Visitor(city, "secretary").ask("GET", reverse("appeals:sheets")).status_code == 403


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_numbers_given_at_once_are_never_doubled(city):
    def number(_):
        try:
            with transaction.atomic():
                return next_sheet_number(timezone.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(number, range(12)))
    assert len(set(numbers)) == 12
