"""Meetings from plan to minutes, who came as rows that are counted, and the figures of reports (domain.md §3.2)."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from accounts.models import User
from branches.calendar.workcalendar import SHANGHAI
from branches.organisation.models import Branch, Post, Role
from branches.reports.figures import Figure
from branches.rules.models import Rule
from branches.rules.services import rules_on
from members.meetings import figures, roll, services, sweeps
from members.meetings.models import Attendance, Meeting
from members.models import Activist, Floating, Member, Participation, PartyGroup, Transfer
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


def told_by(key):
    return set(Notice.objects.filter(key__startswith=key).values_list("recipient__name", flat=True))


def transfer(city, user, on, *, source=None, target=None):
    """A letter that was answered on this day, and the relation where it leads to; None is somewhere outside."""
    sides = {"from_branch": source} if source else {"from_name": "某县某党委"}
    sides |= {"to_branch": target} if target else {"to_name": "某县某党委"}
    words = {"letter_on": on, "ended_on": on, "state": Transfer.State.DONE, "started_by": city.secretary}
    Transfer.objects.create(member=user.member, **sides, **words)
    moved = {"branch": target, "relation_on": on, "group": None} if target else {"left_on": on, "group": None}
    Member.objects.filter(user=user).update(**moved)


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
        with pytest.raises(ValidationError, match="最晚到一年以后"):
            planned_meeting(city, starts_at=timezone.now() + off)

    def test_ends_within_a_day(self, city):
        starts_at = timezone.now() + timedelta(days=3)
        with pytest.raises(ValidationError, match="最多开一天"):
            planned_meeting(city, starts_at=starts_at, ends_at=starts_at + timedelta(days=1, minutes=1))
        planned_meeting(city, starts_at=starts_at, ends_at=starts_at + timedelta(days=1))

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

    def test_take_whoever_moved_since_and_nobody_who_came_since(self, city):
        today = timezone.localdate()
        far = Branch.objects.create(
            committee=city.committee, name="第三支部", short_name="第三", established_on=date(2024, 8, 1)
        )
        there, back, gone, came, outside = (member(city, name) for name in ("there", "back", "gone", "came", "outside"))
        transfer(city, there, today, source=city.branch, target=city.other_branch)
        transfer(city, there, today, source=city.other_branch, target=far)
        transfer(city, back, today, source=city.branch, target=far)
        transfer(city, back, today, source=far, target=city.branch)
        transfer(city, gone, today, source=city.branch)
        transfer(city, came, today, source=city.other_branch, target=city.branch)
        transfer(city, outside, today, target=city.branch)
        ours, theirs = planned_meeting(city), planned_meeting(
            city, branch=city.other_branch, actor=city.other_secretary
        )
        names = {"程远山", "陆南枝", "周映红", "there", "back", "gone"}
        assert {person.name for person in roll.roll_of(ours)} == names
        assert {person.name for person in roll.roll_of(theirs)} == {"江一舟", "came"}

    def test_take_who_was_entered_late_and_only_by_the_name_of_where_they_came_from(self, city):
        transfer(city, member(city, "entered"), timezone.localdate(), target=city.branch)
        Member.objects.filter(user__username="entered").update(relation_on=None)
        assert "entered" in {person.name for person in roll.roll_of(planned_meeting(city))}

    def test_keep_whoever_was_listed_when_they_are_recorded_anew(self, city):
        group = PartyGroup.objects.create(branch=city.branch, name="第一小组")
        Member.objects.filter(user__in=(city.member, city.officer)).update(group=group)
        activist = Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2025, 1, 1))
        words = {"states": {city.member.pk: LEFT}, "guests": [city.anchor.pk]}
        meeting = recorded_meeting(city, kind=Kind.GROUP, group=group, **words)
        meeting = services.send_back(meeting, actor=city.staff, version=None, reason="补写")
        transfer(city, city.member, timezone.localdate(), source=city.branch, target=city.other_branch)
        activist.delete()
        services.record(meeting, actor=city.secretary, version=None, content="补了。", **words)
        rows = meeting.attendance.values_list("user", "part", "state")
        assert set(rows) == {
            (city.member.pk, "FULL", "LEAVE"), (city.officer.pk, "FULL", "PRESENT"),
            (city.anchor.pk, "GUEST", "PRESENT"),
        }

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
        found = [person.name for person in roll.guests_of(planned_meeting(city), ())]
        assert found == ["江一舟", "路人甲"]

    def test_list_nobody_twice_at_the_meeting_that_admits_them(self, city):
        day = timezone.localdate() - timedelta(days=1)
        Activist.objects.create(user=city.anchor, branch=city.branch, since=date(2025, 1, 1), until=day)
        Member.objects.create(user=city.anchor, branch=city.branch, joined_on=day, standing="PROBATIONARY")
        meeting = planned_meeting(city)
        people = roll.roll_of(meeting)
        assert city.anchor.pk in {person.user_id for person in people}
        assert roll.guests_of(meeting, people) == []

    def test_of_a_branch_whose_relations_are_elsewhere_list_guests_alone(self, city):
        Branch.objects.filter(pk=city.other_branch.pk).update(form=Branch.Form.FUNCTIONAL)
        Member.objects.filter(branch=city.other_branch).update(left_on=date(2024, 9, 1))
        since = date(2025, 1, 1)
        Participation.objects.create(member=city.member.member, branch=city.other_branch, since=since)
        words = {"kind": Kind.PARTY_DAY, "branch": city.other_branch, "actor": city.other_secretary}
        with pytest.raises(ValidationError, match="一个人也没有到"):
            recorded_meeting(city, **words)
        city.other_branch.refresh_from_db()
        words["starts_at"] = timezone.now() - timedelta(days=2)
        assert counted(recorded_meeting(city, guests=[city.member.pk], **words)).guests == 1

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
        assert told_by("meeting-returned") == {"程远山", "陆南枝"}
        assert "没写决议" in Notice.objects.filter(key__startswith="meeting-returned").first().text
        meeting = services.record(meeting, actor=city.secretary, version=None, states={}, content="补了。")
        assert (meeting.state, meeting.reason) == (State.RECORDED, "")

    @pytest.mark.parametrize(
        ("until", "told"), [(None, {"程远山", "陆南枝", "deputy"}), (date(2026, 1, 1), {"程远山", "陆南枝"})]
    )
    def test_are_sent_back_to_whoever_can_write_them_now(self, city, until, told):
        deputy = member(city, "deputy")
        post = Post.objects.create(user=deputy, role=Role.DEPUTY, branch=city.branch, since=date(2025, 1, 1))
        meeting = recorded_meeting(city, actor=deputy)
        Post.objects.filter(pk=post.pk).update(until=until, role=Role.PUBLICITY)
        services.send_back(meeting, actor=city.staff, version=None, reason="没写决议")
        assert told_by("meeting-returned") == told

    @pytest.mark.parametrize("verb", ["see", "send_back"])
    def test_are_judged_by_the_committee_alone(self, city, verb):
        meeting, words = recorded_meeting(city), {"reason": "补写"} if verb == "send_back" else {}
        with pytest.raises(PermissionDenied):
            getattr(services, verb)(meeting, actor=city.secretary, version=None, **words)

    def test_a_plan_cannot_be_seen(self, city):
        with pytest.raises(Conflict):
            services.see(planned_meeting(city), actor=city.staff)


class TestQuorum:
    def said(self, kind, share, **counts):
        Rule.objects.update(value=share)
        return roll.quorum(Meeting(kind=kind), roll.Counts(**counts), rules_on())

    @pytest.mark.parametrize(
        ("share", "words"),
        [("50", "没有超过半数，不能表决。"), ("40", "超过 40%。"), ("66.67", "没有超过 66.67%，不能表决。")],
    )
    def test_of_voters_is_said_as_the_rule_has_it(self, city, share, words):
        assert self.said(Kind.MEMBERS, share, voters_due=4, voters=2).endswith(f"实到 2 名，{words}")

    @pytest.mark.parametrize(("share", "words"), [("50", "到了半数。"), ("60.00", "没有到 60%。")])
    def test_of_the_committee_too(self, city, share, words):
        assert self.said(Kind.COMMITTEE, share, present=2, leave=2).endswith(f"实到 2 名，{words}")

    def test_is_not_spoken_of_where_no_rule_was_in_force(self, city):
        counts = roll.Counts(voters_due=3, voters=1)
        assert roll.quorum(Meeting(kind=Kind.MEMBERS), counts, rules_on(date(2018, 10, 27))) == ""


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

    def test_before_there_was_a_rule_more_may(self, city):
        Rule.objects.filter(code="APPRAISAL_EXCELLENT").update(since=timezone.localdate())
        assert self.appraisal(city, 3, 0, 0, 0).excellent == 3

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

    def test_of_another_time_comes_at_once_and_again_where_the_day_is_far(self, city):
        now, week = timezone.now(), timedelta(days=7)
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=20))
        sweeps.remind(now)
        soon = {"starts_at": now + timedelta(hours=22)}
        services.correct(meeting, actor=city.officer, version=None, at=now + timedelta(hours=1), **soon)
        assert told_by(f"meeting-moved:{meeting.pk}:2") == {"程远山", "周映红"}
        assert sweeps.remind(now + timedelta(hours=2)) == 0
        services.correct(meeting, actor=city.officer, version=None, at=now, starts_at=now + week)
        told = Notice.objects.filter(key=f"meeting-moved:{meeting.pk}:3")
        assert told.count() == 2 and told.first().title.startswith("支部党员大会改到 ")
        assert [sweeps.remind(now + timedelta(hours=2)), sweeps.remind(now + week - timedelta(hours=23))] == [0, 1]

    def test_of_another_place_comes_at_once(self, city):
        meeting = planned_meeting(city, starts_at=timezone.now() + timedelta(hours=20))
        sweeps.remind(timezone.now())
        services.correct(meeting, actor=city.officer, version=None, place="电商园")
        told = Notice.objects.filter(key=f"meeting-moved:{meeting.pk}:2")
        assert {(one.title, "改到 电商园" in one.text) for one in told} == {("支部党员大会换了地点", True)}

    def test_that_nobody_had_or_that_is_over_is_not_followed_by_another(self, city):
        now = timezone.now()
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=20))
        services.correct(meeting, actor=city.officer, version=None, starts_at=now + timedelta(hours=22))
        sweeps.remind(now)
        over = now + timedelta(days=2)
        words = {"starts_at": now + timedelta(hours=21), "place": "电商园"}
        services.correct(meeting, actor=city.officer, version=None, at=over, **words)
        services.correct(meeting, actor=city.officer, version=None, title="学习新规")
        assert not told_by("meeting-moved")

    def test_whoever_was_reminded_hears_that_it_is_off(self, city):
        meeting = planned_meeting(city, starts_at=timezone.now() + timedelta(hours=20))
        sweeps.remind(timezone.now())
        services.cancel(meeting, actor=city.secretary, version=None, reason="台风停课")
        told = Notice.objects.filter(key=f"meeting-cancelled:{meeting.pk}")
        assert set(told.values_list("recipient__name", flat=True)) == {"陆南枝", "周映红"}

    def test_is_followed_by_word_that_it_is_off_though_it_was_moved_and_for_who_left(self, city):
        now = timezone.now()
        leaver = member(city, "leaver")
        meeting = planned_meeting(city, starts_at=now + timedelta(hours=20))
        sweeps.remind(now)
        services.correct(meeting, actor=city.secretary, version=None, starts_at=now + timedelta(days=7), at=now)
        transfer(city, leaver, timezone.localdate(now) + timedelta(days=1), source=city.branch)
        services.cancel(meeting, actor=city.secretary, version=None, reason="台风停课")
        assert told_by(f"meeting-cancelled:{meeting.pk}") == {"陆南枝", "周映红", "leaver"}

    @pytest.mark.parametrize("n", [1, 30])
    def test_costs_the_same_for_any_number(self, city, django_assert_num_queries, n):
        now = timezone.now()
        for place in range(n):
            planned_meeting(city, starts_at=now + timedelta(hours=20, minutes=place))
        with django_assert_num_queries(8, exact=False):
            sweeps.remind(now)
