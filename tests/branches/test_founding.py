"""Branches of every form are founded and corrected by the committee, and what cannot be is refused (domain.md §4)."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from branches.organisation import founding
from branches.organisation.models import Branch
from branches.posts.services import appoint
from members.roster import services as roster
from xinyu_portal.errors import Conflict

pytestmark = pytest.mark.django_db
SAID = {
    "name": "演示文旅直播联合党支部", "short_name": "演示文旅支部", "form": "JOINT", "division_id": "360502",
    "established_on": date(2025, 3, 1),
}


def sent(**changes):
    said = {**SAID, "established_on": "2025-03-01", "division": SAID["division_id"], **changes}
    return {name: value for name, value in said.items() if name != "division_id"}


class TestFound:
    @pytest.mark.parametrize("form", Branch.Form.values)
    def test_a_branch_of_every_form(self, city, form):
        branch = founding.found(actor=city.staff, covers=["360502001"], **{**SAID, "form": form})
        assert (branch.committee, branch.form, branch.is_demo) == (city.committee, form, False)
        assert [division.pk for division in branch.covers.all()] == ["360502001"]

    def test_it_works_at_once(self, city, sign_in):
        client = sign_in(city.staff)
        answer = client.post(reverse("branches:new"), sent(covers=["360502001"]), follow=True)
        branch = Branch.objects.get(name=SAID["name"])
        assert "请接着登记谁任职" in answer.content.decode()
        member = roster.add(actor=city.staff, branch=branch, name="方小满", joined_on=date(2020, 7, 1))
        appoint(branch, actor=city.staff, person=member.user, role="SECRETARY", since=timezone.localdate())
        assert "方小满" in client.get(reverse("branches:detail", args=[branch.pk])).content.decode()

    @pytest.mark.parametrize("who", ["secretary", "member", "anchor", "auditor", "clerk", "admin"])
    def test_nobody_but_the_committee(self, city, who):
        with pytest.raises(PermissionDenied):
            founding.found(actor=getattr(city, who), **SAID)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("name", ""), ("name", "长" * 61), ("short_name", "支"), ("form", "OTHER"),
            ("established_on", "2999-01-01"), ("established_on", "1900-01-01"),
            ("established_on", "没有"), ("division", "999999"), ("covers", ["x"]), ("name", "a\0b"),
        ],
    )
    def test_what_does_not_fit_is_said_at_its_field_and_stays(self, city, sign_in, field, value):
        answer = sign_in(city.staff).post(reverse("branches:new"), sent(**{field: value}))
        assert answer.status_code == 400 and field in answer.context["form"].errors
        assert not Branch.objects.filter(short_name=SAID["short_name"]).exists()

    @pytest.mark.parametrize("field", ["name", "short_name"])
    def test_no_two_of_one_name(self, city, field):
        with pytest.raises(ValidationError) as refused:
            founding.found(actor=city.staff, **{**SAID, field: getattr(city.branch, field)})
        assert field in refused.value.message_dict


class TestCorrect:
    def said(self, city, **changes):
        branch = city.branch
        return {name: getattr(branch, name) for name in founding.FIELDS} | changes

    def test_what_changed_is_on_record(self, city, sign_in):
        branch = city.branch
        client, address = sign_in(city.staff), reverse("branches:correct", args=[branch.pk])
        page = client.get(address).context["form"].initial
        answer = client.post(address, {**page, "short_name": "新简称"})
        assert answer.status_code == 302
        event = AuditEvent.objects.latest("pk")
        assert event.facts == {"what": "corrected", "short_name": [branch.short_name, "新简称"]}

    def test_a_branch_with_members_goes_on_holding_their_relations(self, city):
        with pytest.raises(ValidationError, match="名册上还有党员"):
            founding.correct(city.branch, actor=city.staff, **self.said(city, form="FUNCTIONAL"))

    def test_it_did_not_begin_after_somebody_held_office_there(self, city):
        day = city.secretary.posts.get().since + timedelta(days=1)
        with pytest.raises(ValidationError, match="就有人任职"):
            founding.correct(city.branch, actor=city.staff, **self.said(city, established_on=day))


class TestWithdraw:
    def test_one_entered_by_mistake_is_gone_and_on_record(self, city, sign_in):
        branch = founding.found(actor=city.staff, **SAID)
        client = sign_in(city.staff)
        answer = client.post(reverse("branches:withdraw", args=[branch.pk]), {"reason": "登记重了。"}, follow=True)
        assert f"撤回了：{branch.name}的登记" in answer.content.decode()
        assert not Branch.objects.filter(pk=branch.pk).exists()
        event = AuditEvent.objects.latest("pk")
        assert (event.reason, event.facts) == ("登记重了。", {"what": "withdrawn", "name": branch.name})

    def test_one_that_something_hangs_on_stays(self, city, sign_in):
        with pytest.raises(Conflict, match="不能撤回登记"):
            founding.withdraw(city.branch, actor=city.staff, reason="登记重了。")
        page = sign_in(city.staff).get(reverse("branches:withdraw", args=[city.branch.pk])).content.decode()
        assert "不能撤回登记" in page and "<textarea" not in page

    def test_not_without_a_reason_and_by_nobody_else(self, city):
        branch = founding.found(actor=city.staff, **SAID)
        with pytest.raises(ValidationError):
            founding.withdraw(branch, actor=city.staff, reason=" ")
        with pytest.raises(PermissionDenied):
            founding.withdraw(branch, actor=city.secretary, reason="登记重了。")
        assert Branch.objects.filter(pk=branch.pk).exists()
