"""The figures of domain.md §5.6: defined once, each with the list behind it, never a ranking."""

import json
import re
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from appeals import services, statistics
from appeals.merging import services as merging
from appeals.models import Appeal, Judgement, Stage
from appeals.periods import period_of
from appeals.reckoning import figures
from appeals.workflow import Outcome, Status
from branches.organisation.models import Branch
from tests.factories import submit_appeal
from tests.visitor import Visitor

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def counted(user, branch=None):
    now = timezone.now()
    period = period_of("", now)
    found = figures.figures(figures.seen_by(user, branch), period, None, now)
    return {one.share.label: one for one in found}


def fall_due(*appeals, at=None):
    """Their last handling deadline fell into the period, some days ago."""
    due_at = at or timezone.now() - 5 * DAY
    Stage.objects.filter(appeal__in=appeals).update(due_at=due_at, accept_due_at=due_at)


@pytest.fixture
def rates(city):
    """Domain §13: 20 due, 18 closed, 16 in time, 15 answers, 14 contacted, 11 solved, 12 of 14 content."""
    appeals = [submit_appeal(city, body=f"第 {n} 件。") for n in range(20)]
    for appeal in appeals[:18]:
        services.reply(appeal, actor=city.member, text="办了。")
    fall_due(*appeals)
    now = timezone.now()
    ids = [appeal.pk for appeal in appeals]
    Appeal.objects.filter(pk__in=ids[:16]).update(replied_at=now - 6 * DAY)
    Appeal.objects.filter(pk__in=ids[16:18]).update(replied_at=now - 4 * DAY)
    Appeal.objects.filter(pk__in=ids[:18]).update(
        status=Status.CLOSED, outcome=Outcome.UNCONFIRMED, closed_at=now, judge_by=None
    )
    # The fifteenth came without an account: it answers what was done, and counts in no satisfaction.
    Appeal.objects.filter(pk=ids[14]).update(confidentiality="anonymous", anchor=None, code_index="x" * 64)
    for place, appeal in enumerate(Appeal.objects.filter(pk__in=ids[:15]).order_by("pk")):
        Judgement.objects.create(
            appeal=appeal, stage_id=appeal.current_id, answered=True, contacted=place != 0,
            rating=4 if place < 12 else 2, outcome=Outcome.RESOLVED if place < 11 else Outcome.EXPLAINED,
        )
    return appeals


def test_the_worked_example_of_rates(city, rates):
    found = counted(city.staff)
    assert {label: found[label].percent for label in ("办结率", "按时办结率", "响应率", "解决率", "满意率")} == {
        "办结率": "90.0", "按时办结率": "80.0", "响应率": "93.3", "解决率": "73.3", "满意率": "85.7",
    }
    assert (found["办结率"].n, found["办结率"].of, found["满意率"].n, found["满意率"].of) == (18, 20, 12, 14)


def test_every_figure_opens_the_list_behind_numerator_and_denominator(city, rates):
    visitor = Visitor(city, "staff")
    page = visitor.ask("GET", reverse("appeals:statistics")).content.decode()
    links = re.findall(r'href="([^"]*figure=[^"]*)">(\d+)', page)
    assert len(links) == 2 * sum(one.of > 0 for one in counted(city.staff).values()) + len(statistics.SPEEDS)
    for address, n in [*links[:6], *links[-len(statistics.SPEEDS):]]:
        listed = visitor.ask("GET", address.replace("&amp;", "&")).content.decode()
        assert 'aria-current="page">' in listed and f"<b>{n}</b>" in listed
        assert "的的" not in listed  # the hidden caption of the table


def test_every_page_shows_how_it_is_counted(city):
    page = Visitor(city, "staff").ask("GET", reverse("appeals:statistics")).content.decode()
    for one in (*statistics.SHARES, *statistics.SPEEDS):
        assert one.how in page


def test_of_fewer_than_five_only_the_counts_are_shown(city):
    appeals = [submit_appeal(city) for _ in range(4)]
    fall_due(*appeals)
    found = counted(city.staff)["办结率"]
    assert (found.n, found.of, found.percent) == (0, 4, None)


def test_withdrawn_ones_and_children_of_a_merge_are_not_counted(city):
    lead, child, gone = (submit_appeal(city) for _ in range(3))
    merging.merge(child, actor=city.staff, lead=lead)
    services.withdraw(gone, actor=city.anchor)
    fall_due(lead, child, gone)
    assert counted(city.staff)["办结率"].of == 1
    services.reply(lead, actor=city.member, text="办了。")
    assert counted(city.staff)["办结率"].of == 1


def test_who_could_not_be_reached_in_three_tries_is_in_no_denominator_of_following_up(city, rates):
    of = counted(city.staff)["回访率"].of
    silent = Appeal.objects.get(pk=rates[17].pk)
    for n in (1, 2, 3):
        Judgement.objects.create(
            appeal=silent, stage_id=silent.current_id, asked="STAFF", attempt=n, answered=False, by=city.staff
        )
    assert counted(city.staff)["回访率"].of == of - 1


def test_a_branch_sees_its_own_figures_and_no_other(city):
    own, others = submit_appeal(city), submit_appeal(city, city.other_anchor.anchor)
    services.hand_up(own, actor=city.member)
    fall_due(own, others)
    assert counted(city.secretary, city.branch.pk)["办结率"].of == 1
    address = f"{reverse('appeals:statistics')}?branch={city.other_branch.pk}"
    page = Visitor(city, "secretary").ask("GET", address).content.decode()
    assert city.branch.name in page and city.other_branch.name not in page
    assert "支部一级升级率" in page and "党员一级升级率" not in page  # all that came to it was handed up


