"""Meetings from plan to minutes, who came as rows that are counted, and the figures of reports (domain.md §3.2)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Post, Role
from branches.reports.figures import Figure
from members.meetings import figures, roll, services, sweeps
from members.meetings.models import Attendance, Meeting
from members.models import Activist, Floating, Member, Participation, PartyGroup
from notices.models import Notice
from tests.factories import planned_meeting, recorded_meeting
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
Kind, State = Meeting.Kind, Meeting.State
LEFT = ("LEAVE", "WORK")


def counted(meeting):
    return roll.count(meeting.attendance.all())


def member(city, name, *, standing="FULL", branch=None, joined_on=date(2015, 7, 1)):
    user = User.objects.create_user(name)
    Member.objects.create(user=user, branch=branch or city.branch, joined_on=joined_on, standing=standing)
    return user


class TestNumbers:
    def test_count_by_branch_and_quarter(self, city):
        def number(day, **words):
            return planned_meeting(city, starts_at=datetime.combine(day, datetime.min.time(), SHANGHAI), **words).number

        last = timezone.localdate().year
        ours, theirs = city.branch.pk, city.other_branch.pk
        assert number(date(last, 10, 1)) == f"HY-{ours}-{last}Q4-01"
        assert number(date(last, 12, 31)) == f"HY-{ours}-{last}Q4-02"
        assert number(date(last, 9, 30)) == f"HY-{ours}-{last}Q3-01"
        assert number(date(last, 10, 1), branch=city.other_branch, actor=city.other_secretary) == (
            f"HY-{theirs}-{last}Q4-01"
        )

    def test_stay_when_the_day_moves(self, city):
        meeting = planned_meeting(city)
        moved = services.correct(
            meeting, actor=city.officer, version=1, starts_at=meeting.starts_at - timedelta(days=200)
        )
        assert moved.number == meeting.number


class TestPlanning:
    @pytest.mark.parametrize("who", ["member", "other_secretary", "staff", "stranger"])
    def test_is_for_the_officers_of_the_branch(self, city, who):
        with pytest.raises(PermissionDenied):
            planned_meeting(city, actor=getattr(city, who))

    def test_a_group_meeting_is_of_a_group_of_the_branch(self, city):
        theirs = PartyGroup.objects.create(branch=city.other_branch, name="第一小组")
        for words in ({"kind": Kind.GROUP}, {"kind": Kind.GROUP, "group": theirs}, {"group": theirs}):
            with pytest.raises(ValidationError, match="党小组"):
                planned_meeting(city, **words)

    def test_a_lecture_has_a_lecturer(self, city):
        with pytest.raises(ValidationError, match="主讲人"):
            planned_meeting(city, kind=Kind.LECTURE)
        assert planned_meeting(city, kind=Kind.LECTURE, lecturer="顾明溪").lecturer == "顾明溪"

    @pytest.mark.parametrize("off", [timedelta(days=400), -timedelta(days=4000)])
    def test_a_slip_of_the_year_is_refused(self, city, off):
        with pytest.raises(ValidationError, match="一年以内"):
            planned_meeting(city, starts_at=timezone.now() + off)

    def test_is_open_until_it_is_recorded(self, city):
        meeting = recorded_meeting(city)
        with pytest.raises(Conflict):
            services.correct(meeting, actor=city.secretary, version=None, place="别处")
        with pytest.raises(Conflict):
            services.cancel(meeting, actor=city.secretary, version=None, reason="下雨")

    def test_a_stale_page_changes_nothing(self, city):
        meeting = planned_meeting(city)
        services.correct(meeting, actor=city.secretary, version=1, place="电商园")
        with pytest.raises(Conflict):
            services.correct(meeting, actor=city.officer, version=1, place="别处")
        assert Meeting.objects.get().place == "电商园"

    def test_cancelled_it_cannot_be_recorded(self, city):
        meeting = services.cancel(planned_meeting(city), actor=city.secretary, version=1, reason="下雨")
        assert (meeting.state, meeting.reason) == (State.CANCELLED, "下雨")
        with pytest.raises(Conflict):
            services.record(meeting, actor=city.secretary, version=None, states={}, content="开了。")


class TestMinutes:
    def test_of_an_uneventful_meeting_count_everybody_as_there(self, city):
        meeting = recorded_meeting(city)
        assert meeting.state == State.RECORDED
        assert counted(meeting) == roll.Counts(present=3, voters_due=3, voters=3)
        assert counted(meeting).due == 3

    def test_count_leave_absence_and_the_five_groups_apart(self, city):
        young = member(city, "young", standing="PROBATIONARY")
        states = {city.member.pk: LEFT, city.officer.pk: ("ABSENT", ""), young.pk: ("EXCLUDED", "ABROAD")}
        found = counted(recorded_meeting(city, states=states))
        assert found == roll.Counts(present=1, leave=1, absent=1, excluded=1, voters_due=3, voters=1)
        assert found.due == 3

    def test_take_the_roll_of_the_day_of_the_meeting(self, city):
        gone = member(city, "gone")
        Member.objects.filter(user=gone).update(left_on=timezone.localdate())
        member(city, "new", joined_on=timezone.localdate())
        meeting = recorded_meeting(city)
        assert gone.attendance.filter(meeting=meeting).exists()
        assert counted(meeting).due == 4

    def test_of_the_committee_take_whoever_is_in_office(self, city):
        publicity = member(city, "publicity")
        Post.objects.create(user=publicity, role=Role.PUBLICITY, branch=city.branch, since=date(2025, 1, 1))
        meeting = recorded_meeting(city, kind=Kind.COMMITTEE)
        names = {row.user.name for row in meeting.attendance.select_related("user")}
        assert names == {"程远山", "陆南枝", "publicity"}

    def test_of_a_group_take_its_members(self, city):
        group = PartyGroup.objects.create(branch=city.branch, name="第一小组")
        Member.objects.filter(user__in=(city.member, city.officer)).update(group=group)
        assert counted(recorded_meeting(city, kind=Kind.GROUP, group=group)).due == 2

    def test_take_what_somebody_was_on_that_day(self, city):
        young = member(city, "young")
        Member.objects.filter(user=young).update(regularised_on=timezone.localdate())
        late = member(city, "late")
        Member.objects.filter(user=late).update(relation_on=timezone.localdate())
        meeting = recorded_meeting(city)
        assert young.attendance.get(meeting=meeting).part == "PROBATIONARY"
        assert not late.attendance.filter(meeting=meeting).exists()

    def test_count_guests_from_the_activists(self, city):
        Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2025, 1, 1))
        meeting = recorded_meeting(city, guests=[city.anchor.pk])
        assert (counted(meeting).guests, counted(meeting).due) == (1, 3)
        with pytest.raises(ValidationError):
            recorded_meeting(city, guests=[city.other_anchor.pk])

    def test_take_guests_from_those_who_take_part_here(self, city):
        since = date(2025, 1, 1)
        Participation.objects.create(member=city.other_secretary.member, branch=city.branch, since=since)
        words = {"home": "外地", "place": "园区", "reason": "直播", "since": since}
        Floating.objects.create(user=city.stranger, branch=city.branch, direction="IN", **words)
        found = [person.name for person in roll.guests_of(planned_meeting(city))]
        assert found == ["江一舟", "路人甲"]

    def test_wait_for_the_hour(self, city):
        with pytest.raises(Conflict, match="还没有到"):
            recorded_meeting(city, starts_at=timezone.now() + timedelta(hours=1))

    def test_need_words_and_somebody(self, city):
        with pytest.raises(ValidationError, match="主要内容"):
            recorded_meeting(city, content=" ")
        everybody = Member.objects.filter(branch=city.branch).values_list("user", flat=True)
        with pytest.raises(ValidationError, match="一个人也没有到"):
            recorded_meeting(city, states=dict.fromkeys(everybody, LEFT))

    def test_are_written_anew_until_the_committee_has_seen_them(self, city):
        meeting = recorded_meeting(city, states={city.member.pk: LEFT})
        meeting = services.record(meeting, actor=city.officer, version=meeting.version, states={}, content="改过。")
        assert (counted(meeting).present, meeting.content) == (3, "改过。")
        services.see(meeting, actor=city.staff)
        with pytest.raises(Conflict, match="党委已经看过"):
            services.record(meeting, actor=city.officer, version=None, states={}, content="再改。")

    def test_are_sent_back_with_a_reason_and_recorded_anew(self, city):
        meeting = recorded_meeting(city)
        with pytest.raises(ValidationError):
            services.send_back(meeting, actor=city.staff, version=None, reason=" ")
        meeting = services.send_back(meeting, actor=city.staff, version=None, reason="没写决议")
        assert (meeting.state, meeting.reason) == (State.RETURNED, "没写决议")
        assert Notice.objects.get(key__startswith="meeting-returned").recipient == city.secretary
        meeting = services.record(meeting, actor=city.secretary, version=None, states={}, content="补了。")
        assert (meeting.state, meeting.reason) == (State.RECORDED, "")

    @pytest.mark.parametrize("verb", ["see", "send_back"])
    def test_are_judged_by_the_committee_alone(self, city, verb):
        meeting, words = recorded_meeting(city), {"reason": "补写"} if verb == "send_back" else {}
        with pytest.raises(PermissionDenied):
            getattr(services, verb)(meeting, actor=city.secretary, version=None, **words)

    def test_a_plan_cannot_be_seen(self, city):
        with pytest.raises(Conflict):
            services.see(planned_meeting(city), actor=city.staff)


class TestAppraisal:
    def grades(self, *numbers):
        return dict(zip(Meeting.GRADES, numbers, strict=True))

    def appraisal(self, city, *numbers):
        for name in ("one", "two", "three"):
            member(city, name)
        member(city, "young", standing="PROBATIONARY")
        return recorded_meeting(city, kind=Kind.APPRAISAL, grades=self.grades(*numbers))

    def test_a_third_may_be_excellent(self, city):
        assert self.appraisal(city, 2, 4, 0, 0).excellent == 2

    def test_more_may_not(self, city):
        with pytest.raises(ValidationError, match="1/3"):
            self.appraisal(city, 2, 3, 0, 0)

    def test_probationers_are_not_graded(self, city):
        with pytest.raises(ValidationError, match="预备党员不评等次"):
            self.appraisal(city, 2, 5, 0, 0)

    def test_no_other_meeting_has_grades(self, city):
        with pytest.raises(ValidationError, match="只有民主评议"):
            recorded_meeting(city, grades=self.grades(0, 1, 0, 0))


class TestFigures:
    def count(self, kind, city, branch=None):
        branch = branch or city.branch
        start = timezone.now() - timedelta(days=3)
        return kind.count([city.branch.pk, city.other_branch.pk], start, timezone.now()).get(branch.pk)

    def test_count_recorded_meetings_of_their_kind(self, city):
        first = recorded_meeting(city)
        second = services.see(recorded_meeting(city), actor=city.staff)
        planned_meeting(city)
        services.send_back(recorded_meeting(city), actor=city.staff, version=None, reason="补写")
        recorded_meeting(city, kind=Kind.PARTY_DAY)
        assert self.count(figures.members, city) == Figure(2, None, (first.pk, second.pk))
        assert self.count(figures.party_day, city).value == 1
        assert self.count(figures.members, city, city.other_branch) is None

    def test_a_meeting_at_midnight_is_of_the_month_that_begins(self, city):
        start = datetime.combine(timezone.localdate().replace(day=1), time.min, SHANGHAI)
        meeting = recorded_meeting(city, starts_at=start)
        day, count = timedelta(days=1), figures.members.count
        assert count([city.branch.pk], start, start + day)[city.branch.pk].ids == (meeting.pk,)
        assert count([city.branch.pk], start - day, start) == {}

    def test_attendance_is_present_among_due(self, city):
        one = recorded_meeting(city, states={city.member.pk: LEFT, city.officer.pk: ("EXCLUDED", "AWAY")})
        Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2025, 1, 1))
        two = recorded_meeting(city, guests=[city.anchor.pk])
        assert self.count(figures.attendance, city) == Figure(4, 5, (one.pk, two.pk))

    def test_show_only_what_the_reader_may_see(self, city):
        ids = [recorded_meeting(city).pk]
        assert list(figures.members.rows(city.secretary, ids)) and not figures.members.rows(city.other_secretary, ids)


class TestSight:
    @pytest.mark.parametrize(
        ("who", "sees"),
        [("secretary", True), ("officer", True), ("member", True), ("staff", True), ("other_secretary", False),
         ("anchor", False), ("stranger", False), ("auditor", False)],
    )
    def test_is_for_the_branch_and_the_committee(self, city, who, sees):
        planned_meeting(city)
        assert Meeting.objects.visible_to(getattr(city, who)).exists() == sees

    def test_ends_for_a_member_who_leaves(self, city):
        planned_meeting(city)
        Member.objects.filter(user=city.member).update(left_on=timezone.localdate())
        assert not Meeting.objects.visible_to(city.member).exists()


def test_a_reason_that_does_not_fit_is_refused_by_the_database(city):
    meeting = recorded_meeting(city)
    row = Attendance(meeting=meeting, user=city.stranger, part="FULL", state="LEAVE", why="ABROAD")
    with pytest.raises(ValidationError):
        row.full_clean()


class TestReminder:
    def test_tells_everybody_on_the_roll_once_a_day_ahead(self, city):
        now = timezone.now()
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=20))
        planned_meeting(city, starts_at=now + timedelta(days=2), kind=Kind.PARTY_DAY)
        assert [sweeps.remind(now), sweeps.remind(now)] == [1, 0]
        told = Notice.objects.filter(key__startswith=f"meeting-soon:{meeting.pk}")
        assert set(told.values_list("recipient__name", flat=True)) == {"程远山", "陆南枝", "周映红"}

    def test_of_a_committee_meeting_goes_to_who_is_in_office(self, city):
        planned_meeting(city, starts_at=timezone.now() + timedelta(hours=20), kind=Kind.COMMITTEE)
        sweeps.remind(timezone.now())
        told = Notice.objects.filter(key__startswith="meeting-soon:")
        assert set(told.values_list("recipient__name", flat=True)) == {"程远山", "陆南枝"}

    def test_comes_again_when_the_time_moves(self, city):
        now = timezone.now()
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=20))
        sweeps.remind(now)
        services.correct(meeting, actor=city.officer, version=None, starts_at=now + timedelta(hours=22))
        assert sweeps.remind(now) == 1

    def test_whoever_was_reminded_hears_that_it_is_off(self, city):
        meeting = planned_meeting(city, starts_at=timezone.now() + timedelta(hours=20))
        sweeps.remind(timezone.now())
        services.cancel(meeting, actor=city.secretary, version=None, reason="台风停课")
        told = Notice.objects.filter(key=f"meeting-cancelled:{meeting.pk}")
        assert set(told.values_list("recipient__name", flat=True)) == {"陆南枝", "周映红"}

    @pytest.mark.parametrize("n", [1, 30])
    def test_costs_the_same_for_any_number(self, city, django_assert_num_queries, n):
        now = timezone.now()
        for place in range(n):
            planned_meeting(city, starts_at=now + timedelta(hours=20, minutes=place))
        with django_assert_num_queries(8, exact=False):
            sweeps.remind(now)
