import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template import Context, Template
from django.template.loader import render_to_string

from xinyu_portal.templatetags import portal

NOW = datetime(2026, 11, 23, 6, 40, tzinfo=UTC)  # Monday 14:40 in Xinyu
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


def draw(text, **context):
    return Template("{% load portal %}" + text).render(Context(context))


def test_icon_is_inline_and_without_its_invisible_frame():
    drawn = draw('{% icon "clock" %}')
    assert drawn.startswith('<svg class="ico" viewBox="0 0 24 24" aria-hidden="true"><path d="M3 12')
    assert 'stroke="none"' not in drawn


def test_unknown_icon_raises():
    with pytest.raises(FileNotFoundError):
        draw('{% icon "no-such-drawing" %}')


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_names_only_vendored_icons(path):
    text = path.read_text(encoding="utf-8")
    names = re.findall(r'icon[ =]"([a-z0-9-]+)"', text)
    assert [name for name in names if not (portal.ICONS / f"{name}.svg").exists()] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_template_has_nothing_inline_that_the_content_policy_refuses(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)


@time_machine.travel(NOW, tick=False)
def test_moments_are_said_in_local_time():
    tuesday = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert portal.when(NOW.replace(hour=9, minute=30)) == "今天 17:30"
    assert portal.when(datetime(2026, 11, 26, 9, 30, tzinfo=UTC)) == "11月26日（周四）17:30"
    assert portal.when_short(datetime(2026, 11, 20, 8, 5, tzinfo=UTC)) == "11月20日 16:05"
    assert portal.when(datetime(2027, 1, 8, 9, 30, tzinfo=UTC)) == "2027年1月8日（周五）17:30"
    assert portal.weekday(tuesday) == "周二"
    assert portal.when(None) == portal.when_short(None) == ""


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize(("value", "said"), [
    (date(2026, 11, 24), "11月24日"),
    (date(2027, 1, 8), "2027年1月8日"),
    (datetime(2026, 11, 23, 16, 30, tzinfo=UTC), "11月24日"),
    (None, ""),
])
def test_day_has_a_year_only_when_it_is_another(value, said):
    assert portal.day(value) == said


def test_demo_badge_marks_demo_things_only():
    assert "演示" in draw("{% demo_badge thing %}", thing=SimpleNamespace(is_demo=True))
    assert draw("{% demo_badge thing %}", thing=SimpleNamespace(is_demo=False)) == ""
    assert draw("{% demo_badge thing %}", thing=None) == ""


class Appeal(forms.Form):
    body = forms.CharField(label="把事情说清楚", help_text="写几句就行。", max_length=2000,
                           widget=forms.Textarea, error_messages={"required": "请写一句发生了什么。"})
    solved = forms.ChoiceField(label="事情解决了吗？", choices=[("yes", "解决了"), ("no", "没解决")],
                               widget=forms.RadioSelect)
    agree = forms.BooleanField(label="我同意")


def test_field_ties_hint_and_error_to_the_control():
    drawn = draw("{% field form.body step=2 count=True %}", form=Appeal({}))
    control = re.search(r"<textarea[^>]*>", drawn)[0]
    described = re.search(r'aria-describedby="([^"]*)"', control)[1].split()
    assert described == ["id_body_helptext", "id_body_error"]
    assert all(f'id="{name}"' in drawn for name in [*described, "id_body_count"])
    assert 'aria-invalid="true"' in control and "is-wrong" in control
    assert "请写一句发生了什么。" in drawn and '<span class="step-no">2</span>' in drawn


def test_field_draws_radios_as_tiles_and_a_tick_as_a_choice():
    assert draw("{% field form.solved %}", form=Appeal()).count('<label class="pick">') == 2
    assert 'class="form-check-input"' in draw("{% field form.agree %}", form=Appeal())


def test_field_keeps_what_was_typed_and_escapes_it():
    assert "&lt;b&gt;😀" in draw("{% field form.body %}", form=Appeal({"body": "<b>😀"}))


@pytest.mark.parametrize("name", ["400", "403", "404", "409", "500"])
def test_error_pages_need_neither_context_nor_database(name):
    page = render_to_string(f"{name}.html")
    assert "E心向党·热播新余" in page and "回首页" in page


def test_conflict_page_shows_the_sentence_and_what_was_typed():
    page = render_to_string("409.html", {"conflict": "刚刚被陆南枝改过。", "kept": [("答复", "<您好>")]})
    assert "刚刚被陆南枝改过。" in page and "&lt;您好&gt;</textarea>" in page
