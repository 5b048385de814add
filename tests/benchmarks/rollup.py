"""The roll-up of 300 branches × 12 months × 40 figures: its time in the database, then the whole of each answer.

The best of five; the files are those that staff download.
"""

from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import Branch
from branches.reports import periods, rollup
from branches.reports.figures import kinds_of
from branches.reports.models import Report, ReportFigure
from tests import cast
from tests.benchmarks.meter import Clock, measured, told

BRANCHES, MONTHS, FIGURES = 300, 12, 40
TRIES = 5
BACKEND = "accounts.backends.PersonBackend"


def main(folder):
    setup_test_environment()  # the client's name is an allowed host
    city, period = cast.build(), periods.parse("2026-10")
    with measured(f"{BRANCHES} branches x {MONTHS} months x {FIGURES} figures made"):
        fill(city, period)
    best = min((ask(period) for _ in range(TRIES)), key=lambda one: one[0])
    print(f"in the database {best[0]:.3f} s in {best[1]} statements, with Python {best[2]:.2f} s", flush=True)
    client = Client()
    client.force_login(city.staff, backend=BACKEND)
    for name in ("reports:rollup", "reports:rollup_excel", "reports:rollup_word", "api:report-rollup"):
        clock = Clock()
        response = client.get(reverse(name), {"form": "month", "period": period.code})
        told(name, clock.taken(), f"{response.status_code}, {len(response.content) // 1024} KB")


def ask(period):
    """Seconds in the database, statements, and seconds of the whole reading."""
    clock = Clock()
    with CaptureQueriesContext(connection) as captured:
        found = rollup.read(period, rollup.branches_of(period), rollup.columns_of(period))
    taken = clock.taken()
    if sum(len(figures) for row in found.rows for figures in row.figures.values()) != BRANCHES * MONTHS * FIGURES:
        raise RuntimeError("the roll-up has lost figures")
    return sum(float(query["time"]) for query in captured.captured_queries), len(captured), taken.wall


def fill(city, period):
    """Every figure counted 30 records, as many as make a row of the usual length."""
    now, months = timezone.now(), [period]
    for _ in range(MONTHS - 1):
        months.append(months[-1].previous)
    Branch.objects.bulk_create(
        Branch(committee=city.committee, name=f"第{no}支部", short_name=f"第{no}", established_on="2024-01-01")
        for no in range(BRANCHES - Branch.objects.count())
    )
    Branch.objects.update(established_on="2024-01-01")
    reports = Report.objects.bulk_create(
        Report(
            branch=branch, form="month", period=month.code, starts_on=month.first, ends_on=month.last, state="filed",
            opened_at=now, due_at=now + timedelta(days=4), filed_at=now, filed_by=city.secretary, remarks="平稳。",
        )
        for branch in Branch.objects.all() for month in months
    )
    codes = [kind.code for kind in kinds_of("month")]
    codes += [f"more{no}" for no in range(FIGURES - len(codes))]
    ids = list(range(100_000, 100_030))
    for start in range(0, len(reports), 100):
        ReportFigure.objects.bulk_create(
            ReportFigure(
                report=report, position=place, code=code, title=f"第 {place} 项", unit="件", value=place, ids=ids,
                how="按记录数。", stamps=["0123456789ab"] * len(ids),
            )
            for report in reports[start:start + 100] for place, code in enumerate(codes)
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
