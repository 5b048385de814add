"""The month as a page, the calendar that phones subscribe to, and the study plan."""

import json
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from branches.calendar.workcalendar import SHANGHAI
from members.meetings import services, studying, subscribing
from members.meetings.models import CalendarFeed, Meeting, StudyLine
from members.models import Member
from tests.factories import planned_meeting, recorded_meeting
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
Kind = Meeting.Kind


def evening(day):
    return datetime(day.year, day.month, day.day, 19, 30, tzinfo=SHANGHAI)


def get_feed(client, user):
    feed = subscribing.renew(actor=user)
    client.logout()
    return client.get(reverse("api:calendar"), {"token": subscribing.token_of(feed)})


def events(answer):
    return {str(event["summary"]): event for event in Calendar.from_ical(answer.content).walk("VEVENT")}


class TestMonth:
    def test_shows_the_meetings_of_its_days_alone(self, city, sign_in):
        for day in (date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 1)):
            planned_meeting(city, title=f"{day:%m%d} 的会", starts_at=evening(day))
        found = sign_in(city.member).get(reverse("meetings:calendar"), {"month": "2026-11"})
        shown = [one.title for day in found.context["month"].days for one in day.meetings]
        assert shown == ["1101 的会", "1130 的会"]

    def test_marks_holidays_and_days_made_up(self, city, sign_in):
        found = sign_in(city.secretary).get(reverse("meetings:calendar"), {"month": "2026-10"}).context["month"]
        signs = {day.day.day: (day.sign, day.works) for day in found.days}
        assert signs[1] == ("休", False) and signs[10] == ("班", True) and signs[11] == ("", False)

    @pytest.mark.parametrize("text", ["", "2026-13", "二〇二六-1", "9999-99", "0001-01", "2026-1²", "\0" * 7])
    def test_of_nothing_that_is_a_month_is_this_one(self, city, sign_in, text):
        found = sign_in(city.secretary).get(reverse("meetings:calendar"), {"month": text})
        assert found.context["month"].first == timezone.localdate().replace(day=1)


