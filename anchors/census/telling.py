"""Whose entry a workbook changed hears of it, as of any other correction."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.urls import reverse

from accounts.models import User
from anchors.census.bulk import steps
from notices.services import Message, send_all

TITLE = "您的登记信息有更正"
TEXT = "行业党委按摸底表改的，请看一看对不对。"


def tell(row, users, *, at):
    """Send one notice to each of these user ids who can log in; returns how many. The import's actor knows already."""
    told = [pk for step in steps(sorted(users - {row.confirmed_by_id})) for pk in _can_log_in(step)]
    url = reverse("anchors:own")
    send_all([Message(pk, f"census-changed:{row.pk}", TITLE, TEXT, url) for pk in told], at=at)
    return len(told)


def _can_log_in(users):
    able = User.objects.filter(pk__in=users, is_active=True).exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return able.order_by("pk").values_list("pk", flat=True)
