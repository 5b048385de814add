"""The form with which an anchor says what is wrong: three required fields, nothing typed is ever lost."""

import re
import uuid

import pytest
from django.urls import reverse

from appeals.models import Appeal

pytestmark = pytest.mark.django_db
NEW = "/appeals/new/"


def words(**changed):
    return {
        "category": "A", "body": "昨天到的 12 双样鞋压坏 5 双，网点说没保价不赔。", "agree": "on",
        "submit_key": str(uuid.uuid4()), **changed,
    }


def text(response):
    return response.content.decode()


def test_three_fields_are_enough(city, sign_in):
    sent = sign_in(city.anchor).post(NEW, words())
    appeal = Appeal.objects.get()
    assert (sent.status_code, sent.url) == (302, reverse("appeals:detail", args=[appeal.pk]))
    assert (appeal.kind, appeal.category_id, appeal.current.holder) == ("appeal", "A", city.member)


def test_it_names_who_receives_it_and_until_when(city, sign_in):
    page = text(sign_in(city.anchor).get(NEW))
    assert "联系党员<b>周映红</b>会先收到" in page and "前接单" in page and "110、120" in page


def test_without_a_contact_the_branch_is_named(city, sign_in):
    assert "<b>渝水区演示第一党支部</b>会先收到" in text(sign_in(city.other_anchor).get(NEW))


def test_without_a_branch_the_committee_is_named(city, sign_in):
    assert "<b>市行业党委</b>会先收到" in text(sign_in(city.free_anchor).get(NEW))


def test_only_anchors_may(city, sign_in):
    for user in (city.member, city.secretary, city.chief, city.stranger):
        assert sign_in(user).get(NEW).status_code == 403
        assert sign_in(user).post(NEW, words()).status_code == 403
    assert not Appeal.objects.exists()


def test_what_is_missing_is_said_at_its_field_and_the_rest_is_kept(city, sign_in):
    answer = sign_in(city.anchor).post(NEW, words(category="", agree="", title="样鞋压坏了"))
    page = text(answer)
    assert answer.status_code == 400
    assert "请选一类，说不清就选“说不清”。" in page and "请勾上同意" in page
    assert "昨天到的 12 双样鞋" in page and 'value="样鞋压坏了"' in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"body": "长" * 10_000}, "请不超过 2000 个字，现在有 10000 个字。"),
        ({"body": "坏\0字符"}, "看不见的坏字符"),
        ({"title": "长" * 61}, "请不超过 60 个字"),
        ({"category": "nobody"}, "请选一类"),
        ({"kind": "rumour"}, "请选一个。"),
        ({"submit_key": "not a key"}, "这一页开得太久了"),
    ],
)
def test_wrong_input_is_answered_with_a_sentence(city, sign_in, changed, sentence):
    answer = sign_in(city.anchor).post(NEW, words(**changed))
    assert answer.status_code == 400 and sentence in text(answer)


def test_line_breaks_count_once(city, sign_in):
    answer = sign_in(city.anchor).post(NEW, words(body="\r\n".join("字" * 1000)))
    assert answer.status_code == 302 and len(Appeal.objects.get().body) == 1999


def test_emoji_is_welcome(city, sign_in):
    assert sign_in(city.anchor).post(NEW, words(body="断网了 😭 晚上八点")).status_code == 302


def test_a_double_click_makes_one_appeal(city, sign_in):
    client, sent = sign_in(city.anchor), words()
    first, second = client.post(NEW, sent), client.post(NEW, sent, follow=True)
    assert Appeal.objects.count() == 1 and second.redirect_chain[0][0] == first.url
    assert "这件已经提交过了" in text(second)


def test_after_the_back_button_other_words_are_kept_under_a_new_key(city, sign_in):
    client, sent = sign_in(city.anchor), words()
    client.post(NEW, sent)
    answer = client.post(NEW, {**sent, "body": "另一件事：晚上断网。"})
    page = text(answer)
    assert answer.status_code == 409 and "上一次已经提交成功" in page and "另一件事：晚上断网。" in page
    key = re.search(r'name="submit_key" value="([^"]+)"', page)[1]
    assert key != sent["submit_key"]
    assert client.post(NEW, {**sent, "body": "另一件事：晚上断网。", "submit_key": key}).status_code == 302
    assert Appeal.objects.count() == 2


def test_the_draft_is_cleared_only_after_success(city, sign_in):
    client, mark = sign_in(city.anchor), f'data-draft-clear="appeal-{city.anchor.uuid}"'
    assert mark not in text(client.post(NEW, words(body="")))
    assert mark in text(client.post(NEW, words(), follow=True))


def test_other_methods_are_refused(city, sign_in):
    assert sign_in(city.anchor).delete(NEW).status_code == 405
