from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import looks, slip
from branches.organisation.models import Branch
from branches.organisation.policy import hats, offices
from branches.organisation.terms import months_later
from branches.rules.services import rules_on
from members.models import Floating, Member, Transfer
from members.roster import activation, forms, numbers, policy, services
from members.roster.lists import TABS
from members.roster.pages import (
    Page,
    answer,
    get_or_post,
    handled_or_404,
    refuse_who_adds_nowhere,
    sent,
    to_card,
    visible_or_404,
)
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first


@require_safe
def member_list(request):
    """Only for the branch's own officers and the committee (P3); the tabs are those of `lists.TABS`."""
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    asked = request.GET
    tab = TABS.get(asked.get("show"), TABS["member"])
    standing = asked.get("standing") if asked.get("standing") in Member.Standing.values else ""
    chosen, q = asked.get("branch", ""), asked.get("q", "").replace("\0", "")
    branch = int(chosen[:9]) if chosen.isascii() and chosen.isdigit() else None
    ended = tab.lasts and asked.get("ended") == "1"
    rows = tab.narrowed(request.user, q=q, branch=branch, standing=standing, ended=ended)
    page = paginate_or_first(rows, order=tab.order, cursor=asked.get("cursor"), filters=asked)
    today = timezone.localdate()
    context = {
        "page": page, "shown": tab.code, "chosen": chosen, "q": q, "standing": standing, "today": today,
        "everywhere": worn.handles_for_committee, "standings": Member.Standing.choices,
        "branches": Branch.objects.all() if worn.handles_for_committee else (),
        "several": worn.handles_for_committee or len(set(worn.sees_branches)) > 1,
        "tabs": [{"url": f"?show={one.code}", "label": one.label, "current": one is tab} for one in TABS.values()],
        "may_add": policy.may_add(request.user), "narrowed": bool(q.strip() or chosen or standing),
        "part": tab.part, "lasts": tab.lasts, "ended": ended,
    }
    if tab.code == "floating":
        months = int(rules_on(today).number("FLOATING_MONTHS"))
        context |= {"months": months, "long_since": months_later(today, -months)}
    return render(request, "members/member_list.html", context)


@require_safe
def member_card(request, pk):
    """One member: what the roster holds, where they take part, where the relation came from and goes to.

    Who looked is on record, once a day (domain.md §9.1 P3).
    """
    member = visible_or_404(request.user, pk)
    looks.looked(request.user, member, office=offices(request.user))
    today = timezone.localdate()
    ours = Transfer.objects.visible_to(request.user).select_related("from_branch", "to_branch", "started_by")
    transfers = list(ours.filter(member=member))
    floatings = list(member.user.floatings.filter(branch=member.branch_id).order_by("-since", "-pk"))
    was_away = [row for row in floatings if row.until and row.until < today]
    away = [row for row in floatings if row not in was_away and row.direction == Floating.Direction.OUT]
    floating = away[-1] if away else None
    months = int(rules_on(today).number("FLOATING_MONTHS"))
    context = {
        "member": member, "profile": getattr(member.user, "profile", None), "years": member.party_years(today),
        "today": today, "handles": policy.handles(request.user, member.branch_id), "has_left": _has_left(member),
        "may_issue": not _has_left(member) and activation.may_issue(request.user, member),
        "code_by_committee": activation.is_committees(request.user, member),
        "may_reveal": numbers.may_reveal(request.user, member),
        "participations": member.participations.select_related("branch"), "transfers": transfers, "was_away": was_away,
        "moving": next((one for one in transfers if one.is_open), None), "floating": floating, "months": months,
        "is_long": bool(floating) and floating.since <= months_later(today, -months),
    }
    return render(request, "members/member_card.html", context)


@never_cache
@get_or_post
def member_number(request, pk):
    """By GET the question why, by POST the number, which no cache keeps."""
    member = visible_or_404(request.user, pk)
    if not numbers.may_reveal(request.user, member):
        raise PermissionDenied
    form, context = forms.WhyForm(request.POST if request.method == "POST" else None), {"member": member}
    status = 400 if form.errors else 200
    if form.is_valid():
        try:
            context["number"] = numbers.reveal(member, actor=request.user, why=form.cleaned_data["why"])
        except Conflict as conflict:
            context["refused"], status = conflict.message, 409
    return render(request, "members/id_number.html", {**context, "form": form}, status=status)


@never_cache
@get_or_post
def member_activation(request, pk):
    """By GET what a code is and which one is out; by POST a new one, shown this once."""
    member = visible_or_404(request.user, pk)
    if not activation.may_issue(request.user, member):
        raise PermissionDenied
    back = {
        "back": reverse("members:detail", args=[pk]), "back_label": member.user.name,
        "then": "进去就能看到支部的安排和轮到自己的事",
    }
    if request.method == "POST":
        handed = slip.handed(request, member.user, *activation.issue(member, actor=request.user))
        return render(request, "accounts/activation_slip.html", handed | back)
    return render(request, "accounts/activation.html", slip.before(member.user) | back)


@get_or_post
def member_new(request):
    """`?branch=` chooses it; a select offers only what it knows."""
    refuse_who_adds_nowhere(request.user)
    lead = "组织关系已经在本支部的党员。不知道的先空着，以后再补。"
    page = Page("登记党员", reverse("members:list"), "名册", "登记", lead)
    form = forms.NewMemberForm(request.user, sent(request))
    form.fields["branch"].initial = request.GET.get("branch") or form.fields["branch"].initial
    return answer(request, form, page, services.add, after=to_card)


@get_or_post
def member_edit(request, pk):
    member = handled_or_404(request.user, pk)
    page = Page(
        f"更正{member.user.name}的登记", reverse("members:detail", args=[pk]), member.user.name, "保存",
        "姓名写错了，请报行业党委更正；登记过的手机号和身份证号，要改请本人来核实。",
    )
    form = forms.MemberForm(request.user, sent(request), member=member)
    return answer(request, form, page, services.correct, member, after=to_card)


def _has_left(member):
    return bool(member.left_on and member.left_on <= timezone.localdate())
