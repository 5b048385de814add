"""What the reports count of a branch's people. `after` is the first Shanghai day beyond the period."""

from datetime import timedelta

from django.db.models import Case, Q, When
from django.urls import reverse
from django.utils import timezone

from branches.reports.figures import FigureKind, Line, listed, shared
from members.dues.months import behind
from members.models import Activist, Floating, Member, Transfer

_AS_OF = "按期末还在本支部名册上的人数算；期末以后转走的，按现在的支部算。"


def _there(branch_ids, end):
    """Who stood on the roster when the period ended."""
    after = timezone.localdate(end)
    people = Member.objects.filter(Q(left_on=None) | Q(left_on__gte=after), branch__in=branch_ids)
    return people.filter(Q(relation_on=None) | Q(relation_on__lt=after), joined_on__lt=after)


def _probationary(end):
    """Then, not now: who was regularised since was still on probation."""
    return Q(standing=Member.Standing.PROBATIONARY) | Q(regularised_on__gte=timezone.localdate(end))


def _count_full(branch_ids, start, end):
    return listed(_there(branch_ids, end).exclude(_probationary(end)).values_list("branch_id", "pk"))


def _count_probationary(branch_ids, start, end):
    return listed(_there(branch_ids, end).filter(_probationary(end)).values_list("branch_id", "pk"))


def _count_activists(branch_ids, start, end):
    return listed(_lasting(Activist, branch_ids, end))


def _count_floating(branch_ids, start, end):
    return listed(_lasting(Floating, branch_ids, end))


def _lasting(model, branch_ids, end):
    """Those of the last day of the period, which may be the last of their own."""
    last = timezone.localdate(end) - timedelta(days=1)
    return model.objects.lasting(last).filter(branch__in=branch_ids, since__lte=last).values_list("branch_id", "pk")


def _count_moved(side):
    def count(branch_ids, start, end):
        days = {"ended_on__gte": timezone.localdate(start), "ended_on__lt": timezone.localdate(end)}
        done = Transfer.objects.filter(state=Transfer.State.DONE, **{f"{side}__in": branch_ids}, **days)
        return listed(done.values_list(side, "pk"))

    return count


def _count_dues(branch_ids, start, end):
    """Of those on the roster, who owes nothing on the last day, as the pages of dues say: its month still runs."""
    last = timezone.localdate(end) - timedelta(days=1)
    known = Q(dues__paid_through__isnull=False) | Q(dues__amount__isnull=False)
    rows = _there(branch_ids, end).annotate(known=Case(When(known, then=True), default=False))
    columns = ("branch_id", "pk", "known", "dues__amount", "joined_on", "relation_on", "dues__paid_through")
    return shared(
        (branch_id, pk, known and not behind(*days, last, amount=amount))
        for branch_id, pk, known, amount, *days in rows.values_list(*columns)
    )


def _members(user, ids):
    return Member.objects.visible_to(user).select_related("user").filter(pk__in=ids)


def _activists(user, ids):
    return Activist.objects.visible_to(user).select_related("user").filter(pk__in=ids)


def _floating(user, ids):
    return Floating.objects.visible_to(user).select_related("user").filter(pk__in=ids)


def _transfers(user, ids):
    rows = Transfer.objects.visible_to(user).select_related("member__user", "from_branch", "to_branch")
    return rows.filter(pk__in=ids)


def _member_line(member):
    said = f"{member.get_standing_display()}，{member.joined_on:%Y-%m-%d} 入党"
    return Line(member.user.name, said, reverse("members:detail", args=[member.pk]))


def _dues_line(member):
    return Line(member.user.name, member.get_standing_display(), reverse("dues:detail", args=[member.pk]))


def _activist_line(activist):
    return Line(activist.user.name, f"{activist.since:%Y-%m-%d} 确定", reverse("members:activist", args=[activist.pk]))


def _floating_line(row):
    said = f"{row.get_direction_display()}，{row.since:%Y-%m-%d} 起"
    return Line(row.user.name, said, reverse("members:floating", args=[row.pk]))


def _transfer_line(transfer):
    said = f"{transfer}，{transfer.ended_on:%Y-%m-%d}"
    return Line(transfer.member.user.name, said, reverse("transfers:detail", args=[transfer.pk]))


full_members = FigureKind(
    code="full_members", group="队伍", title="正式党员", unit="名", count=_count_full, rows=_members, line=_member_line,
    how=f"期末组织关系在本支部的正式党员。参加活动的、流入的不算。{_AS_OF}",
)
probationary_members = FigureKind(
    code="probationary", group="队伍", title="预备党员", unit="名", count=_count_probationary, rows=_members,
    line=_member_line, how=f"期末组织关系在本支部、还没有转正的预备党员。{_AS_OF}",
)
activists = FigureKind(
    code="activists", group="队伍", title="入党积极分子", unit="名", count=_count_activists, rows=_activists,
    line=_activist_line, how="期末本支部确定的、仍在培养的入党积极分子人数。",
)
floating = FigureKind(
    code="floating", group="队伍", title="流动党员", unit="名", count=_count_floating, rows=_floating,
    line=_floating_line, how="期末在本支部登记、还没有结束的流动党员，流出和流入都算。",
)
transferred_in = FigureKind(
    code="transferred_in", group="队伍", title="本期转入", unit="名", count=_count_moved("to_branch"), rows=_transfers,
    line=_transfer_line, how="本期办结、转到本支部的组织关系转接。还在转接中的不算。",
)
transferred_out = FigureKind(
    code="transferred_out", group="队伍", title="本期转出", unit="名", count=_count_moved("from_branch"),
    rows=_transfers, line=_transfer_line, how="本期办结、从本支部转走的组织关系转接。还在转接中的不算。",
)
dues_recorded = FigureKind(
    code="dues_recorded", group="队伍", title="党费已登记到期", unit="名", count=_count_dues, rows=_members,
    line=_dues_line, of_many=True,
    how="分母是期末名册上的党员，分子是其中已经登记、到期末没有欠交月份的；期末当月还没有过完，不算欠。没有登记不等于没有交。",
)
KINDS = (
    full_members, probationary_members, activists, floating, transferred_in, transferred_out, dues_recorded,
)
