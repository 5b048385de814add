"""The demo city on the day of its making, and after a month of ticks."""

import io
import stat
import tempfile
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import is_password_usable
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.test import RequestFactory, TestCase, override_settings
from django.utils import timezone
from django.utils.module_loading import import_string

from accounts.models import User
from anchors.census import rounds
from anchors.census import services as services_of_census
from anchors.census.models import Entry, Import
from anchors.contacts import pages as contact_pages
from anchors.contacts.models import ContactChange, ServiceLog
from anchors.contacts.spreading import SOFT_LIMIT
from anchors.merging.models import Merge
from anchors.merging.suggestions import suggestions
from anchors.newcomers.models import Newcomer
from anchors.registry.models import Anchor, Declaration
from appeals import services, worklists
from appeals.invariants import broken
from appeals.models import Appeal, Event
from appeals.workflow import Level, Status
from branches.calendar.services import current_calendar
from branches.calendar.workcalendar import SHANGHAI, local
from branches.organisation.models import Branch, Committee, Enterprise, Partner, Post, Role
from branches.reports.models import Report
from branches.stations.models import Station
from members.models import Activist, Member
from notices.models import Sweep
from xinyu_portal.demo import census, city, history, life, plan
from xinyu_portal.demo.people import LOGINS

WORKING, RESTING = (time(8, 40), time(11, 40), time(15, 30), time(17, 20), time(17, 35), time(22, 59)), (time(23),)
OFFICIAL = ("accept", "note", "hand_up", "reply")


def run_command():
    said = io.StringIO()
    call_command("demo_city", stdout=said)
    return said.getvalue()


def tabs_of(username, now):
    """`{tab: rows}` of the lists that a login sees."""
    user = User.objects.get(username=username)
    seen = Appeal.objects.visible_to(user)
    if username == "anchor1":
        return worklists.counts(seen.filter(anchor__user=user), worklists.ANCHOR_TABS, now)
    if username == "member1":
        return worklists.counts(seen.filter(worklists.held_by(user)), worklists.contact_tabs(user), now)
    return worklists.counts(seen, worklists.STAFF_TABS, now)


def empty_tabs(now):
    lists = {username: tabs_of(username, now) for username in ("anchor1", "member1", "secretary1", "staff1", "chief1")}
    return [(username, tab) for username, tabs in lists.items() for tab, rows in tabs.items() if not rows]


def live_on(start, days):
    """All sweeps at a handful of hours of each day; returns the last instant."""
    sweeps, calendar = [import_string(path) for path in settings.SWEEPS], current_calendar()
    for day in (local(start).date() + timedelta(days=n) for n in range(days + 1)):
        for clock in WORKING if calendar.is_workday(day) else RESTING:
            now = datetime.combine(day, clock, SHANGHAI)
            if now > start:
                for sweep in sweeps:
                    sweep(now)
    return now


