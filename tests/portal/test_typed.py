"""What people type, and how what a service refuses reaches the form."""

from datetime import date

import pytest
from django import forms
from django.core.exceptions import ValidationError

from branches.organisation.models import Post, Role
from xinyu_portal.typed import DayField, ReasonField, RowsField, cleaned_reason, cleaned_text, done


class Asked(forms.Form):
    day = DayField("哪一天", "请填哪一天。")
    reason = ReasonField("请写清理由。")


class Ticked(forms.Form):
    posts = RowsField(Post.objects.all(), "不在名单里。", "请勾选。")


GOOD = {"day": "2026-12-31", "reason": "有依据。"}


def refusing(said):
    def act():
        raise ValidationError(said)
    return act


def test_a_verb_that_took_place_leaves_its_answer_in_the_form():
    form = Asked(GOOD)
    assert done(form, lambda: form.cleaned_data["day"]) and form.result == date(2026, 12, 31)


def test_nothing_is_done_where_nothing_was_sent_or_a_field_is_wrong():
    assert not done(Asked(), refusing("不该来。"))
    form = Asked({"day": "2026-02-30", "reason": "x"})
    assert not done(form, refusing("不该来。"))
    assert form.errors == {"day": ["日期要写成 2026-12-31 这样。"], "reason": ["请写清理由。"]}


@pytest.mark.parametrize(
    ("said", "errors"),
    [
        ({"day": "太早了。"}, {"day": ["太早了。"]}),
        ({"owner": "表上没有这一栏。"}, {"__all__": ["表上没有这一栏。"]}),
        ("不行。", {"__all__": ["不行。"]}),
    ],
)
def test_what_is_refused_stands_at_its_field_or_above_the_form(said, errors):
    form = Asked(GOOD)
    assert not done(form, refusing(said)) and form.errors == errors


@pytest.mark.parametrize("text", ["", "  ", None, "长" * 11, "有\0字"])
def test_what_a_service_does_not_take_is_said_at_its_field(text):
    with pytest.raises(ValidationError) as refused:
        cleaned_text(text, "请写一句。", field="plan", limit=10)
    assert list(refused.value.message_dict) == ["plan"]


def test_an_optional_text_may_be_empty_and_a_reason_has_two_characters():
    assert (cleaned_text(None, optional=True), cleaned_reason(" 有据 ")) == ("", "有据")
    with pytest.raises(ValidationError):
        cleaned_reason("。")


@pytest.mark.django_db
@pytest.mark.parametrize("pk", ["x", "", -1, 0, 2**31, 2**63, -(2**63) - 1, 10**30, "9" * 5000, "9_" * 30 + "9"])
def test_an_id_of_nobody_is_refused_at_its_field(city, pk):
    assert Ticked({"posts": [pk]}).errors == {"posts": ["不在名单里。"]}
    assert Ticked({}).errors == {"posts": ["请勾选。"]}


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "there"), [(5, False), (6, True), (9, True), (10, False)])
def test_a_post_is_current_on_the_days_that_the_query_says(city, day, there):
    post = Post.objects.create(
        user=city.stranger, role=Role.DEPUTY, branch=city.branch, since=date(2026, 11, 6), until=date(2026, 11, 9)
    )
    on = date(2026, 11, day)
    assert post.is_current(on) == Post.objects.current(on).filter(pk=post.pk).exists() == there


@pytest.mark.django_db
def test_nobody_holds_a_post_who_cannot_log_in(city):
    city.secretary.is_active = False
    city.secretary.save()
    assert not Post.objects.select_related("user").get(user=city.secretary).is_current()
