"""Reports opened by hand, and for a matter of its own."""

from datetime import date, datetime, timedelta
from io import StringIO
from itertools import groupby
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.organisation.models import Branch
from branches.reports import services
from branches.reports.models import Report
from branches.reports.sweeps import open_due, remind_late

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOVEMBER_29 = datetime(2026, 11, 29, 10, 0, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def on_29_november(time_machine):
    time_machine.move_to(NOVEMBER_29, tick=False)


def run(period):
    out, err = StringIO(), StringIO()
    call_command("open_reports", period, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


class TestTheCommand:
    def test_it_opens_a_past_month_for_every_branch(self, city):
        assert run("2026-08") == ("2026 年 8 月支部工作月报：新开 2 份。\n", "")
        assert set(Report.objects.values_list("period", "due_at")) == {
            ("2026-08", datetime(2026, 9, 4, 17, 30, tzinfo=SHANGHAI))
        }

    def test_what_is_open_or_filed_stays(self, city):
        run("2026-10")
        filed = services.file(Report.objects.get(branch=city.branch), actor=city.secretary, remarks="都好。")
        assert run("2026-10")[0] == "2026 年 10 月支部工作月报：新开 0 份。\n"
        filed.refresh_from_db()
        assert (filed.state, filed.remarks, Report.objects.count()) == ("filed", "都好。", 2)

    def test_a_form_that_is_not_admitted_is_opened_with_a_word(self, city):
        out, err = run("2026-Q3")
        assert "新开 2 份" in out and "还没有准入" in err
        assert set(Report.objects.values_list("form", flat=True)) == {"quarter"}

    @pytest.mark.parametrize("period", ["2026-13", "October", "2026-Q5", "", "2026-10-12"])
    def test_what_is_no_period_is_one_sentence_and_exit_2(self, city, period):
        with pytest.raises(CommandError) as refused:
            run(period)
        assert refused.value.returncode == 2 and str(refused.value).count("。") == 1
        assert not Report.objects.exists()

    @pytest.mark.parametrize("period", ["2026-11", "2026-Q4", "2026-H2", "2026", "2030-01"])
    def test_a_period_that_goes_on_is_not_opened(self, city, period):
        with pytest.raises(CommandError, match="还没有结束") as refused:
            run(period)
        assert refused.value.returncode == 2

    def test_a_branch_that_came_later_owes_nothing(self, city):
        Branch.objects.filter(pk=city.other_branch.pk).update(established_on=date(2026, 9, 1))
        assert "新开 1 份" in run("2026-08")[0]


def many_branches(city, n):
    start = Branch.objects.count()
    Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{no}支部", short_name=f"第{no}", established_on=date(2025, 1, 1))
        for no in range(start, start + n)
    )


def test_opening_and_reminding_cost_the_same_at_10_and_at_300_branches(city):
    """SQLite takes 999 parameters a statement and splits what is inserted: parts of one INSERT count as one."""
    counted = []
    for n, day in ((10, datetime(2026, 10, 31, 17, 30, tzinfo=SHANGHAI)), (290, NOVEMBER_29.replace(day=30, hour=18))):
        many_branches(city, n)
        with CaptureQueriesContext(connection) as opening:
            open_due(day)
        with CaptureQueriesContext(connection) as reminding:
            remind_late(day + timedelta(days=20))
        counted.append([len([*groupby(found, lambda query: query["sql"][:60])]) for found in (opening, reminding)])
    assert Report.objects.count() == 12 + 302
    assert counted[0] == counted[1] and max(counted[0]) <= 16, counted
