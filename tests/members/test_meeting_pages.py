"""The pages of organisation life: who reads what, what is missing, minutes in a few clicks, the ledger."""

from datetime import date, datetime, timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from accounts.models import AuditEvent, User
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch
from members.meetings import services
from members.meetings.missing import begins, missing
from members.meetings.models import Meeting
from members.models import Activist, Member, PartyGroup
from members.roster import services as roster
from tests.factories import planned_meeting, recorded_meeting

pytestmark = pytest.mark.django_db
Kind = Meeting.Kind


def page(client, name, *args, **query):
    return client.get(reverse(f"meetings:{name}", args=args), query).content.decode()


def seven(city):
    """So many full members that the branch must have a committee."""
    for n in range(7):
        Member.objects.create(user=User.objects.create_user(f"m{n}"), branch=city.branch, joined_on=date(2015, 7, 1))


class TestMissing:
    def kinds(self, city, today=None):
        return [one.kind for one in self.asked(city, today)]

    def asked(self, city, today=None):
        return [one for _, spans in missing([city.branch.pk], today) for span in spans for one in span.asked]

    def test_names_what_the_size_of_the_branch_asks_for(self, city):
        assert self.kinds(city) == [Kind.PARTY_DAY, Kind.MEMBERS, Kind.LECTURE, Kind.LIFE, Kind.APPRAISAL]
        seven(city)
        PartyGroup.objects.create(branch=city.branch, name="第一小组")
        assert {Kind.COMMITTEE, Kind.GROUP} < set(self.kinds(city))

    def test_names_each_group_that_has_not_met(self, city):
        names = ("第一小组", "第二小组", "第三小组")
        first, *_, gone = [PartyGroup.objects.create(branch=city.branch, name=name) for name in names]
        PartyGroup.objects.filter(pk=gone.pk).update(dissolved_on=timezone.localdate())
        Member.objects.filter(user=city.member).update(group=first)
        at = timezone.now() - timedelta(seconds=1)
        recorded_meeting(city, kind=Kind.GROUP, group=first, starts_at=at)
        found = [one.label for one in self.asked(city, timezone.localdate(at)) if one.kind == Kind.GROUP]
        assert found == ["党小组会（第二小组）"]

    def test_asks_a_branch_whose_relations_are_elsewhere_for_nothing_that_needs_members(self, city):
        seven(city)
        Branch.objects.filter(pk=city.branch.pk).update(form=Branch.Form.FUNCTIONAL)
        assert self.kinds(city) == [Kind.PARTY_DAY, Kind.LECTURE]

    def test_goes_with_what_is_recorded_and_not_with_a_plan(self, city):
        now = timezone.now()
        planned_meeting(city, kind=Kind.PARTY_DAY, starts_at=now)
        assert Kind.PARTY_DAY in self.kinds(city)
        recorded_meeting(city, kind=Kind.PARTY_DAY, starts_at=now - timedelta(seconds=1))
        assert Kind.PARTY_DAY not in self.kinds(city, timezone.localdate(now - timedelta(seconds=1)))

    def test_names_the_next_one_that_is_planned_and_leads_to_it(self, city, sign_in):
        soon, later = (timezone.now() + timedelta(seconds=seconds) for seconds in (20, 40))
        planned_meeting(city, kind=Kind.LECTURE, lecturer="程远山", starts_at=later)
        meeting = planned_meeting(city, kind=Kind.LECTURE, lecturer="程远山", starts_at=soon)
        planned_meeting(city, kind=Kind.LIFE, starts_at=timezone.now() - timedelta(days=2))
        planned = {one.kind: one.planned for one in self.asked(city)}
        assert planned.pop(Kind.LECTURE).pk == meeting.pk and set(planned.values()) == {None}
        shown = page(sign_in(city.secretary), "list")
        assert f'{reverse("meetings:detail", args=[meeting.pk])}">党课（已排 ' in shown
        assert "?kind=LECTURE" not in shown and "?kind=LIFE" in shown

    def test_names_none_that_comes_after_the_span(self, city):
        year = timezone.localdate().year + 1
        february = datetime(year, 2, 1, 15, tzinfo=SHANGHAI)
        for kind, lecturer in ((Kind.LECTURE, "程远山"), (Kind.PARTY_DAY, "")):
            planned_meeting(city, kind=kind, lecturer=lecturer, starts_at=february)
        planned = {one.kind: bool(one.planned) for one in self.asked(city, date(year, 1, 10))}
        assert (planned[Kind.LECTURE], planned[Kind.PARTY_DAY]) == (True, False)  # a quarter, and a month

    def test_of_groups_each_has_its_own_plan(self, city):
        one, other = (PartyGroup.objects.create(branch=city.branch, name=name) for name in ("第一小组", "第二小组"))
        Member.objects.filter(user=city.member).update(group=one)
        meeting = planned_meeting(city, kind=Kind.GROUP, group=one, starts_at=timezone.now() + timedelta(seconds=20))
        found = {asked.group: asked.planned and asked.planned.pk for asked in self.asked(city) if asked.group}
        assert found == {one: meeting.pk, other: None}

    def test_comes_again_with_the_next_span(self, city):
        recorded_meeting(city, starts_at=timezone.now() - timedelta(seconds=1))
        today = timezone.localdate()
        assert Kind.MEMBERS not in self.kinds(city, timezone.localdate(timezone.now() - timedelta(seconds=1)))
        assert Kind.MEMBERS in self.kinds(city, today.replace(year=today.year + 1, month=4, day=1))

    @pytest.mark.parametrize(
        ("day", "months", "first"),
        [(date(2026, 11, 30), 1, date(2026, 11, 1)), (date(2026, 11, 30), 3, date(2026, 10, 1)),
         (date(2026, 9, 30), 3, date(2026, 7, 1)), (date(2026, 1, 1), 12, date(2026, 1, 1))],
    )
    def test_counts_spans_from_january(self, day, months, first):
        assert timezone.localdate(begins(day, months)) == first

    def test_is_seen_by_the_own_officers_alone(self, city, sign_in):
        said = "只有本支部看得到"
        assert said in page(sign_in(city.officer), "list")
        for who in (city.member, city.staff, city.chief):
            assert said not in page(sign_in(who), "list")


