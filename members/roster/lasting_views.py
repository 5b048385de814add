"""Pages of who is on a roster for a time: 入党积极分子, floating members, members in the life of another branch."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts import looks
from branches.organisation.policy import hats, offices
from members.models import Activist, Floating, Participation
from members.roster import forms, lasting, policy
from members.roster.pages import (
    Page,
    answer,
    get_or_post,
    handled_or_404,
    refuse_who_adds_nowhere,
    sent,
    to_card,
    to_tab,
)


@get_or_post
def participation_new(request, pk):
    member = handled_or_404(request.user, pk)
    page = Page(
        f"{member.user.name}参加别处的组织生活", reverse("members:detail", args=[pk]), member.user.name, "登记",
        "一方隶属，多重组织生活：组织关系、党费和表决都留在原支部。",
    )
    form = forms.ParticipationForm(sent(request), member=member)
    return answer(request, form, page, lasting.participate, member, after=lambda row: to_card(row.member))


@get_or_post
def participation_end(request, pk):
    worn = hats(request.user)
    rows = Participation.objects.select_related("member__user", "branch")
    if not worn.handles_for_committee:
        rows = rows.filter(Q(branch__in=worn.sees_branches) | Q(member__branch__in=worn.sees_branches))
    row = get_object_or_404(rows, pk=pk)
    both = (row.branch_id, row.member.branch_id)
    about = f"{row.member.user.name} · {row.branch.short_name}"
    return _end(request, row, both, lasting.end_participation, "不再参加活动", about, "guest")


@get_or_post
def activist_new(request):
    refuse_who_adds_nowhere(request.user)
    back = f"{reverse('members:list')}?show=activist"
    page = Page("登记积极分子", back, "积极分子", "登记", "支部已经确定、报党委备案的人。")
    form = forms.NewActivistForm(request.user, sent(request))
    return answer(request, form, page, lasting.name_activist, after=_to_row("members:activist"))


@require_safe
def activist_card(request, pk):
    """One cultivation, going on or ended. Who looked is on record, once a day (domain.md §9.1 P3)."""
    row = _seen_or_404(request.user, Activist, pk)
    looks.looked(request.user, row, office=offices(request.user))
    context = {
        "row": row, "profile": getattr(row.user, "profile", None), "ended": _has_ended(row),
        "handles": policy.handles(request.user, row.branch_id),
    }
    return render(request, "members/activist_card.html", context)


@get_or_post
def activist_edit(request, pk):
    row = _handled_row_or_404(request.user, Activist, pk)
    page = Page(
        f"更正{row.user.name}的登记", reverse("members:activist", args=[pk]), row.user.name, "保存",
        "登错了人，把结束日期填成确定的那天；结束登错了，把结束日期清空。"
        "姓名写错了，请报行业党委更正；登记过的手机和身份证号，要改请本人来核实。",
    )
    form = forms.ActivistForm(request.user, sent(request), activist=row)
    return answer(request, form, page, lasting.correct_activist, row, after=_to_row("members:activist"))


@get_or_post
def activist_end(request, pk):
    row = _seen_or_404(request.user, Activist, pk)
    about = f"{row.user.name} · {row.branch.short_name}"
    return _end(request, row, (row.branch_id,), lasting.end_activist, "结束培养", about, "activist")


@get_or_post
def floating_out(request, pk):
    member = handled_or_404(request.user, pk)
    page = Page(
        f"{member.user.name}流出登记", reverse("members:detail", args=[pk]), member.user.name, "登记",
        "组织关系仍在本支部。能转接的，应转尽转。",
    )
    form = forms.FloatingOutForm(sent(request))
    return answer(request, form, page, lasting.float_out, member, after=lambda row: to_card(member))


@get_or_post
def floating_in(request):
    refuse_who_adds_nowhere(request.user)
    back = f"{reverse('members:list')}?show=floating"
    page = Page("流入登记", back, "流动党员", "登记", "组织关系在本行业以外、人在这里的党员。")
    form = forms.FloatingInForm(request.user, sent(request))
    return answer(request, form, page, lasting.float_in, after=_to_row("members:floating"))


@require_safe
def floating_card(request, pk):
    """One registration, going on or ended. Who looked is on record, once a day (domain.md §9.1 P3)."""
    row = _seen_or_404(request.user, Floating, pk)
    looks.looked(request.user, row, office=offices(request.user))
    context = {"row": row, "ended": _has_ended(row), "handles": policy.handles(request.user, row.branch_id)}
    return render(request, "members/floating_card.html", context)


@get_or_post
def floating_edit(request, pk):
    row = _handled_row_or_404(request.user, Floating, pk)
    page = Page(
        f"更正{row.user.name}的流动登记", reverse("members:floating", args=[pk]), row.user.name, "保存",
        "登错了人，把结束日期填成起始的那天；结束登错了，把结束日期清空。"
        "姓名写错了，请报行业党委更正；登记过的手机，要改请本人来核实。",
    )
    form = forms.FloatingForm(request.user, sent(request), floating=row)
    return answer(request, form, page, lasting.correct_floating, row, after=_to_row("members:floating"))


@get_or_post
def floating_end(request, pk):
    row = _seen_or_404(request.user, Floating, pk)
    about = f"{row.user.name} · {row.get_direction_display()} · {row.place}"
    return _end(request, row, (row.branch_id,), lasting.end_floating, "结束流动登记", about, "floating")


def _end(request, row, branch_ids, verb, title, about, tab):
    if not any(policy.handles(request.user, branch_id) for branch_id in branch_ids):
        raise PermissionDenied
    page = Page(title, f"{reverse('members:list')}?show={tab}", "名册", "记下", about)
    return answer(request, forms.EndForm(sent(request)), page, verb, row, after=lambda row: to_tab(tab))


def _seen_or_404(user, model, pk):
    return get_object_or_404(model.objects.visible_to(user).select_related("user__profile", "branch"), pk=pk)


def _handled_row_or_404(user, model, pk):
    row = _seen_or_404(user, model, pk)
    if not policy.handles(user, row.branch_id):
        raise PermissionDenied
    return row


def _has_ended(row):
    """The last day is still one of them, as in every list."""
    return bool(row.until) and row.until < timezone.localdate()


def _to_row(name):
    return lambda row: redirect(name, row.pk)
