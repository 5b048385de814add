"""A new portal begins with its committee: one command, then everything in the browser."""

import re
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.services import redeem
from branches.organisation.models import Branch, Committee, Post
from branches.organisation.policy import hats
from members.roster import activation
from members.roster import services as roster

pytestmark = pytest.mark.django_db
CODE = r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}"
PASSWORD = "zhubo-2026-xinyu"


def begin(capsys, *words):
    call_command("found_committee", *(words or ("方小满", "13807900901")))
    return re.search(CODE, capsys.readouterr().out)[0]


def test_from_the_command_to_a_branch_with_a_secretary_who_logs_in(db, capsys, client, django_user_model):
    chief = redeem(begin(capsys), "13807900901", PASSWORD, agreed=True)
    assert hats(chief).leads_committee and Committee.objects.get().name == "新余市网络直播行业党委"
    client.force_login(chief)
    said = {"name": "演示第一党支部", "short_name": "演示一支部", "form": "INDUSTRY", "established_on": "2025-03-01"}
    client.post(reverse("branches:new"), said)
    branch = Branch.objects.get()
    member = roster.add(
        actor=chief, branch=branch, name="江映月", phone="13807900902", joined_on=date(2020, 7, 1)
    )
    office = {"person": member.user_id, "role": "SECRETARY", "since": "2026-01-15"}
    client.post(reverse("posts:branch", args=[branch.pk]), office)
    _, code = activation.issue(member, actor=chief)
    secretary = redeem(code, "13807900902", PASSWORD, agreed=True)
    assert hats(django_user_model.objects.get(pk=secretary.pk)).leads_branches == (branch.pk,)


def test_a_second_one_and_a_wrong_phone_are_refused(db, capsys):
    with pytest.raises(CommandError, match="11"):
        begin(capsys, "方小满", "12345")
    assert not Committee.objects.exists() and not Post.objects.exists()
    begin(capsys)
    with pytest.raises(CommandError, match="stands already"):
        begin(capsys)