def test_who_lectures_is_not_marked_as_one_may_leave_it_out(city, sign_in):
    label = page(sign_in(city.secretary), "new").partition(">主讲人")[2].partition("<input")[0]
    assert "选填" not in label and "党课必填" in label


def test_names_stand_in_the_order_of_the_roster(city, sign_in):
    """程远山, 陆南枝, 周映红 as they came on it; by the code of characters 周映红 would be first."""
    meeting, client = recorded_meeting(city), sign_in(city.secretary)
    listed = ["程远山", "陆南枝", "周映红"]
    form = client.get(reverse("meetings:record", args=[meeting.pk])).context["form"]
    assert [person.name for person, _ in form.lines] == listed
    assert [name for code, name in form.fields["host"].choices if code] == listed
    detail = client.get(reverse("meetings:detail", args=[meeting.pk]))
    assert [row.user.name for row in dict(detail.context["groups"])["到会"]] == listed


class TestReading:
    def test_a_member_reads_the_plan_and_the_own_line_alone(self, city, sign_in):
        away = {city.member.pk: ("LEAVE", "TRIP"), city.officer.pk: ("LEAVE", "ILL")}
        meeting = recorded_meeting(city, states=away, content="说了很多。")
        own = page(sign_in(city.member), "detail", meeting.pk)
        assert "请假：出差在外" in own and meeting.place in own
        assert "身体原因" not in own and "说了很多" not in own and "应到" not in own
        assert "身体原因" in page(sign_in(city.secretary), "detail", meeting.pk)

    def test_a_member_does_not_read_how_many_came(self, city, sign_in):
        recorded_meeting(city)
        assert "3 / 3" in page(sign_in(city.secretary), "list")
        assert "3 / 3" not in page(sign_in(city.member), "list")

    def test_a_secretary_sees_nothing_of_another_branch(self, city, sign_in):
        meeting = planned_meeting(city, branch=city.other_branch, actor=city.other_secretary, title="别人的会")
        client = sign_in(city.secretary)
        assert "别人的会" not in page(client, "list") and "演示第一" not in page(client, "list")
        assert client.get(reverse("meetings:detail", args=[meeting.pk])).status_code == 404

    def test_names_the_branches_to_an_officer_who_is_member_of_another(self, city, sign_in):
        now = timezone.now()  # the calendar opens at this month
        planned_meeting(city, branch=city.other_branch, actor=city.other_secretary, starts_at=now)
        planned_meeting(city, starts_at=now)
        assert "演示第一" not in page(sign_in(city.officer), "list")
        Member.objects.filter(user=city.officer).update(branch=city.other_branch)
        client = sign_in(city.officer)
        assert all("演示第一" in page(client, name) for name in ("list", "calendar"))

    def test_of_a_meeting_before_there_were_rules_open(self, city, sign_in):
        Branch.objects.filter(pk=city.branch.pk).update(established_on=date(2016, 7, 1))
        city.branch.refresh_from_db()
        meeting = recorded_meeting(city, starts_at=timezone.now().replace(year=2017, day=1))
        found = page(sign_in(city.secretary), "detail", meeting.pk)
        assert "实到" in found and "有表决权" not in found

    def test_says_whether_enough_voters_came(self, city, sign_in):
        enough = recorded_meeting(city, states={city.member.pk: ("ABSENT", "")})
        few = recorded_meeting(city, states=dict.fromkeys((city.member.pk, city.officer.pk), ("ABSENT", "")))
        client = sign_in(city.secretary)
        assert "应到 3 名，实到 2 名，超过半数" in page(client, "detail", enough.pk)
        assert "实到 1 名，没有超过半数" in page(client, "detail", few.pk)


