"""A login that ended: what was sent is offered again behind the next one, and no address ends on an empty page."""

import re
from html import unescape

import pytest
from django.urls import reverse

from appeals import services
from members.models import Member
from tests.factories import submit_appeal

pytestmark = pytest.mark.django_db
PASSWORD = "Xinyu-2026-chuntian"
HOST = "http://testserver"


@pytest.fixture
def ended(city, client):
    """A browser of the secretary's whose login has ended."""
    city.secretary.set_password(PASSWORD)
    city.secretary.save()
    return client


def hidden(response):
    """`[(name, value)]` of the hidden fields on the page."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode())
    return [(name, unescape(value)) for name, value in found if name not in ("csrfmiddlewaretoken", "next")]


def log_in(client, page, password=PASSWORD):
    return client.post(reverse("login"), {**dict(hidden(page)), "username": "secretary", "password": password})


def hidden_as_sent(page):
    found = {}
    for name, value in hidden(page):
        found.setdefault(name, []).append(value)
    return found


def test_what_was_sent_is_sent_after_the_login(city, ended):
    address = reverse("members:new")
    sent = {"name": "秦又安", "joined_on": "2015-07-01", "standing": "FULL", "branch": city.branch.pk}
    asked = ended.post(address, sent, headers={"referer": HOST + address})
    assert asked.status_code == 403 and "登录已经过期" in asked.content.decode()
    again = log_in(ended, asked)
    assert dict(hidden(again)) == {name: str(value) for name, value in sent.items()}
    assert f'action="{address}"' in again.content.decode()
    ended.post(address, hidden_as_sent(again))
    assert Member.objects.filter(user__name="秦又安").exists()


def test_a_button_without_words_is_offered_again_too(city, ended):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    page = reverse("appeals:detail", args=[appeal.pk])
    door = reverse("appeals:accept", args=[appeal.pk])
    asked = ended.post(door, {"version": appeal.version}, headers={"referer": HOST + page})
    again = log_in(ended, asked)
    assert f'href="{page}"' in again.content.decode()
    ended.post(door, hidden_as_sent(again))
    appeal.refresh_from_db()
    assert appeal.status == "HANDLING"


def test_a_wrong_password_does_not_lose_it(city, ended):
    address = reverse("members:new")
    asked = ended.post(address, {"name": "秦又安"}, headers={"referer": HOST + address})
    wrong = log_in(ended, asked, password="不是这个")
    assert dict(hidden(log_in(ended, wrong)))["name"] == "秦又安"


def test_a_password_is_never_kept(city, ended):
    asked = ended.post(reverse("password"), {"old_password": "旧的", "new_password": "新的"})
    assert asked.status_code == 302


def test_what_somebody_changed_is_not_offered(city, ended):
    asked = ended.post(reverse("members:new"), {"name": "秦又安"})
    fields = dict(hidden(asked))
    fields["sent"] = fields["sent"][:-3] + "abc"
    back = ended.post(reverse("login"), {**fields, "username": "secretary", "password": PASSWORD})
    assert back.status_code == 302


def test_logging_out_twice_is_no_step_to_resume(city, ended):
    assert ended.post(reverse("logout")).status_code == 302


def test_the_address_of_a_button_opens_as_a_page_that_says_so(city, sign_in):
    appeal = submit_appeal(city)
    response = sign_in(city.member).get(reverse("appeals:accept", args=[appeal.pk]))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "这一页打不开" in response.content.decode()


def test_big_type_leads_back_to_the_page_whose_form_was_refused(city, sign_in):
    appeal = services.hand_up(submit_appeal(city), actor=city.member)
    page = reverse("appeals:detail", args=[appeal.pk])
    client = sign_in(city.secretary)
    refused = client.post(
        reverse("appeals:reply", args=[appeal.pk]), {"version": appeal.version, "text": ""},
        headers={"referer": HOST + page},
    )
    assert refused.status_code == 400
    assert f'name="next" value="{page}"' in refused.content.decode()
    assert client.post(reverse("big_type"), {"type": "big", "next": page}).url == page


def test_a_browser_that_tells_only_the_host_comes_back_to_the_same_address(city, sign_in):
    address = reverse("members:new")
    refused = sign_in(city.secretary).post(address, {"name": ""}, headers={"referer": f"{HOST}/"})
    assert f'name="next" value="{address}"' in refused.content.decode()