class TestFeed:
    def test_says_kind_title_place_and_time_and_no_name(self, city, client):
        at = timezone.now().replace(microsecond=0)
        title = "学习《关于加强新就业群体服务管理的意见》，讨论夜班主播怎么参加组织生活，形成三条办法"
        recorded_meeting(city, title=title, starts_at=at - timedelta(days=1), content="不能出去的话。")
        answer = get_feed(client, city.member)
        assert answer["Content-Type"] == "text/calendar; charset=utf-8"
        [(summary, event)] = events(answer).items()
        assert summary == f"支部党员大会：{title}"
        assert event["dtstart"].dt == at - timedelta(days=1) and event["dtend"].dt > event["dtstart"].dt
        assert str(event["location"]) == "支部活动室" and str(event["url"]).startswith("http://testserver/meetings/")
        text = answer.content.decode().replace("\r\n ", "")
        people = (city.secretary, city.officer, city.member)
        assert "不能出去" not in text and all(one.name not in text for one in people)

    @pytest.mark.parametrize("accepted", ["text/calendar", "text/html", "image/png;q=0", "nonsense"])
    def test_opens_whatever_a_client_accepts(self, city, client, accepted):
        token = subscribing.token_of(subscribing.renew(actor=city.member))
        answer = client.get(reverse("api:calendar"), {"token": token}, headers={"Accept": accepted})
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
        refused = client.get(reverse("api:calendar"), {"format": "ics"}, headers={"Accept": accepted})
        assert refused.status_code == 404 and "没有这个日历" in json.loads(refused.content)["detail"]

    def test_has_folded_lines_that_end_in_cr_lf(self, city, client):
        planned_meeting(city, title="直播" * 40, place="园" * 60)
        lines = get_feed(client, city.member).content.split(b"\r\n")
        assert lines[-1] == b"" and all(len(line) <= 75 and b"\n" not in line for line in lines)
        assert any(line.startswith(b" ") for line in lines)
        for line in lines:
            line.decode()  # no character is cut

    def test_holds_what_its_person_may_see(self, city, client):
        planned_meeting(city, title="我们的")
        planned_meeting(city, branch=city.other_branch, actor=city.other_secretary, title="他们的")
        assert list(events(get_feed(client, city.member))) == ["支部党员大会：我们的"]
        both = {"万商红 支部党员大会：我们的", "演示第一 支部党员大会：他们的"}
        assert set(events(get_feed(client, city.staff))) == both
        Member.objects.filter(user=city.officer).update(branch=city.other_branch)
        assert set(events(get_feed(client, city.officer))) == both

    def test_empties_when_its_person_leaves_the_branch(self, city, client):
        planned_meeting(city)
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        assert events(get_feed(client, city.member)) == {}

    def test_says_what_was_moved_or_cancelled(self, city, client):
        meeting = planned_meeting(city)
        services.cancel(meeting, actor=city.secretary, version=1, reason="下雨")
        [event] = events(get_feed(client, city.member)).values()
        assert (str(event["status"]), event["sequence"]) == ("CANCELLED", 2)

    @pytest.mark.parametrize("token", [None, "", "x", "0" * 40, "二" * 40, "\0" * 40, "9" * 5000])
    def test_opens_for_no_other_token(self, city, client, token):
        subscribing.renew(actor=city.member)
        answer = client.get(reverse("api:calendar"), {} if token is None else {"token": token})
        assert answer.status_code == 404 and "没有这个日历" in json.loads(answer.content)["detail"]

    def test_closes_with_a_new_address_with_stopping_and_with_the_account(self, city, client):
        old = subscribing.token_of(subscribing.renew(actor=city.member))
        new = subscribing.token_of(subscribing.renew(actor=city.member))
        assert subscribing.person_of(old) is None and subscribing.person_of(new) == city.member
        city.member.is_active = False
        city.member.save()
        assert subscribing.person_of(new) is None
        subscribing.stop(actor=city.member)
        assert not CalendarFeed.objects.exists()

    def test_keeps_no_token_in_the_database(self, city):
        feed = subscribing.renew(actor=city.member)
        token = subscribing.token_of(feed)
        kept = " ".join(str(value) for value in CalendarFeed.objects.values_list().get())
        assert token not in kept and len(token) == 40

    def test_page_gives_the_address_and_takes_it_back(self, city, sign_in):
        client, address = sign_in(city.member), reverse("meetings:subscription")
        page = client.post(address, {"do": "renew"}, follow=True).content.decode()
        assert "链接做好了" in page and "以前的那个" not in page
        token = subscribing.token_of(CalendarFeed.objects.get())
        assert f"/api/v1/calendar.ics?token={token}" in client.get(address).content.decode()
        page = client.post(address, {"do": "renew"}, follow=True).content.decode()
        assert "以前的那个已经打不开" in page and f"token={token}" not in page
        client.post(address, {"do": "stop"})
        assert not CalendarFeed.objects.exists()
        assert client.post(address, {"do": "\0"}).status_code == 400

    def test_page_copies_the_address_and_changes_it_in_a_fold_that_says_what_it_breaks(self, city, sign_in):
        client = sign_in(city.member)
        token = subscribing.token_of(subscribing.renew(actor=city.member))
        open_, _, folded = client.get(reverse("meetings:subscription")).content.decode().partition("<details>")
        assert f'token={token}" hidden' in open_ and 'name="do"' not in open_
        assert "马上打不开" in folded and 'value="renew"' in folded and 'value="stop"' in folded