class TestWriting:
    def test_an_uneventful_meeting_is_a_plan_and_a_few_words(self, city, sign_in):
        client = sign_in(city.secretary)
        at = timezone.localtime() - timedelta(hours=3)
        sent = {"kind": "MEMBERS", "title": "学新规", "place": "活动室", "starts_at": f"{at:%Y-%m-%dT%H:%M}"}
        went = client.post(reverse("meetings:new"), sent)
        meeting = Meeting.objects.get()
        assert went.url == reverse("meetings:record", args=[meeting.pk])
        client.post(went.url, {"content": "学了。", "version": meeting.version})
        meeting.refresh_from_db()
        assert (meeting.state, meeting.attendance.filter(state="PRESENT").count()) == ("RECORDED", 3)

    def test_who_was_away_is_picked_and_what_is_wrong_stays_on_the_page(self, city, sign_in):
        Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2025, 1, 1))
        meeting, client = planned_meeting(city), sign_in(city.secretary)
        sent = {f"who_{city.member.pk}": "LEAVE-WORK", "guests": [city.anchor.pk], "others": "2", "version": 1}
        refused = client.post(reverse("meetings:record", args=[meeting.pk]), sent)
        assert refused.status_code == 400 and "LEAVE-WORK\" selected" in refused.content.decode()
        client.post(reverse("meetings:record", args=[meeting.pk]), sent | {"content": "学了。"})
        found = page(client, "detail", meeting.pk)
        assert "周映红（开播或上班）" in found and "林小禾，另 2 名" in found
        again = page(client, "record", meeting.pk)
        assert "LEAVE-WORK\" selected" in again and "学了。" in again

    @pytest.mark.parametrize("code", ["LEAVE", "LEAVE-ABROAD", "GUEST", "PRESENT-WORK", "\0"])
    def test_no_other_code_is_taken(self, city, sign_in, code):
        meeting = planned_meeting(city)
        sent = {f"who_{city.member.pk}": code, "content": "学了。", "version": 1}
        refused = sign_in(city.secretary).post(reverse("meetings:record", args=[meeting.pk]), sent)
        assert refused.status_code == 400 and not meeting.attendance.exists()

    @pytest.mark.parametrize("number", ["²", "-1", "9" * 40, "两"])
    def test_grades_are_numbers_and_come_together(self, city, sign_in, number):
        meeting, client = planned_meeting(city, kind=Kind.APPRAISAL), sign_in(city.secretary)
        sent = {"content": "评了。", "version": 1, "excellent": number, "qualified": 2, "basic": 0, "unqualified": 0}
        assert client.post(reverse("meetings:record", args=[meeting.pk]), sent).status_code == 400
        refused = client.post(reverse("meetings:record", args=[meeting.pk]), sent | {"excellent": "1", "basic": ""})
        assert "四个等次一起填" in refused.content.decode()

    def test_a_branch_that_is_named_and_not_the_own_is_not_found(self, city, sign_in):
        sent = {"kind": "SEMINAR", "title": "学新规", "place": "园", "starts_at": "2026-11-20T19:30"}
        client, address = sign_in(city.secretary), reverse("meetings:new")
        for named in (city.other_branch.pk, 2**63, "x", "\0"):
            assert client.post(f"{address}?branch={named}", sent).status_code == 404
            assert client.get(address, {"branch": named}).status_code == 404
        client.post(f"{address}?branch=", sent)
        assert Meeting.objects.get().branch == city.branch

    @pytest.mark.parametrize("field", ["starts_at", "ends_at"])
    @pytest.mark.parametrize(
        "moment",
        ["0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", "0001-01-01T00:00", "1999-12-31T23:59",
         "2101-01-01T00:00"],
    )
    def test_a_moment_at_the_end_of_time_is_refused(self, city, sign_in, field, moment):
        sent = {"kind": "SEMINAR", "title": "学新规", "place": "园", "starts_at": "2026-11-20T19:30", field: moment}
        refused = sign_in(city.secretary).post(reverse("meetings:new"), sent)
        assert refused.status_code == 400 and "请选 2000 到 2100 年的时间" in refused.content.decode()

    def test_who_chaired_and_wrote_stays_though_they_left(self, city, sign_in):
        meeting, client = planned_meeting(city, host=city.member, recorder=city.officer), sign_in(city.secretary)
        Member.objects.filter(user__in=(city.member, city.officer)).update(left_on=timezone.localdate())
        city.officer.posts.update(until=timezone.localdate() - timedelta(days=1))
        for name, sent in (("edit", {"title": "学新规", "place": "园", "starts_at": "2026-11-20T19:30"}),
                           ("record", {"content": "学了。"})):
            form = client.get(reverse(f"meetings:{name}", args=[meeting.pk])).context["form"]
            shown = {field: form[field].value() for field in ("host", "recorder", "version")}
            went = client.post(reverse(f"meetings:{name}", args=[meeting.pk]), sent | shown)
            meeting.refresh_from_db()
            assert (went.status_code, meeting.host, meeting.recorder) == (302, city.member, city.officer)

    def test_who_was_there_on_the_day_may_be_named_later(self, city, sign_in):
        meeting, client = planned_meeting(city), sign_in(city.secretary)
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        sent = {"content": "学了。", "version": 1, "recorder": city.member.pk}
        client.post(reverse("meetings:record", args=[meeting.pk]), sent)
        meeting.refresh_from_db()
        assert meeting.recorder == city.member

    def test_the_committee_sees_or_sends_back(self, city, sign_in):
        meeting, client = recorded_meeting(city), sign_in(city.staff)
        client.post(reverse("meetings:send_back", args=[meeting.pk]), {"reason": "补决议", "version": meeting.version})
        assert "党委退回" in page(sign_in(city.secretary), "detail", meeting.pk)


