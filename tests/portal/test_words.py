"""Search in Chinese: how text is cut, and that both engines find the same by it."""

import pytest
from django.db import connection

from anchors.registry.models import Anchor
from anchors.registry.services import refresh_words
from xinyu_portal import words


def test_chinese_is_cut_in_pairs_and_latin_stays_whole():
    assert words.cut("林小禾 A厂 xy7000") == " 林小 小禾 禾 a 厂 xy7000 "
    assert words.cut("１３８ＡＢ", "", None) == " 138ab "
    assert words.cut("😀，。%") == ""


def test_initials_are_those_of_all_readings():
    assert words.initials("单青") == ["cj", "cq", "dj", "dq", "sj", "sq"]
    assert {"zxh", "cxh"} <= set(words.initials("曾小禾"))
    assert words.initials("") == words.initials("😀") == []


def test_initials_of_a_long_name_are_not_without_end():
    assert len(words.initials("单曾仇解区盖翟乐查" * 4)) <= words.READINGS


def test_a_question_asks_for_pairs_and_for_beginnings():
    assert words.asked("林小禾 lxh 林") == ["林小", "小禾", "lxh*", "林*"]
    assert words.asked("'; DROP TABLE | & ! :* %_") == ["drop*", "table*"]
    assert words.asked("  ") == []


def test_a_number_is_asked_for_by_the_beginnings_of_its_parts():
    assert words.cut("SQ-20261123-0001") == " sq 20261123 0001 "
    assert words.asked("SQ-20261123") == ["sq*", "20261123*"]
    assert words.asked("20261123-0001") == ["20261123*", "0001*"]


@pytest.fixture
def named(city):
    def names(text):
        return sorted(anchor.user.name for anchor in Anchor.objects.search(text))

    user = city.anchor
    user.name = "单小禾"
    user.save()
    refresh_words(Anchor.objects.filter(user=user))
    return names


@pytest.mark.parametrize(
    "text", ["单小禾", "单小", "小禾", "单", "禾", "sxh", "dx", "SXH", "ｄｘｈ", "小禾 单小", " 单小禾 "]
)
def test_a_name_is_found_by_any_part_of_it(named, text):
    assert "单小禾" in named(text)


@pytest.mark.parametrize("text", ["小单", "单禾", "xh", "%", "_", "\\", "'", "单小禾没有", "x" * 300])
def test_what_is_not_in_it_does_not_find_it(named, text):
    assert "单小禾" not in named(text)


@pytest.mark.postgresql
def test_postgresql_asks_its_index(named):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Anchor.objects.order_by().search("小禾").explain()
    assert "anchors_anchor_words" in plan