class TestStudyPlan:
    def line(self, city, **overrides):
        words = {"actor": city.secretary, "year": 2026, "span": "M11", "kind": "LECTURE", "theme": "学新规"}
        return studying.add_line(city.branch, **(words | overrides))

    def test_is_the_officers_to_write_and_has_no_line_twice(self, city):
        self.line(city)
        with pytest.raises(ValidationError, match="已经在计划里"):
            self.line(city, kind="SEMINAR")
        for who in (city.member, city.staff, city.other_secretary):
            with pytest.raises(PermissionDenied):
                self.line(city, actor=who, theme="别的")

    def test_of_a_branch_that_is_named_and_not_the_own_is_not_found(self, city, sign_in):
        client, address = sign_in(city.secretary), reverse("meetings:study")
        sent = {"span": "M11", "kind": "LECTURE", "theme": "学新规"}
        for named in (city.other_branch.pk, "x"):
            assert client.post(f"{address}?branch={named}", sent).status_code == 404
        client.post(address, sent)
        assert StudyLine.objects.get().branch == city.branch

    def test_says_that_a_line_is_there_when_two_write_it_at_once(self, city, monkeypatch):
        self.line(city)
        monkeypatch.setattr(StudyLine, "full_clean", lambda line: None)  # as if the other had not committed yet
        with pytest.raises(ValidationError, match="已经在计划里"):
            self.line(city)

    def test_is_not_changed_from_a_page_that_is_old(self, city, sign_in):
        line, client = self.line(city), sign_in(city.secretary)
        address, drop = (reverse(f"meetings:{name}", args=[line.pk]) for name in ("study_line", "study_drop"))
        shown = client.get(address).context
        seen = shown["form"]["seen"].value()
        studying.correct_line(line, actor=city.officer, span="M12", kind="LECTURE", theme="学新规")
        sent = {"span": "M11", "kind": "LECTURE", "theme": "学别的"}
        for refused in (client.post(address, sent | {"seen": seen}), client.post(drop, {"seen": seen})):
            assert refused.status_code == 409 and "刚刚有人改过" in refused.content.decode()
        assert (client.post(address, sent).status_code, client.post(drop, {}).status_code) == (400, 400)
        line.refresh_from_db()
        assert (line.span, line.theme) == ("M12", "学新规")
        seen = client.get(address).context["drop"]["seen"].value()
        assert client.post(drop, {"seen": seen}).status_code == 302 and not StudyLine.objects.exists()

    def test_is_done_when_its_meeting_is_recorded(self, city, sign_in):
        line = self.line(city)
        meeting = planned_meeting(city, line=line)
        line.refresh_from_db()
        assert not line.is_done
        services.record(meeting, actor=city.secretary, version=1, states={}, content="学了。")
        found = sign_in(city.member).get(reverse("meetings:study"), {"year": "2026"})
        assert (found.context["done"], len(found.context["lines"])) == (1, 1)

    def test_has_one_meeting_a_line_and_is_free_again_when_that_is_cancelled(self, city):
        line = self.line(city)
        meeting = planned_meeting(city, line=line)
        with pytest.raises(Conflict):
            planned_meeting(city, line=line)
        with pytest.raises(Conflict):
            studying.drop_line(line, actor=city.secretary)
        services.cancel(meeting, actor=city.secretary, version=1, reason="下雨")
        studying.drop_line(line, actor=city.secretary)

    def test_fills_the_plan_of_a_meeting(self, city, sign_in):
        line, client = self.line(city), sign_in(city.secretary)
        address = f"{reverse('meetings:new')}?line={line.pk}"
        form = client.get(address).context["form"]
        assert (form["kind"].value(), form["title"].value()) == ("LECTURE", "学新规")
        sent = {"kind": "LECTURE", "title": "学新规", "lecturer": "程远山", "place": "园", "line": line.pk}
        client.post(address, sent | {"starts_at": "2026-11-20T19:30"})
        line.refresh_from_db()
        assert line.meeting == Meeting.objects.get()

    def test_goes_by_time_a_quarter_after_its_months(self, city, sign_in):
        for span in ("Q12", "M12", "M02", "Q03", "M10"):
            self.line(city, span=span, theme=span)
        found = sign_in(city.secretary).get(reverse("meetings:study"), {"year": "2026"}).context["lines"]
        assert [line.span for line in found] == ["M02", "Q03", "M10", "M12", "Q12"]
