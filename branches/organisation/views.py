from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.organisation import founding, policy, services, terms
from branches.organisation.filters import SHOWN, EnterpriseFilter
from branches.organisation.forms import (
    BranchForm,
    DepartmentsForm,
    ElectionForm,
    EnterpriseForm,
    ExportForm,
    WithdrawForm,
)
from branches.organisation.models import Branch, Committee, Department, Enterprise, Partner, Post, Role, number_of
from branches.organisation.policy import BRANCH_HANDLERS, hats
from branches.rules.services import rules_on
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import count_up_to, paginate_or_first
from xinyu_portal.typed import done

# Officers are read out in the order in which the roles are declared.
_RANK = {role: place for place, role in enumerate(Role)}


@require_safe
def branch_list(request):
    page = paginate_or_first(_branches(), order="id", cursor=request.GET.get("cursor"), filters=request.GET)
    for branch in page:
        _fill_offices(branch)
    worn = hats(request.user)
    context = {
        "page": page, "counts": worn.handles_for_committee or worn.is_auditor, "may_found": worn.handles_for_committee,
        "sees_tree": worn.is_officer,
    }
    return render(request, "branches/branch_list.html", context)


@require_safe
def branch_card(request, pk):
    branch = get_object_or_404(_branches(), pk=pk)
    _fill_offices(branch)
    worn = hats(request.user)
    own = worn.handles_for_committee or branch.pk in worn.sees_branches
    context = {
        "branch": branch,
        "counts": own or worn.is_auditor,
        "sets": worn.handles_for_committee,
        "own": own,
        "term": terms.term_of(branch),
        "covers": "、".join(division.name for division in branch.covers.all()),
    }
    return render(request, "branches/branch_card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def branch_new(request):
    """A branch that was approved; who is in office there is entered next."""
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied
    form = BranchForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: founding.found(actor=request.user, **form.fields_to_write())):
        messages.success(request, f"登记了：{form.result.name}。请接着登记谁任职。")
        return redirect("posts:branch", form.result.pk)
    return render(request, "branches/branch_form.html", {"form": form}, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def branch_correct(request, pk):
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied
    branch = get_object_or_404(Branch, pk=pk)
    form = BranchForm(request.POST if request.method == "POST" else None, branch=branch)
    if done(form, lambda: founding.correct(branch, actor=request.user, **form.fields_to_write())):
        messages.success(request, "已保存。")
        return redirect("branches:detail", pk)
    context = {"form": form, "branch": branch}
    return render(request, "branches/branch_form.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def branch_withdraw(request, pk):
    """A mistake, while nothing hangs on it."""
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied
    if request.method == "POST" and founding.withdrawn_by(request.user, pk):
        return redirect("branches:list")
    branch = get_object_or_404(Branch, pk=pk)
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: founding.withdraw(branch, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"撤回了：{branch.name}的登记。")
        return redirect("branches:list")
    context = {"form": form, "branch": branch, "in_use": founding.is_in_use(branch) and founding.IN_USE}
    return render(request, "branches/branch_withdraw.html", context, status=400 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def branch_election(request, pk):
    """The day of the last election, from which the term counts."""
    if not hats(request.user).handles_for_committee:
        raise PermissionDenied
    branch = get_object_or_404(Branch, pk=pk)
    sent = request.POST if request.method == "POST" else None
    form = ElectionForm(sent, initial={"elected_on": branch.elected_on})
    if done(form, lambda: services.set_election(branch, actor=request.user, **form.cleaned_data)):
        ends_on = terms.term_of(form.result).ends_on
        messages.success(request, f"记下了：{branch.short_name}本届到 {ends_on:%Y年%-m月%-d日}。")
        return redirect("branches:detail", pk)
    context = {"branch": branch, "form": form, "remind_months": int(rules_on().number("TERM_REMINDER"))}
    return render(request, "branches/election.html", context, status=400 if form.errors else 200)


@require_POST
def branch_reply_check(request, pk):
    return _set_reply_check(request, get_object_or_404(Branch, pk=pk), "branches:detail", pk)


@require_POST
def committee_reply_check(request, pk):
    return _set_reply_check(request, get_object_or_404(Committee, pk=pk), settings.COMMITTEE_SETTINGS)


def _set_reply_check(request, unit, *back):
    unit = services.set_reply_check(unit, actor=request.user, on=request.POST.get("on") == "on")
    said = "答复先审后发打开了，从下一份答复起生效。" if unit.checks_replies else "答复先审后发关掉了。"
    messages.success(request, said)
    return redirect(*back)


@require_http_methods(["GET", "HEAD", "POST"])
def units(request):
    """The nine departments behind the notice and the partner units; the committee enters what is published."""
    worn = hats(request.user)
    if not worn.is_officer or request.method == "POST" and not worn.handles_for_committee:
        raise PermissionDenied
    departments = list(Department.objects.all())
    form = DepartmentsForm(departments, request.POST if request.method == "POST" else None)
    if done(form, lambda: services.name_departments(actor=request.user, names=form.names)):
        messages.success(request, "记下了。")
        return redirect("branches:units")
    context = {
        "departments": departments, "form": form, "writes": worn.handles_for_committee,
        "partners": Partner.objects.all(),
    }
    return render(request, "branches/units.html", context, status=400 if form.errors else 200)


@require_safe
def enterprise_list(request):
    """一企一表. Those that only a workbook named are work to do: nobody has looked at them yet."""
    worn = hats(request.user)
    if not worn.is_officer:
        raise PermissionDenied
    visible = Enterprise.objects.visible_to(request.user)
    found = EnterpriseFilter(request.GET, queryset=visible)
    page = paginate_or_first(
        found.qs.for_list(), order="name", cursor=request.GET.get("cursor"), filters=request.GET
    )
    shown = found.form.cleaned_data.get("show") or ""
    context = {
        "page": page, "form": found.form, "tabs": _tabs(shown, visible), "shown": shown,
        "narrowed": any(found.form.cleaned_data.values()), "may_add": policy.may(request.user, "add"),
        "query": request.GET.urlencode(),
    }
    return render(request, "branches/enterprise_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_export(request):
    """Who takes the survey, how narrowed and what for, is kept and stands on its first lines."""
    if not policy.may(request.user, "export"):
        raise PermissionDenied
    found = EnterpriseFilter(request.GET, queryset=Enterprise.objects.visible_to(request.user))
    if not found.is_valid():
        raise Conflict("有条件读不懂，没有导出。请回到企业名单重新选。")
    narrowed = {name: value for name, value in found.form.cleaned_data.items() if value}
    form = ExportForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: services.export(found.qs, actor=request.user, narrowed=narrowed, **form.cleaned_data)):
        name = content_disposition_header(True, f"直播企业摸排表{timezone.localdate():%Y%m%d}.xlsx")
        return HttpResponse(form.result, content_type=sheets.TYPE, headers={"Content-Disposition": name})
    context = {"form": form, "count": count_up_to(found.qs, services.EXPORT_LIMIT), "query": request.GET.urlencode()}
    return render(request, "branches/enterprise_export.html", context, status=400 if form.is_bound else 200)


@require_safe
def enterprise_card(request, pk):
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user).for_list(), pk=pk)
    context = {"enterprise": enterprise, "may_correct": policy.may(request.user, "correct", enterprise)}
    return render(request, "branches/enterprise_card.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_new(request):
    if not policy.may(request.user, "add"):
        raise PermissionDenied
    form = EnterpriseForm(request.user, request.POST if request.method == "POST" else None)
    return _enterprise_form(request, form, services.add)


@require_http_methods(["GET", "HEAD", "POST"])
def enterprise_correct(request, pk):
    enterprise = get_object_or_404(Enterprise.objects.visible_to(request.user), pk=pk)
    if not policy.may(request.user, "correct", enterprise):
        raise PermissionDenied
    form = EnterpriseForm(
        request.user, request.POST if request.method == "POST" else None, enterprise=enterprise
    )
    return _enterprise_form(request, form, services.correct, enterprise)


def _enterprise_form(request, form, verb, *row):
    """Show the form, or do the verb with what it says and go to the card."""
    if done(form, lambda: verb(*row, actor=request.user, **form.fields_to_write())):
        messages.success(request, "已保存。")
        return redirect("branches:enterprise", form.result.pk)
    context = {"form": form, "enterprise": row[0] if row else None}
    return render(request, "branches/enterprise_form.html", context, status=400 if form.is_bound else 200)


def _tabs(shown, visible):
    waiting = count_up_to(visible.unlooked())
    return [
        {
            "url": f"?show={code}" if code else "?", "label": label, "current": code == shown,
            "count": waiting.n if code == "todo" else None, "kind": "amber" if code == "todo" and waiting.n else "",
        }
        for code, label in SHOWN
    ]


def _branches():
    """Branches with who is in office and how many they serve. An address book: open to whoever is logged in."""
    officers = Prefetch("posts", Post.objects.current().select_related("user"), to_attr="in_office")
    # `members` and `anchors` are the related names of higher rooms; only their number is asked for.
    return (
        Branch.objects.select_related("division", "committee")
        .annotate(
            member_count=number_of(Branch, "members", Q(members__left_on=None)),
            anchor_count=number_of(
                Branch, "anchors", Q(anchors__confirmed_at__isnull=False, anchors__merged_into=None)
            ),
        )
        .prefetch_related(officers)
    )


def _fill_offices(branch):
    """Add `officers` in order of rank, whether it is `vacant` (no secretary) or `unattended` (nobody to accept)."""
    held = {post.role for post in branch.in_office}
    branch.officers = sorted(branch.in_office, key=lambda post: (_RANK[post.role], post.since, post.pk))
    branch.secretaries = [post for post in branch.officers if post.role == Role.SECRETARY]
    branch.others = [post for post in branch.officers if post.role != Role.SECRETARY]
    branch.vacant = Role.SECRETARY not in held
    branch.unattended = not held.intersection(BRANCH_HANDLERS)