def test_who_came_to_the_list_after_the_minutes_is_asked_about(city, sign_in):
    meeting, client = recorded_meeting(city), sign_in(city.secretary)
    newcomer = roster.add(actor=city.secretary, branch=city.branch, name="万小测", joined_on=date(2018, 6, 1)).user
    address = reverse("meetings:record", args=[meeting.pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields if name not in ("guests", "others")}
    assert sent[f"who_{newcomer.pk}"] == ""
    refused = client.post(address, sent)
    assert refused.status_code == 400 and "万小测新列入了名单，请选到没到。" in refused.content.decode()
    assert client.post(address, sent | {f"who_{newcomer.pk}": "LEAVE-WORK"}).status_code == 302
    assert meeting.attendance.get(user=newcomer).state == "LEAVE"
    with pytest.raises(ValidationError, match="新列入"):
        fresh = Meeting.objects.get(pk=meeting.pk)
        fresh.attendance.filter(user=newcomer).delete()
        services.record(fresh, actor=city.secretary, version=None, states={}, content="补了。")


def test_a_month_counts_what_is_held(city, sign_in):
    for _ in range(2):
        meeting = planned_meeting(city, starts_at=timezone.now() + timedelta(minutes=1), kind=Meeting.Kind.PARTY_DAY)
    services.cancel(meeting, actor=city.secretary, version=meeting.version, reason="不开了。")
    month = f"{timezone.localdate(meeting.starts_at):%Y-%m}"
    assert sign_in(city.secretary).get(f"/meetings/calendar/?month={month}").context["count"] == 1


def test_a_tab_keeps_what_was_chosen_beside_it(city, sign_in):
    asked = {"branch": city.branch.pk, "kind": "MEMBERS"}
    tabs = sign_in(city.staff).get(reverse("meetings:list"), asked).context["tabs"]
    assert {tab["url"] for tab in tabs} >= {f"?branch={city.branch.pk}&kind=MEMBERS&state=RECORDED"}


class TestLedger:
    def rows(self, client, **query):
        answer = client.post(reverse("meetings:export") + "?" + "&".join(f"{k}={v}" for k, v in query.items()),
                             {"reason": "年终归档"})
        return list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))[3:]

    def test_has_its_heads_and_counts_from_the_roll(self, city, sign_in):
        recorded_meeting(city, states={city.member.pk: ("LEAVE", "WORK")}, title="=1+1")
        head, row = self.rows(sign_in(city.secretary))
        assert head[6:9] == ("应到", "实到", "请假及原因")
        assert (row[1], row[6], row[7], row[8], row[10]) == ("支部党员大会", 3, 2, "周映红（开播或上班）", "=1+1")
        assert AuditEvent.objects.filter(kind="EXPORT", subject_type="members.meeting").count() == 1

    def test_holds_the_own_branch_alone(self, city, sign_in):
        recorded_meeting(city, branch=city.other_branch, actor=city.other_secretary)
        assert len(self.rows(sign_in(city.secretary))) == 1
        assert len(self.rows(sign_in(city.staff), year=timezone.localdate().year, kind="MEMBERS")) == 2

    def test_says_whose_meeting_it_was_where_there_are_several(self, city, sign_in):
        for words in ({}, {"branch": city.other_branch, "actor": city.other_secretary}):
            recorded_meeting(city, **words)
        head, *rows = self.rows(sign_in(city.staff))
        assert head[-1] == "支部" and {row[-1] for row in rows} == {city.branch.name, city.other_branch.name}
        assert self.rows(sign_in(city.secretary))[0][-1] == "审核"

    def test_says_in_the_records_how_it_was_narrowed(self, city, sign_in):
        year = str(timezone.localdate().year)
        self.rows(sign_in(city.staff), year=year, branch=city.branch.pk)
        assert AuditEvent.objects.get(kind="EXPORT").facts["filter"] == {"year": year, "branch": city.branch.pk}

    @pytest.mark.parametrize("query", ["year=2020", "state=XX", "kind=XX", "branch=x", f"branch={2**63}"])
    def test_is_not_made_of_a_filter_that_cannot_be_read(self, city, sign_in, query):
        client, address = sign_in(city.staff), f"{reverse('meetings:export')}?{query}"
        for refused in (client.get(address), client.post(address, {"reason": "年终归档"})):
            assert refused.status_code == 409 and "有条件读不懂" in refused.content.decode()
        assert not AuditEvent.objects.filter(kind="EXPORT").exists()
