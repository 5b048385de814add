"""`manage.py deadline`: the worked examples of domain.md §5.3 and §13, printed day by day."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from branches.calendar.services import load_workdays

pytestmark = pytest.mark.django_db


def told(at, limit):
    out = StringIO()
    call_command("deadline", at, limit, stdout=out)
    return out.getvalue().splitlines()


@pytest.mark.parametrize(
    ("at", "limit", "due"),
    [
        ("2026-02-13 15:00", "5d", "2026-02-27T17:30:00+08:00"),
        ("2026-09-30 18:10", "5d", "2026-10-14T17:30:00+08:00"),
        ("2026-09-30T10:10:00Z", "5d", "2026-10-14T17:30:00+08:00"),
        ("2026-11-23 11:30", "2h", "2026-11-23T16:00:00+08:00"),
        ("2026-11-20 17:10", "4h", "2026-11-23T14:40:00+08:00"),
        ("2026-11-23 08:00", "90m", "2026-11-23T10:00:00+08:00"),
    ],
)
def test_the_due_time_stands_alone_on_the_first_line(at, limit, due):
    load_workdays()
    assert told(at, limit)[0] == due


def test_every_day_counted_or_skipped_follows_with_its_reason():
    load_workdays()
    lines = told("2026-02-13 15:00", "5d")
    assert lines[1] == "2026-02-13 周五 15:00 收到，当天不计"
    assert lines[2] == "2026-02-14 周六 第 1 天，春节调休上班"
    off = zip(range(15, 24), "日一二三四五六日一", strict=True)
    assert lines[3:12] == [f"2026-02-{day} 周{name} 春节，不计" for day, name in off]
    assert lines[-1] == "2026-02-27 周五 第 5 天，17:30 到期"


def test_a_year_that_nobody_entered_is_marked():
    load_workdays()
    assert told("2026-12-31 10:00", "1d")[-1].startswith("暂定")
    assert not told("2026-11-23 10:00", "1d")[-1].startswith("暂定")


def test_before_anything_was_entered_the_shipped_calendar_speaks():
    assert told("2026-02-13 15:00", "5d")[0] == "2026-02-27T17:30:00+08:00"


@pytest.mark.parametrize(
    ("at", "limit"),
    [("gestern", "5d"), ("2026-13-01 10:00", "5d"), ("2026-02-13 15:00", "5"), ("9999-12-30 10:00", "5d")],
)
def test_what_cannot_be_read_is_one_sentence_and_exit_2(at, limit):
    with pytest.raises(CommandError) as refused:
        told(at, limit)
    assert refused.value.returncode == 2 and "\n" not in str(refused.value)
