"""The clock reminds of dues, in private, once per step and spell; what becomes of it is for people to decide."""

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.organisation.models import Post, Role
from branches.rules.services import rules_on
from members.dues.models import Dues
from members.dues.months import first_unpaid
from notices.services import Message, send_all

REMINDS = ("DUES_REMIND_1", "DUES_REMIND_2", "DUES_REMIND_3")
STUDY = "DUES_STUDY"
BATCH = 1000


def remind(now):
    """Tell the highest step that somebody has reached and was not told of. Returns how many members."""
    if not Dues.objects.exists():
        return 0
    today = timezone.localdate(now)
    _begin_anew(today)
    book = rules_on(today)
    steps = {int(book.number(code)): code for code in (*REMINDS, STUDY)}
    return sum(_step(months, steps[months] == STUDY, today, now) for months in sorted(steps, reverse=True))


@transaction.atomic
def _begin_anew(today):
    """Who owes nothing, as after the relation has come from elsewhere, is told anew when they fall behind again."""
    done = Dues.objects.filter(told__gt=0).exclude(pk__in=Dues.objects.behind_by(1, today).values("pk"))
    rows = done.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True)
    Dues.objects.filter(pk__in=list(rows[:BATCH])).update(told=0)


@transaction.atomic
def _step(months, to_study, today, now):
    due = Dues.objects.behind_by(months, today).filter(told__lt=months).select_related("member")
    rows = list(due.select_for_update(of=("self",)).order_by("pk")[:BATCH])
    if not rows:
        return 0
    Dues.objects.filter(pk__in=[dues.pk for dues in rows]).update(told=months)
    posts = Post.objects.current(today).filter(role=Role.SECRETARY)
    secretaries = posts.filter(branch__in={dues.member.branch_id for dues in rows}).holders_by_branch()
    send_all([message for dues in rows for message in _messages(dues, months, to_study, secretaries)], at=now)
    return len(rows)


def _messages(dues, months, to_study, secretaries):
    """The member (before the last step) and the secretary of their branch; no name stands in a notice."""
    member = dues.member
    key = f"dues:{member.pk}:{first_unpaid(member.joined_on, member.relation_on, dues.paid_through):%Y-%m}:{months}"
    if not to_study:
        yield Message(
            member.user_id, key, f"您的党费有 {months} 个月没有登记", "已经交了的，请告诉支部书记登记一下。",
            reverse("dues:mine"),
        )
    title = f"有一名党员的党费{'满 ' if to_study else '有 '}{months} 个月没有登记"
    for user_id in sorted(secretaries[member.branch_id] - ({member.user_id} if not to_study else set())):
        yield Message(
            user_id, key, f"{title}，请支部研究" if to_study else title,
            "先核实是不是漏登记。要不要处理由支部决定，这里不改变任何人的身份。" if to_study
            else "请私下提醒；已经交了的，登记一下缴至哪个月。",
            reverse("dues:detail", args=[member.pk]),
        )
