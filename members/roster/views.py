from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import looks, slip
from branches.organisation.models import Branch
from branches.organisation.policy import hats, offices
from branches.organisation.terms import months_later
from branches.rules.services import rules_on
from members.models import Activist, Floating, Member, Participation, Transfer
from members.roster import activation, forms, numbers, policy, services
from members.roster.lists import TABS
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


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
    rows = tab.narrowed(request.user, q=q, branch=branch, standing=standing)
    page = paginate_or_first(rows, order=tab.order, cursor=asked.get("cursor"), filters=asked)
    today = timezone.localdate()
    context = {
        "page": page, "shown": tab.code, "chosen": chosen, "q": q, "standing": standing, "today": today,
        "everywhere": worn.handles_for_committee, "standings": Member.Standing.choices,
        "branches": Branch.objects.all() if worn.handles_for_committee else (),
        "several": worn.handles_for_committee or len(set(worn.sees_branches)) > 1,
        "tabs": [{"url": f"?show={one.code}", "label": one.label, "current": one is tab} for one in TABS.values()],
        "may_add": policy.may_add(request.user), "narrowed": bool(q.strip() or chosen or standing),
        "part": tab.part,
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
    member = _visible_or_404(request.user, pk)
    looks.looked(request.user, member, office=offices(request.user))
    today = timezone.localdate()
    ours = Transfer.objects.visible_to(request.user).select_related("from_branch", "to_branch", "started_by")
    transfers = list(ours.filter(member=member))
    away = member.user.floatings.lasting(today).filter(direction=Floating.Direction.OUT, branch=member.branch_id)
    floating = away.first()
    months = int(rules_on(today).number("FLOATING_MONTHS"))
    context = {
        "member": member, "profile": getattr(member.user, "profile", None), "years": member.party_years(today),
        "today": today, "handles": policy.handles(request.user, member.branch_id), "has_left": _has_left(member),
        "may_issue": not _has_left(member) and activation.may_issue(request.user, member),
        "code_by_committee": activation.is_committees(request.user, member),
        "may_reveal": numbers.may_reveal(request.user, member),
        "participations": member.participations.select_related("branch"), "transfers": transfers,
        "moving": next((one for one in transfers if one.is_open), None), "floating": floating, "months": months,
        "is_long": bool(floating) and floating.since <= months_later(today, -months),
    }
    return render(request, "members/member_card.html", context)


@never_cache
@get_or_post
def member_number(request, pk):
    """By GET the question why, by POST the number, which no cache keeps."""
    member = _visible_or_404(request.user, pk)
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
    member = _visible_or_404(request.user, pk)
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
    _refuse_who_adds_nowhere(request.user)
    lead = "组织关系已经在本支部的党员。不知道的先空着，以后再补。"
    page = Page("登记党员", reverse("members:list"), "名册", "登记", lead)
    form = forms.NewMemberForm(request.user, _sent(request))
    form.fields["branch"].initial = request.GET.get("branch") or form.fields["branch"].initial
    return _page(request, form, page, services.add, after=_to_card)


@get_or_post
def member_edit(request, pk):
    member = _handled_or_404(request.user, pk)
    page = Page(
        f"更正{member.user.name}的登记", reverse("members:detail", args=[pk]), member.user.name, "保存",
        "姓名写错了，请报行业党委更正；登记过的手机号和身份证号，要改请本人来核实。",
    )
    form = forms.MemberForm(request.user, _sent(request), member=member)
    return _page(request, form, page, services.correct, member, after=_to_card)


@get_or_post
def participation_new(request, pk):
    member = _handled_or_404(request.user, pk)
    page = Page(
        f"{member.user.name}参加别处的组织生活", reverse("members:detail", args=[pk]), member.user.name, "登记",
        "一方隶属，多重组织生活：组织关系、党费和表决都留在原支部。",
    )
    form = forms.ParticipationForm(_sent(request), member=member)
    return _page(request, form, page, services.participate, member, after=lambda row: _to_card(row.member))


@get_or_post
def participation_end(request, pk):
    worn = hats(request.user)
    rows = Participation.objects.select_related("member__user", "branch")
    if not worn.handles_for_committee:
        rows = rows.filter(Q(branch__in=worn.sees_branches) | Q(member__branch__in=worn.sees_branches))
    row = get_object_or_404(rows, pk=pk)
    both = (row.branch_id, row.member.branch_id)
    about = f"{row.member.user.name} · {row.branch.short_name}"
    return _end(request, row, both, services.end_participation, "不再参加活动", about, "guest")


@get_or_post
def activist_new(request):
    _refuse_who_adds_nowhere(request.user)
    back = f"{reverse('members:list')}?show=activist"
    page = Page("登记积极分子", back, "积极分子", "登记", "支部已经确定、报党委备案的人。")
    form = forms.ActivistForm(request.user, _sent(request))
    return _page(request, form, page, services.name_activist, after=lambda row: _to_tab("activist"))


@get_or_post
def activist_end(request, pk):
    row = get_object_or_404(Activist.objects.visible_to(request.user).select_related("user", "branch"), pk=pk)
    about = f"{row.user.name} · {row.branch.short_name}"
    return _end(request, row, (row.branch_id,), services.end_activist, "结束培养", about, "activist")


@get_or_post
def floating_out(request, pk):
    member = _handled_or_404(request.user, pk)
    page = Page(
        f"{member.user.name}流出登记", reverse("members:detail", args=[pk]), member.user.name, "登记",
        "组织关系仍在本支部。能转接的，应转尽转。",
    )
    form = forms.FloatingOutForm(_sent(request))
    return _page(request, form, page, services.float_out, member, after=lambda row: _to_card(member))


@get_or_post
def floating_in(request):
    _refuse_who_adds_nowhere(request.user)
    back = f"{reverse('members:list')}?show=floating"
    page = Page("流入登记", back, "流动党员", "登记", "组织关系在本行业以外、人在这里的党员。")
    form = forms.FloatingInForm(request.user, _sent(request))
    return _page(request, form, page, services.float_in, after=lambda row: _to_tab("floating"))


@get_or_post
def floating_end(request, pk):
    row = get_object_or_404(Floating.objects.visible_to(request.user).select_related("user", "branch"), pk=pk)
    about = f"{row.user.name} · {row.get_direction_display()} · {row.place}"
    return _end(request, row, (row.branch_id,), services.end_floating, "结束流动登记", about, "floating")


@dataclass(frozen=True)
class Page:
    """A form of its own page: what it is called, where it leads back to, what its button says."""

    title: str
    back: str
    back_label: str
    button: str
    lead: str = ""


def _page(request, form, page, verb, *row, after):
    """Show the form, or do the verb with what it says and go on."""
    if done(form, lambda: verb(*row, actor=request.user, **form.cleaned_data)):
        messages.success(request, "记下了。")
        return after(form.result)
    status = 400 if form.errors else 200
    return render(request, "members/form_page.html", {"form": form, "page": page}, status=status)


def _end(request, row, branch_ids, verb, title, about, tab):
    if not any(policy.handles(request.user, branch_id) for branch_id in branch_ids):
        raise PermissionDenied
    page = Page(title, f"{reverse('members:list')}?show={tab}", "名册", "记下", about)
    return _page(request, forms.EndForm(_sent(request)), page, verb, row, after=lambda row: _to_tab(tab))


def _sent(request):
    return request.POST if request.method == "POST" else None


def _to_card(member):
    return redirect("members:detail", member.pk)


def _to_tab(code):
    return redirect(f"{reverse('members:list')}?show={code}")


def _has_left(member):
    return bool(member.left_on and member.left_on <= timezone.localdate())


def _refuse_who_adds_nowhere(user):
    if not policy.may_add(user):
        raise PermissionDenied


def _visible_or_404(user, pk):
    people = Member.objects.visible_to(user).select_related("user__profile", "branch", "group", "enterprise")
    return get_object_or_404(people, pk=pk)


def _handled_or_404(user, pk):
    member = _visible_or_404(user, pk)
    if not policy.handles(user, member.branch_id):
        raise PermissionDenied
    return member
