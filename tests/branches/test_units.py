"""The nine departments behind the notice: two were named, the others are 未公布 until somebody publishes them."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from branches.organisation import services
from branches.organisation.models import Department
from xinyu_portal import reference

pytestmark = pytest.mark.django_db


def test_two_have_names_and_seven_are_not_published(city, sign_in):
    assert [str(row) for row in Department.objects.all()] == ["市委组织部", "市委社会工作部", *["未公布"] * 7]
    page = sign_in(city.secretary).get(reverse("branches:units")).content.decode()
    assert page.count("未公布") == 7 and "市快递行业协会" in page


def test_what_staff_enter_stays_when_the_lists_are_loaded_again(city):
    services.name_departments(actor=city.staff, names={3: "演示的部门"})
    reference.load()
    assert str(Department.objects.get(pk=3)) == "演示的部门" and str(Department.objects.get(pk=1)) == "市委组织部"


def test_two_may_exchange_their_names_and_none_has_the_name_of_another(city):
    services.name_departments(actor=city.staff, names={1: "市委社会工作部", 2: "市委组织部"})
    with pytest.raises(ValidationError):
        services.name_departments(actor=city.staff, names={3: "市委组织部"})
    with pytest.raises(PermissionDenied):
        services.name_departments(actor=city.secretary, names={3: "演示的部门"})