class TestNoRankingOfBranches:
    """国办函〔2025〕66号: no list orders branches by a figure, and no page puts two branches' figures side by side."""

    def shown(self, city, user, address):
        return Visitor(city, user).ask("GET", address).content.decode()

    def test_no_page_speaks_of_ranks_or_offers_to_sort(self):
        ranked = re.compile(r"(?<!打分、)排名|排行榜|名次|第一名|[?&;](?:sort|order|order_by|ordering)=")
        templates = Path(settings.BASE_DIR, "templates").rglob("*.html")
        assert [str(path) for path in templates if ranked.search(path.read_text(encoding="utf-8"))] == []

    def test_branches_stand_in_their_fixed_order_whatever_waits_there(self, city):
        for _ in range(6):
            submit_appeal(city, city.other_anchor.anchor)
        names = Branch.objects.order_by("pk").values_list("name", flat=True)
        for asked in ("", "?sort=late", "?order=-anchor_count", "?ordering=-id"):
            page = self.shown(city, "staff", reverse("branches:list") + asked)
            places = [page.index(f">{name}<") for name in names]
            assert places == sorted(places)

    def test_the_committees_figures_are_the_citys_and_name_no_branch(self, city, rates):
        names = [name for pair in Branch.objects.values_list("name", "short_name") for name in pair]
        for address in (reverse("appeals:statistics"), reverse("committee_home")):
            page = self.shown(city, "staff", address)
            assert [name for name in names if f">{name}" in page or f"{name} " in page] == []
        book = Visitor(city, "staff").ask("GET", reverse("appeals:statistics_export")).content
        cells = {cell for row in load_workbook(BytesIO(book)).active.iter_rows(values_only=True) for cell in row}
        assert not cells & set(names)
        assert "branch" not in json.dumps(Visitor(city, "staff").ask("GET", reverse("api:statistics")).json())

    def test_a_branch_with_four_reads_counts_on_page_workbook_and_api(self, city):
        appeals = [services.hand_up(submit_appeal(city), actor=city.member) for _ in range(4)]
        fall_due(*appeals)
        visitor = Visitor(city, "secretary")
        page = visitor.ask("GET", reverse("appeals:statistics")).content.decode()
        assert ">4 件<" in page and "<small>%</small>" not in page
        book = load_workbook(BytesIO(visitor.ask("GET", reverse("appeals:statistics_export")).content)).active
        assert ("办结率", 0, 4, None) in [row[:4] for row in book.iter_rows(values_only=True)]
        answer = visitor.ask("GET", reverse("api:statistics")).json()
        assert {one["percent"] for one in answer["results"]} | {one["value"] for one in answer["times"]} == {None}


def test_how_long_it_takes_has_its_list_and_stands_in_workbook_and_api(city, rates):
    visitor = Visitor(city, "staff")
    for key in ("answered", "reached"):
        listed = visitor.ask("GET", f"{reverse('appeals:list')}?tab=figure&figure={key}").content.decode()
        assert "<b>18</b>" in listed
    book = load_workbook(BytesIO(visitor.ask("GET", reverse("appeals:statistics_export")).content)).active
    rows = {row[0]: row for row in book.iter_rows(values_only=True)}
    assert rows["平均办理工作日"][2] == 18 and rows["首次联系时长"][4] == "小时"
    times = visitor.ask("GET", reverse("api:statistics")).json()["times"]
    assert [(one["label"], one["counted"]) for one in times] == [("平均办理工作日", 18), ("首次联系时长", 18)]
    assert all(float(one["value"]) >= 0 for one in times)


def test_an_internal_note_reaches_nobody(city):
    appeal = submit_appeal(city)
    services.note(services.accept(appeal, actor=city.member), actor=city.member, text="先问园区。", internal=True)
    fall_due(appeal)
    due = Appeal.objects.filter(statistics.conditions(timezone.now())["reached"])
    assert not due.exists()
    services.note(appeal, actor=city.member, text="已经问了园区。")
    assert due.exists()


@pytest.mark.parametrize(
    ("key", "start", "end", "before"),
    [
        ("2026-11", "2026-11-01", "2026-12-01", "2026-10"), ("2026-01", "2026-01-01", "2026-02-01", "2025-12"),
        ("2026-Q1", "2026-01-01", "2026-04-01", "2025-Q4"), ("2026", "2026-01-01", "2027-01-01", "2025"),
    ],
)
def test_a_period_begins_and_ends_on_shanghai_days(key, start, end, before):
    period = period_of(key, timezone.now())
    days = [timezone.localdate(at).isoformat() for at in (period.start, period.end)]
    assert (days, period.before) == ([start, end], before)


@pytest.mark.parametrize("key", ["", "x", "2026-13", "2026-Q5", "9" * 40, "\0"])
def test_what_is_no_period_is_the_last_thirty_days(key):
    assert period_of(key, timezone.now()).key == "30d"


def test_the_workbook_carries_the_formulas(city, rates):
    response = Visitor(city, "staff").ask("GET", reverse("appeals:statistics_export"))
    rows = list(load_workbook(BytesIO(response.content)).active.iter_rows(values_only=True))
    assert ("办结率", 18, 20, 90, "%", "办结率 = 已办结（含解释到位）÷ 到期件。") in rows


def test_the_api_answers_with_the_same_figures(city, rates):
    answer = Visitor(city, "staff").ask("GET", reverse("api:statistics")).json()
    assert {"label": "解决率", "numerator": 11, "denominator": 15, "percent": "73.3"}.items() <= next(
        one for one in answer["results"] if one["label"] == "解决率"
    ).items()
