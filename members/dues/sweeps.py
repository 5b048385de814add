"""The clock reminds of dues, in private, once per step and spell; what becomes of it is for people to decide."""

from collections import defaultdict

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import COMMITTEE_HANDLERS, Post, Role
from branches.rules.services import rules_on
from members.dues.models import Dues
from members.dues.months import first_unpaid
from notices.services import Message, send_all

REMINDS = ("DUES_REMIND_1", "DUES_REMIND_2", "DUES_REMIND_3")
STUDY = "DUES_STUDY"
LEADERS = (Role.SECRETARY, Role.DEPUTY)  # the first of whom there is one hears
BATCH = 1000


def remind(now):
    """Tell the highest step that somebody has reached and was not told of. Returns of how many members.

    Where nobody can hear of it, it stays untold until somebody can.
    """
    if not Dues.objects.exists():
        return 0
    today = timezone.localdate(now)
    _begin_anew(today)
    book = rules_on(today)
    steps = {int(book.number(code)): code for code in (*REMINDS, STUDY)}
    told, beyond = 0, Dues.objects.none()
    for months in sorted(steps, reverse=True):
        reached = Dues.objects.behind_by(months, today)
        due = reached.filter(told__lt=months).exclude(pk__in=beyond.values("pk"))
        told += _step(due.select_related("member__user"), months, steps[months] == STUDY, today, now)
        beyond = reached
    return told


@transaction.atomic
def _begin_anew(today):
    """Who owes nothing, as after the relation has come from elsewhere, is told anew when they fall behind again."""
    done = Dues.objects.filter(told__gt=0).exclude(pk__in=Dues.objects.behind_by(1, today).values("pk"))
    rows = done.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    Dues.objects.filter(pk__in=list(rows[:BATCH])).update(told=0)


def _step(due, months, to_study, today, now):
    """The batches go up by id, so that one of whom nobody can be told holds up no other. Returns of how many."""
    told, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(due.filter(pk__gt=after).select_for_update(of=("self",)).order_by("pk")[:BATCH])
            told += _tell(rows, months, to_study, today, now) if rows else 0
        if len(rows) < BATCH:
            return told
        after = rows[-1].pk


def _tell(rows, months, to_study, today, now):
    hearers = _hearers({dues.member.branch_id for dues in rows}, today)
    said = {dues.pk: list(_messages(dues, months, to_study, hearers)) for dues in rows}
    heard = [pk for pk, messages in said.items() if messages]
    Dues.objects.filter(pk__in=heard).update(told=months)
    send_all([message for messages in said.values() for message in messages], at=now)
    return len(heard)


def _hearers(branches, today):
    """`f(member)` -> (ids of who leads their branch, of the committee's handlers), in one statement for all of them.

    The member is neither.
    """
    seats = Q(branch__in=branches, role__in=LEADERS) | Q(committee__isnull=False, role__in=COMMITTEE_HANDLERS)
    held = defaultdict(set)
    for branch_id, role, user_id in Post.objects.current(today).filter(seats).values_list("branch", "role", "user"):
        held[branch_id, role if branch_id else None].add(user_id)

    def of(member):
        leaders = (held[member.branch_id, role] - {member.user_id} for role in LEADERS)
        return next(filter(None, leaders), set()), held[None, None] - {member.user_id}

    return of


def _messages(dues, months, to_study, hearers):
    """The member (before the last step) and who leads their branch; no name stands in a notice.

    The last step is somebody's task: where nobody else leads the branch, it is the committee's.
    """
    member = dues.member
    key = f"dues:{member.pk}:{first_unpaid(member.joined_on, member.relation_on, dues.paid_through):%Y-%m}:{months}"
    leaders, committee = hearers(member)
    if to_study:
        title = f"有一名党员的党费满 {months} 个月没有登记，请支部研究"
        text = "先核实是不是漏登记。要不要处理由支部决定，这里不改变任何人的身份。"
        text = text if leaders else f"支部里没有别的书记、副书记来办，请党委安排。{text}"
    else:
        title = f"有一名党员的党费有 {months} 个月没有登记"
        text = "请私下提醒；已经交了的，登记一下缴至哪个月。"
        if member.user.is_active:
            yield Message(
                member.user_id, key, f"您的党费有 {months} 个月没有登记", "已经交了的，请告诉支部书记登记一下。",
                reverse("dues:mine"),
            )
    for user_id in sorted(leaders or (committee if to_study else ())):
        yield Message(user_id, key, title, text, reverse("dues:detail", args=[member.pk]))
