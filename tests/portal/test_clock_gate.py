"""The jump gate (design §5): a machine that was off is no jump; a wall clock that is wrong stops the sweeps."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import AuditEvent
from appeals.models import Appeal
from appeals.workflow import Level
from notices.models import Sweep
from tests.factories import let_lapse, submit_appeal
from xinyu_portal import clock
from xinyu_portal.clock import Boot
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BOOT = Boot("a", 1000.0)


def minutes(n):
    return timedelta(minutes=n)


def ticks(*, wall, ran, boot="a"):
    """A tick at noon, and one when `wall` minutes have passed on the wall and `ran` since boot. Did it run?"""
    clock.tick(NOON, BOOT)
    return bool(clock.tick(NOON + minutes(wall), Boot(boot, BOOT.seconds + 60 * ran)))


class TestWhatIsAJump:
    @pytest.mark.parametrize(
        ("wall", "ran"), [(1, 1), (600, 600), (11, 1), (1, 11), (-2, 1)],
        ids=["a minute", "suspended all night", "ten minutes fast", "ten minutes slow", "back by two"],
    )
    def test_no_jump(self, city, wall, ran):
        assert ticks(wall=wall, ran=ran)

    @pytest.mark.parametrize(
        ("wall", "ran", "off"), [(11.1, 1, 606), (1, 11.1, -606), (-2.1, 1, -186), (-60 * 24, 1, -86460)],
        ids=["forward", "slow", "back", "a day back"],
    )
    def test_a_jump(self, city, wall, ran, off):
        assert not ticks(wall=wall, ran=ran)
        assert clock.held().held_seconds == pytest.approx(off)

    def test_a_machine_that_was_off_catches_up(self, city):
        assert ticks(wall=60 * 24 * 7, ran=-15, boot="b")

    def test_after_a_reboot_only_a_clock_that_went_back_is_wrong(self, city):
        assert not ticks(wall=-3, ran=-15, boot="b")

    @pytest.mark.parametrize("unknown", [Boot(), Boot("a", None), Boot("", 5.0)])
    def test_where_the_boot_is_unknown_too(self, city, unknown):
        clock.tick(NOON, BOOT)
        assert clock.tick(NOON + minutes(600), unknown)
        assert not clock.tick(NOON, unknown)

    def test_the_first_tick_of_all_has_nothing_to_compare(self, city):
        assert clock.tick(NOON, BOOT)

    def test_a_slow_tick_ends_with_the_clocks_of_its_beginning(self, city):
        clock.tick(NOON + minutes(1), Boot("a", 1060.0))
        clock._keep_tick(NOON, BOOT, rows=0, error="")
        assert Sweep.objects.get(name="tick").ran_at == NOON + minutes(1)


@pytest.fixture
def jumped(city):
    assert not ticks(wall=60, ran=1)
    return NOON + minutes(60)


class TestWhileItIsHeld:
    def test_nothing_else_runs(self, city, jumped):
        let_lapse(appeal := submit_appeal(city))
        assert clock.tick(jumped + minutes(1), Boot("a", 1120.0)) == {}
        assert Appeal.objects.get(pk=appeal.pk).current.level == Level.MEMBER
        assert Sweep.objects.get(name="tick").ran_at == NOON

    def test_a_clock_that_came_right_again_still_waits_for_a_person(self, city, jumped):
        assert clock.tick(NOON + minutes(3), Boot("a", 1180.0)) == {}

    def test_healthz_says_so(self, client, jumped):
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()["status"]) == (503, "clock_held")
        assert "clock_held" in answer.json()["warnings"]

    def test_the_committee_reads_it_first(self, city, sign_in, jumped):
        page = sign_in(city.staff).get(reverse("committee_home"))
        assert page.context["todo"][0].title.startswith("系统时间跳了")
        assert page.context["todo"][0].url == reverse("clock")

    def test_the_command_of_the_tick_says_so(self, jumped, capsys):
        call_command("tick")
        assert "confirm_clock" in capsys.readouterr().out


class TestConfirming:
    def test_the_sweeps_go_on_from_there(self, city, jumped):
        clock.confirm(actor=city.chief, reason="换过电池", now=jumped + minutes(5), boot=Boot("a", 1400.0))
        assert clock.held() is None
        assert clock.tick(jumped + minutes(6), Boot("a", 1460.0))

    def test_it_is_an_audit_event(self, city, jumped):
        clock.confirm(actor=city.chief, reason=" 换过电池 ", now=jumped)
        kept = AuditEvent.objects.get(subject_type="notices.sweep")
        assert (kept.kind, kept.actor, kept.reason) == ("SETTING", city.chief, "换过电池")
        assert kept.facts["seconds"] == pytest.approx(59 * 60)

    def test_only_by_a_leader_and_with_a_reason_and_once(self, city, jumped):
        with pytest.raises(PermissionDenied):
            clock.confirm(actor=city.staff, reason="换过电池")
        for empty in (" ", "长" * 201):
            with pytest.raises(ValidationError):
                clock.confirm(actor=city.chief, reason=empty)
        clock.confirm(actor=city.chief, reason="换过电池")
        with pytest.raises(Conflict):
            clock.confirm(actor=city.chief, reason="换过电池")
        assert AuditEvent.objects.filter(subject_type="notices.sweep").count() == 1

    def test_by_the_secretarys_button(self, city, sign_in, jumped):
        chief, address = sign_in(city.chief), reverse("clock")
        assert "快了 59 分钟" in chief.get(address).content.decode()
        assert chief.post(address, {"reason": ""}).status_code == 400
        assert chief.post(address, {"reason": "换过电池"}).status_code == 302
        assert "时钟正常" in chief.get(address).content.decode()
        again = chief.post(address, {"reason": "再来一次"}, follow=True)
        assert "时钟没有停下，不用确认。" in again.content.decode()

    def test_staff_see_it_and_cannot_press(self, city, sign_in, jumped):
        staff, address = sign_in(city.staff), reverse("clock")
        assert "由市行业党委书记、副书记" in staff.get(address).content.decode()
        assert staff.post(address, {"reason": "换过电池"}).status_code == 403

    def test_by_the_command(self, jumped):
        call_command("confirm_clock", reason="换过电池")
        assert AuditEvent.objects.get(subject_type="notices.sweep").actor is None
        with pytest.raises(CommandError):
            call_command("confirm_clock", reason="换过电池")
