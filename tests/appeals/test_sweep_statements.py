"""A sweep of a thousand costs no more statements than a sweep of ten, whatever the thousand are.

SQLite takes 999 parameters a statement and splits what is inserted, so the number is PostgreSQL's; the rows
must be right on both.
"""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from appeals import invariants, services, sweeps
from appeals.models import Appeal, Event, Stage
from appeals.workflow import Level, Verb
from branches.organisation.models import Post
from notices.models import Notice
from tests.factories import let_all_come_near, let_all_lapse, let_lapse, many_like, submit_appeal

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MOST = 17  # an escalation also ends requests and loans, looks for leads of a merge, and asks once who is recused
FRAME = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def run(sweep):
    """Sweep once; return the rows moved and the number of statements of each batch."""
    with CaptureQueriesContext(connection) as captured:
        rows = sweep(timezone.now())
    batches = []
    for query in captured.captured_queries:
        if " LIMIT 1000" in query["sql"]:
            batches.append(0)
        if batches and not query["sql"].startswith(FRAME):  # what comes before is read once for the whole sweep
            batches[-1] += 1
    return rows, [count for count in batches if count > 1]  # the last look finds nothing


def of_a_vacant_branch(city):
    """An anchor with a contact, whose branch has nobody."""
    Post.objects.filter(branch=city.other_branch).delete()
    anchor = city.other_anchor.anchor
    anchor.contact = city.member
    anchor.save()
    return anchor


def mixed(city, n):
    """`n` appeals with the contact, at the branch, before a vacant branch, accepted and not, of three classes."""
    vacant = of_a_vacant_branch(city)
    kinds = [
        submit_appeal(city),
        submit_appeal(city, category="L2", body="有人堵在直播间楼下不走。"),
        submit_appeal(city, vacant, body="付款三个月没到账。"),
        services.accept(submit_appeal(city, body="直播间断电。"), actor=city.member),
        services.hand_up(submit_appeal(city, body="仓库漏雨。"), actor=city.member),
        services.accept(
            services.hand_up(submit_appeal(city, body="网线被挖断。"), actor=city.member), actor=city.secretary
        ),
    ]
    multiply(kinds, n)


def multiply(kinds, n):
    share, rest = divmod(n, len(kinds))
    for place, appeal in enumerate(kinds):
        many_like(appeal, share + (place < rest) - 1)


def lapsed(city, n):
    mixed(city, n)
    let_all_lapse()
    return n


def near(city, n):
    mixed(city, n)
    let_all_come_near()
    return n


def lapsed_below_an_empty_committee(city, n):
    lapsed(city, n)
    Post.objects.filter(committee=city.committee).delete()
    return n


def overdue(city, n):
    """At the committee; every second one long enough for the red card as well."""
    many_like(submit_appeal(city, city.free_anchor.anchor), n - 1)
    let_all_lapse()
    let_lapse(*Appeal.objects.order_by("pk")[: n // 2], by=timedelta(days=30))
    return n + n // 2


def unjudged(city, n):
    """Answered by contact, branch and committee, and never judged."""
    at_branch = services.hand_up(submit_appeal(city, body="仓库漏雨。"), actor=city.member)
    at_committee = submit_appeal(city, city.free_anchor.anchor)
    answered = [
        services.reply(submit_appeal(city), actor=city.member, text="网点同意赔三双。"),
        services.reply(at_branch, actor=city.secretary, text="房东今天来修。"),
        services.reply(at_committee, actor=city.staff, text="已经协调。"),
    ]
    multiply(answered, n)
    Appeal.objects.update(judge_by=timezone.now() - timedelta(days=1))
    return n


every_sweep = pytest.mark.parametrize(
    ("prepare", "sweep", "verbs"),
    [
        pytest.param(lapsed, sweeps.escalate, [Verb.ESCALATE], id="escalate"),
        pytest.param(lapsed_below_an_empty_committee, sweeps.escalate, [Verb.ESCALATE], id="escalate-nobody-above"),
        pytest.param(near, sweeps.remind, [Verb.REMIND], id="remind"),
        pytest.param(near, sweeps.amber, [Verb.AMBER], id="amber"),
        pytest.param(overdue, sweeps.supervise, [Verb.YELLOW_CARD, Verb.RED_CARD], id="supervise"),
        pytest.param(unjudged, sweeps.close_silent, [Verb.CLOSE_SILENT], id="close-silent"),
    ],
)


def cost(city, n, prepare, sweep):
    """The dearest batch of a sweep over `n`; nothing of it stays."""
    with transaction.atomic():
        due = prepare(city, n)
        rows, batches = run(sweep)
        transaction.set_rollback(True)
    assert rows == due
    return max(batches)


@pytest.mark.postgresql
@every_sweep
def test_a_thousand_cost_as_many_statements_as_ten(city, prepare, sweep, verbs):
    dearest = cost(city, 1000, prepare, sweep)
    print(f"{sweep.__name__}: {dearest} statements")
    assert dearest <= MOST
    assert dearest == cost(city, 10, prepare, sweep)


@every_sweep
def test_every_row_gets_its_line_and_everybody_a_notice(city, prepare, sweep, verbs):
    due = prepare(city, 30)
    assert run(sweep)[0] == due
    lines = Event.objects.filter(verb__in=verbs)
    assert lines.count() == due
    heard = Notice.objects.filter(key__in=[f"appeal-event:{line.pk}" for line in lines])
    assert heard.values("key").distinct().count() == due
    assert run(sweep)[0] == 0
    assert invariants.broken() == {}


def test_each_goes_to_the_next_level_that_has_somebody(city):
    lapsed(city, 30)
    before = dict(Stage.objects.filter(left_at=None).values_list("appeal", "level"))
    sweeps.escalate(timezone.now())
    for stage in Stage.objects.filter(left_at=None).select_related("appeal"):
        vacant = stage.appeal.branch_id == city.other_branch.pk
        climbs_to_branch = before[stage.appeal_id] == Level.MEMBER and not vacant
        assert stage.level == (Level.BRANCH if climbs_to_branch else Level.COMMITTEE)


@pytest.mark.slow
def test_more_than_a_batch_is_several_batches_and_leaves_nobody_out(city):
    due = lapsed(city, 2500)
    rows, batches = run(sweeps.escalate)
    assert (rows, len(batches)) == (due, 3)
    assert max(batches) <= MOST or connection.vendor == "sqlite"
    assert sweeps.escalate(timezone.now()) == 0
    assert Event.objects.filter(verb=Verb.ESCALATE).values("appeal").distinct().count() == due
    assert invariants.broken() == {}
