"""How things look in templates: icons, moments, the demo mark, a form field."""

import re
from datetime import datetime
from functools import cache
from pathlib import Path

from django import forms, template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from branches.calendar import worktime

register = template.Library()

ICONS = Path(__file__).resolve().parents[2] / "static" / "vendor" / "icons"
SHAPE = re.compile(r"<(?:path|circle|rect|line|polyline|polygon|ellipse)\b[^>]*/>")
FRAME = '<path stroke="none"'  # an invisible square that Tabler draws under every icon
WEEKDAYS = "一二三四五六日"


@register.simple_tag
def icon(name):
    """An inline outline icon. Raises FileNotFoundError for a name not vendored: a name is code, not data."""
    return format_html('<svg class="ico" viewBox="0 0 24 24" aria-hidden="true">{}</svg>', shapes(name))


@cache
def shapes(name):
    drawing = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return mark_safe("".join(s for s in SHAPE.findall(drawing) if not s.startswith(FRAME)))


@register.filter
def when(moment):
    """“11月24日（周二）17:30”, “今天 17:30”; the year only when it is not this one. For deadlines."""
    return worktime.say(moment, timezone.now()) if moment else ""


@register.filter
def when_short(moment):
    """“11月24日 17:30”, “今天 17:30”. For lists and timelines, where the weekday is noise."""
    return worktime.say(moment, timezone.now(), weekday=False) if moment else ""


@register.filter
def day(value):
    """“11月24日” of a date or a moment; “2027年1月8日” when it is not this year."""
    if not value:
        return ""
    date = local_date(value)
    year = "" if date.year == timezone.localdate().year else f"{date.year}年"
    return f"{year}{date.month}月{date.day}日"


@register.filter
def weekday(value):
    """“周二” of a date or a moment."""
    return f"周{WEEKDAYS[local_date(value).weekday()]}" if value else ""


def local_date(value):
    return timezone.localdate(value) if isinstance(value, datetime) else value


@register.simple_tag
def demo_badge(thing):
    return mark_safe('<span class="chip">演示</span>') if getattr(thing, "is_demo", False) else ""


@register.inclusion_tag("_field.html")
def field(bound, step=None, rows=5, count=False, optional=False):
    """A form field with label, hint and the sentence of its first error, as _field.html draws it.

    step: number in a red circle; rows: height of a textarea; count: show a character counter;
    optional: write 选填 beside the label.
    """
    return {
        "bound": bound, "step": step, "count": count, "optional": optional,
        "kind": kind_of(bound.field.widget),
        "shown": bound.as_hidden(only_initial=True),
        "control": bound.as_widget(attrs=attributes(bound, rows, count)),
        "limit": getattr(bound.field, "max_length", None),
    }


def kind_of(widget):
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "picks"
    return "select" if isinstance(widget, forms.Select) else "line"


@register.inclusion_tag("_form_errors.html")
def form_errors(form, kept="写好的都还在。"):
    """At the top of a form: what is wrong with it as a whole, or that a field below is; nothing if it is not bound.

    kept: what the page could not keep, where it could not keep all.
    """
    bound = form or forms.Form()
    return {
        "whole": bound.non_field_errors(), "fields": any(field.errors for field in bound.visible_fields()),
        "kept": kept,
    }


CLASSES = {"check": "form-check-input", "picks": "", "select": "form-select", "line": "form-control"}


def attributes(bound, rows, count):
    """What the stylesheet and the script ask of a control; Django itself adds the aria attributes."""
    widget = bound.field.widget
    attrs = {"class": f"{CLASSES[kind_of(widget)]}{' is-wrong' if bound.errors else ''}"}
    if isinstance(widget, forms.Textarea):
        attrs["rows"] = rows
    if count:
        attrs["data-count"] = f"{bound.auto_id}_count"
    return attrs
