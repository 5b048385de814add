"""Offices: given and ended by the level above, from one day to another; every right follows them (design §7)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import Branch, Committee, Post, Role
from branches.organisation.policy import hats
from branches.posts import services
from members.roster import lasting
from notices.models import Notice
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate


def fresh(user):
    return User.objects.get(pk=user.pk)


def appoint(city, **changes):
    said = {"actor": city.staff, "person": city.member, "role": Role.PUBLICITY, "since": TODAY(), **changes}
    return services.appoint(said.pop("unit", city.branch), **said)


class TestAppoint:
    def test_the_rights_begin_with_the_day(self, city):
        appoint(city, role=Role.DEPUTY)
        assert hats(fresh(city.member)).handles_for_branches == (city.branch.pk,)

    def test_not_before_it(self, city):
        appoint(city, role=Role.DEPUTY, since=TODAY() + timedelta(days=1))
        assert hats(fresh(city.member)).handles_for_branches == ()

    def test_the_person_hears_and_it_is_kept_who_did_it(self, city):
        post = appoint(city)
        assert Notice.objects.get(key=f"post:{post.pk}").recipient == city.member
        event = AuditEvent.objects.latest("pk")
        assert (event.actor, event.subject_id, event.facts["what"]) == (city.staff, str(post.pk), "appointed")

    def test_a_unit_has_one_secretary_at_a_time(self, city):
        with pytest.raises(ValidationError, match="已经有书记了"):
            appoint(city, role=Role.SECRETARY)
        services.end(city.secretary.posts.get(), actor=city.staff, until=TODAY())
        with pytest.raises(ValidationError, match="已经有书记了"):
            appoint(city, role=Role.SECRETARY)
        assert appoint(city, role=Role.SECRETARY, since=TODAY() + timedelta(days=1))

    def test_nobody_has_the_same_office_twice(self, city):
        appoint(city)
        with pytest.raises(ValidationError, match="已经是这个职务"):
            appoint(city, since=TODAY() + timedelta(days=9))

    @pytest.mark.parametrize(
        "changes", [{"role": Role.STAFF}, {"since": date(2020, 1, 1)}, {"until": date(2026, 1, 1)}]
    )
    def test_what_does_not_fit_is_refused(self, city, changes):
        with pytest.raises(ValidationError):
            appoint(city, **changes)

    def test_nobody_appoints_themselves(self, city):
        with pytest.raises(ValidationError, match="不能给自己"):
            appoint(city, unit=city.committee, actor=city.chief, person=city.chief, role=Role.AUDITOR)

    def test_a_branch_does_not_appoint_and_staff_do_not_appoint_staff(self, city):
        for changes in ({"actor": city.secretary}, {"unit": city.committee, "role": Role.STAFF}):
            with pytest.raises(PermissionDenied):
                appoint(city, **changes)
        assert appoint(city, unit=city.committee, role=Role.STAFF, actor=city.chief)


class TestEnd:
    def test_the_rights_end_after_the_last_day(self, city):
        post = city.officer.posts.get()
        services.end(post, actor=city.staff, until=TODAY())
        assert hats(fresh(city.officer)).handles_for_branches == (city.branch.pk,)
        Post.objects.filter(pk=post.pk).update(until=TODAY() - timedelta(days=1))
        assert hats(fresh(city.officer)).handles_for_branches == ()

    def test_what_is_over_stays_as_it_is(self, city):
        post = services.end(city.officer.posts.get(), actor=city.staff, until=TODAY() - timedelta(days=2))
        services.end(post, actor=city.staff, until=TODAY() - timedelta(days=2))
        with pytest.raises(Conflict, match="已经结束"):
            services.end(post, actor=city.staff, until=TODAY())

    def test_not_before_it_began(self, city):
        post = city.officer.posts.get()
        with pytest.raises(ValidationError):
            services.end(post, actor=city.staff, until=post.since - timedelta(days=1))


    def test_a_longer_term_does_not_make_two_secretaries(self, city):
        first = services.end(city.secretary.posts.get(), actor=city.staff, until=TODAY() + timedelta(days=10))
        appoint(city, role=Role.SECRETARY, since=TODAY() + timedelta(days=11))
        with pytest.raises(ValidationError, match="已经有书记了"):
            services.end(first, actor=city.staff, until=TODAY() + timedelta(days=99))


class TestWithdraw:
    def test_a_mistake_of_today_is_as_if_it_had_never_been(self, city):
        post = appoint(city, role=Role.DEPUTY)
        services.withdraw(post, actor=city.staff, reason="选错了人")
        assert hats(fresh(city.member)).handles_for_branches == ()
        event = AuditEvent.objects.latest("pk")
        assert (event.facts["what"], event.facts["person"], event.reason) == ("withdrawn", city.member.pk, "选错了人")
        assert Notice.objects.filter(recipient=city.member, title__startswith="撤回了").count() == 1

    def test_nor_one_that_was_entered_today_for_an_earlier_day(self, city):
        post = appoint(city, role=Role.DEPUTY, since=TODAY() - timedelta(days=9))
        services.withdraw(post, actor=city.staff, reason="选错了人")
        assert not Post.objects.filter(pk=post.pk).exists()

    def test_one_of_a_far_year_blocks_nobody(self, city):
        services.end(city.secretary.posts.get(), actor=city.staff, until=TODAY())
        far = appoint(city, role=Role.SECRETARY, since=TODAY() + timedelta(days=366))
        services.withdraw(far, actor=city.staff, reason="年份写错了")
        assert appoint(city, role=Role.SECRETARY, since=TODAY() + timedelta(days=1))

    @pytest.mark.parametrize("days", [
        {"since": date(1900, 1, 1)}, {"since": date(2199, 1, 1)}, {"since": TODAY, "until": date(2199, 1, 1)},
    ])
    def test_one_of_a_year_that_cannot_be_meant_is_not_registered(self, city, days):
        given = {name: day() if callable(day) else day for name, day in days.items()}
        unit = Committee.objects.get()
        with pytest.raises(ValidationError):
            services.appoint(unit, actor=city.chief, person=city.member, role=Role.STAFF, **given)

    def test_what_lasted_a_day_is_ended_instead(self, city, sign_in):
        post = city.officer.posts.get()
        with pytest.raises(Conflict, match="不能撤回"):
            services.withdraw(post, actor=city.staff, reason="选错了人")
        page = sign_in(city.staff).get(reverse("posts:withdraw", args=[post.pk])).content.decode()
        assert "不能撤回" in page and "<textarea" not in page

    def test_nobody_else_and_not_ones_own(self, city):
        post = appoint(city, role=Role.DEPUTY)
        with pytest.raises(PermissionDenied):
            services.withdraw(post, actor=city.secretary, reason="选错了人")
        with pytest.raises(ValidationError, match="不能给自己"):
            services.withdraw(city.chief.posts.get(), actor=city.chief, reason="选错了人")

    def test_from_the_page(self, city, sign_in):
        post, client = appoint(city), sign_in(city.staff)
        assert "撤回" in client.get(reverse("posts:end", args=[post.pk])).content.decode()
        address = reverse("posts:withdraw", args=[post.pk])
        assert client.post(address, {"reason": ""}).status_code == 400
        assert client.post(address, {"reason": "选错了人"}).status_code == 302
        assert not Post.objects.filter(pk=post.pk).exists()


class TestPage:
    def test_it_shows_who_is_who_will_be_and_who_was(self, city, sign_in):
        appoint(city, since=TODAY() + timedelta(days=30))
        services.end(city.officer.posts.get(), actor=city.staff, until=TODAY() - timedelta(days=1))
        page = sign_in(city.staff).get(reverse("posts:branch", args=[city.branch.pk])).content.decode()
        assert "还没到任" in page
        assert page.index("程远山") < page.index("登记任职") < page.index("以前的任职") < page.rindex("陆南枝")

    def test_a_reader_of_the_branch_has_no_form(self, city, sign_in):
        page = sign_in(city.officer).get(reverse("posts:branch", args=[city.branch.pk])).content.decode()
        assert "程远山" in page and "登记任职" not in page

    def test_two_of_one_name_are_told_apart(self, city, sign_in):
        page = sign_in(city.staff).get(reverse("posts:branch", args=[city.branch.pk])).content.decode()
        assert f"周映红（{city.branch.short_name} · 138****0001）" in page

    @pytest.mark.parametrize("form", ["FLOATING", "FUNCTIONAL", "DUAL"])
    def test_where_nobody_belongs_those_who_take_part_are_offered(self, city, sign_in, form):
        Branch.objects.filter(pk=city.other_branch.pk).update(form=form)
        branch = Branch.objects.get(pk=city.other_branch.pk)
        lasting.participate(city.member.member, actor=city.secretary, branch=branch, since=date(2026, 1, 1))
        lasting.float_in(
            actor=city.other_secretary, branch=branch, name="方小满", home="某县某党支部", place="万商红",
            reason="务工", since=date(2026, 1, 1),
        )
        page = sign_in(city.staff).get(reverse("posts:branch", args=[branch.pk]))
        assert {person.name for person in page.context["form"].fields["person"].queryset} == {"周映红", "方小满"}

    def test_only_members_of_the_branch_are_offered(self, city, sign_in):
        client = sign_in(city.staff)
        sent = {"person": city.other_secretary.pk, "role": "PUBLICITY", "since": "2026-01-15"}
        answer = client.post(reverse("posts:branch", args=[city.branch.pk]), sent)
        assert answer.status_code == 400 and "请选一位党员" in answer.content.decode()
