"""Offices: given and ended by the level above, from one day to another; every right follows them (design §7)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, User
from branches.organisation.models import Post, Role
from branches.organisation.policy import hats
from branches.posts import services
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

    def test_only_members_of_the_branch_are_offered(self, city, sign_in):
        client = sign_in(city.staff)
        sent = {"person": city.other_secretary.pk, "role": "PUBLICITY", "since": "2026-01-15"}
        answer = client.post(reverse("posts:branch", args=[city.branch.pk]), sent)
        assert answer.status_code == 400 and "请选一位党员" in answer.content.decode()