@pytest.mark.slow
@pytest.mark.sqlite
class DemoCity(TestCase):
    @classmethod
    def setUpTestData(cls):
        var = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.enterClassContext(override_settings(VAR=var))
        cls.table = run_command()
        cls.now = timezone.now()

    def workday_evening(self):
        return datetime.combine(current_calendar().nth_workday_after(local(self.now).date(), 1), time(23), SHANGHAI)

    def test_organisation_has_the_size_of_the_real_one(self):
        assert Committee.objects.get().name == "新余市网络直播行业党委"
        assert Branch.objects.count() == 6 and Branch.objects.filter(is_demo=True).count() == 4
        assert Member.objects.count() == 88 and Activist.objects.count() == 17
        assert Station.objects.count() == 40 and Station.objects.filter(in_anchor_area=True).count() == 4
        assert Partner.objects.filter(name="市快递行业协会").exists()
        assert Partner.objects.filter(kind="金融机构").exists()
        assert not Branch.objects.exclude(posts__role=Role.SECRETARY).exists()

    def test_anchors_come_from_the_census_workbook(self):
        taken = Import.objects.get(file_name="anchor-census.xlsx")
        counts = {name: taken.counts[name] for name in ("rows", "people", "accounts", "rejected")}
        assert counts == {"rows": 3774, "people": 3116, "accounts": 3765, "rejected": 7}
        assert taken.state == Import.State.DONE and taken.confirmed_by.username == "staff1"
        assert taken.rows.filter(rejected=True).count() == 7
        assert Entry.objects.filter(round=taken.round).count() == 3116
        assert rounds.missing(taken.round).count() == census.MOVED_AWAY
        assert Anchor.objects.confirmed().count() > 3116
        for table in (Anchor, Enterprise):
            assert not table.objects.filter(is_demo=False).exists()

    def test_the_same_workbook_once_more_changes_nothing(self):
        before = list(Anchor.objects.order_by("pk").values())
        found = services_of_census.upload(census.WORKBOOK.read_bytes(), file_name="again.xlsx", actor=None)
        services_of_census.work(only=found)
        found.refresh_from_db()
        assert (found.counts["new"], found.counts["changed"], found.counts["same"]) == (0, 0, 3116)
        assert list(Anchor.objects.order_by("pk").values()) == before

    def test_whoever_is_near_a_branch_is_in_one(self):
        near = Q(enterprise__branch__isnull=False) | Q(division__covering_branches__isnull=False)
        assert not Anchor.objects.filter(near, branch=None).exists()
        assert Branch.objects.filter(anchors__isnull=False).distinct().count() == 6
        far = Anchor.objects.filter(branch=None)
        assert 300 <= far.count() <= 500 and not far.filter(contact__isnull=False).exists()

    def test_contacts_are_members_of_the_anchors_branch_and_have_ten_at_most(self):
        linked = Anchor.objects.filter(contact__isnull=False).select_related("contact__member")
        assert len(linked) >= 400
        assert max(Counter(anchor.contact_id for anchor in linked).values()) <= SOFT_LIMIT
        for anchor in linked:
            assert anchor.contact.member.branch_id == anchor.branch_id and anchor.accepts_contact is not False
        given = {change.anchor_id: change.after_id for change in ContactChange.objects.order_by("pk")}
        assert {pk: member for pk, member in given.items() if member} == {row.pk: row.contact_id for row in linked}

    def test_every_page_of_the_registry_has_rows(self):
        for username in ("secretary1", "staff1"):
            user = User.objects.get(username=username)
            seen, newcomers = Anchor.objects.visible_to(user), Newcomer.objects.visible_to(user)
            tabs = contact_pages.counts(seen, contact_pages.tabs_of(username == "staff1"))
            assert all(tabs.values()), tabs
            assert set(newcomers.values_list("outcome", flat=True)) == {"WAITING", "NEW", "JOINED"}
            assert Enterprise.objects.visible_to(user).exclude(credit_code=None).exists()
            assert Enterprise.objects.visible_to(user).unlooked().exists()
            assert Enterprise.objects.visible_to(user).filter(kind="PARK").exists()
        staff = User.objects.get(username="staff1")
        assert len(suggestions(staff)) == 1 and Merge.objects.visible_to(staff).count() == 1
        member = User.objects.get(username="member1")
        assert member.linked_anchors.count() == 9 and ServiceLog.objects.visible_to(member).exists()
        anchor = Anchor.objects.get(user__username="anchor1")
        assert anchor.accounts.count() == 2 and anchor.user.consents.in_force().exists()
        assert Declaration.objects.filter(account__anchor=anchor).count() == 4

    def test_logins_know_each_other(self):
        anchor = Anchor.objects.get(user__username="anchor1")
        secretary = Post.objects.get(user__username="secretary1")
        assert anchor.contact.username == "member1"
        assert anchor.branch_id == anchor.contact.member.branch_id == secretary.branch_id
        assert secretary.role == Role.SECRETARY and secretary.branch.short_name == "万商红"
        assert Post.objects.get(user__username="partner1").partner.name == "市快递行业协会"
        assert Post.objects.get(user__username="chief1").role == Role.SECRETARY
        assert Post.objects.get(user__username="auditor1").role == Role.AUDITOR
        assert User.objects.get(username="admin1").is_superuser

    def test_only_the_eight_have_a_password_and_it_works(self):
        usable = {user.username for user in User.objects.all() if is_password_usable(user.password)}
        assert usable == set(LOGINS)
        path = settings.VAR / city.LOGINS_FILE
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        [password] = {line.split()[1] for line in path.read_text().splitlines()[1:]}
        assert all(f"{username} " in self.table for username in LOGINS) and password in self.table
        assert authenticate(RequestFactory().post("/"), username="member1", password=password)

    def test_appeals_are_many_and_no_two_alike(self):
        titles = Appeal.objects.values_list("title", flat=True)
        assert 190 <= len(titles) == len(set(titles))
        assert Appeal.objects.values("category").distinct().count() >= 40
        assert set(Appeal.objects.values_list("status", flat=True)) == set(Status)
        days = {local(at).date() for at in Appeal.objects.values_list("submitted_at", flat=True)}
        assert len(days) > 60 and (self.now.date() - min(days)).days in range(80, 95)
        told = set(Event.objects.values_list("verb", flat=True))
        assert told >= {
            "submit", "accept", "note", "hand_up", "reply", "confirm", "reopen", "withdraw", "remind", "amber",
            "escalate", "yellow_card", "red_card", "close_silent", "dispatch", "dispatch_reply", "suspend", "refuse",
            "refer", "return", "extend", "supervise", "merge", "consent", "publish",
        }
        finished = {
            "RESOLVED", "PARTLY", "EXPLAINED", "UNSOLVED", "UNCONFIRMED", "WITHDRAWN", "REFERRED", "NOT_ACCEPTED",
        }
        assert finished == set(Appeal.objects.exclude(outcome="").values_list("outcome", flat=True))

    def test_trails_hold_and_officials_act_on_duty(self):
        assert broken() == {}
        calendar, before = current_calendar(), {}
        for event in Event.objects.order_by("appeal", "seq"):
            assert before.get(event.appeal_id, event.at) <= event.at <= self.now
            before[event.appeal_id] = event.at
            at = local(event.at)
            if event.actor_id and event.verb in OFFICIAL:
                assert calendar.is_workday(at.date()) and 8 <= at.hour < 18, (event, at)

    def test_every_level_has_something_open_today(self):
        assert empty_tabs(self.now) == []
        for level in Level:
            here = Appeal.objects.filter(current__level=level)
            assert here.filter(status=Status.HANDLING).exists() and here.filter(status=Status.SUBMITTED).exists()

    def test_reports_of_past_months_are_filed(self):
        monthly = Report.objects.filter(form="month")
        months = sorted(set(monthly.values_list("period", flat=True)))
        assert len(months) == 3
        older = monthly.filter(period__in=months[:2])
        assert older.count() == 12 and not older.exclude(state=Report.State.ACCEPTED).exists()
        assert sum(report.filed_at > report.due_at for report in older) == 1
        assert monthly.get(period=months[2], branch__short_name="万商红").state == Report.State.OPEN

    def test_clock_was_not_moved(self):
        assert not Sweep.objects.exists()

    def test_second_run_keeps_the_data(self):
        before = Appeal.objects.count()
        assert run_command().strip() == (settings.VAR / city.LOGINS_FILE).read_text().strip()
        assert Appeal.objects.count() == before

    def test_production_refuses_it(self):
        with override_settings(PRODUCTION=True):
            with pytest.raises(CommandError, match="no demo data"):
                call_command("demo_city")
            with self.assertNumQueries(0):
                assert life.live(self.now) == 0

    def test_people_are_never_mixed_with_it(self):
        Committee.objects.update(is_demo=False)
        with pytest.raises(CommandError, match="people in this database"):
            call_command("demo_city")

    def test_nothing_due_costs_two_statements(self):
        # At three at night no official acts, and every anchor who had something to say has said it.
        night = datetime.combine(local(self.now).date() + timedelta(days=1), time(3), SHANGHAI)
        for _ in range(20):
            if not life.live(night):
                break
        with self.assertNumQueries(2):
            assert life.live(night) == 0

    def test_appeals_of_others_are_left_alone(self):
        anchor = Anchor.objects.exclude(user__username="anchor1").filter(contact__isnull=False).first()
        mine, _ = services.submit(
            anchor, actor=anchor.user, kind="appeal", category=Appeal.objects.first().category, title="我自己的一件",
            body="不归演示管。", submit_key="0b0f3b8c-0f0e-4f5c-9d4e-2f8f0a5f7a11", at=self.now,
        )
        # A client may choose any key, even one that looks like ours.
        Appeal.objects.filter(pk=mine.pk).update(submit_key=plan.FIRST_KEY)
        forged, _ = services.submit(
            anchor, actor=anchor.user, kind="appeal", category=mine.category, title="我自己的另一件",
            body="也不归演示管。", submit_key=plan.LAST_KEY, at=self.now,
        )
        for hours in range(1, 24):
            life.live(self.now + timedelta(hours=hours))
        life.live(self.workday_evening())
        for appeal in (mine, forged):
            appeal.refresh_from_db()
            assert appeal.version == 1
        assert Appeal.objects.filter(submitted_at__gt=self.now).exists()

    def test_every_list_lives_after_a_month(self):
        by_logins = Event.objects.filter(actor__username__in=LOGINS)
        before, count = by_logins.count(), Appeal.objects.count()
        end = live_on(self.now, 31)
        empty = [tab for _, tab in empty_tabs(end) if tab != "suspended"]  # what casework put aside goes on by itself
        assert empty == [] and broken() == {}
        assert Appeal.objects.count() > count + 40
        titles = Appeal.objects.values_list("title", flat=True)
        assert len(titles) == len(set(titles))
        # Of the logins only the contact answers now and then: nobody else can fill that list.
        news = by_logins.order_by("-pk")[: by_logins.count() - before]
        assert {event.actor.username for event in news} == {"member1"}

    def test_two_lives_at_once_do_everything_once(self):
        evening = self.workday_evening()
        rows, calendar = life._rows(), current_calendar()
        assert life._arrive(rows, calendar, evening) == plan.PER_DAY
        assert life._arrive(rows, calendar, evening) == 0


def test_titles_stay_apart_for_a_year():
    scripts, _ = plan.cast()
    serials = range(plan.ARRIVALS, plan.ARRIVALS + 250 * plan.PER_DAY)
    titles = [script.title for script in scripts] + [plan.script(serial).title for serial in serials]
    assert len(titles) == len(set(titles))


def test_keys_tell_their_city_and_script():
    founded = datetime(2026, 11, 23).date()
    key = plan.submit_key(founded, 1042)
    assert plan.read_key(key) == (founded, 1042)
    assert key.version == 8 and plan.FIRST_KEY <= key <= plan.LAST_KEY


@pytest.mark.django_db
def test_interrupted_load_leaves_nothing(settings, tmp_path, monkeypatch):
    settings.VAR = tmp_path

    def stopped(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(history.History, "play", stopped)
    with pytest.raises(KeyboardInterrupt):
        call_command("demo_city")
    assert not User.objects.exists() and city.logins() is None


@pytest.mark.django_db
def test_life_outside_a_demo_city_is_one_statement(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert life.live(timezone.now()) == 0
