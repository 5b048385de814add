from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.organisation.policy import hats
from branches.rules.services import rules_on
from members.dues import policy, services
from members.dues.forms import ApproveForm, CorrectForm, QuoteForm, RecordForm
from members.dues.models import Dues, DuesRun
from members.dues.months import last_ended
from members.dues.quoting import FIXED, Kind, quote
from members.dues.sweeps import STUDY
from members.models import Member
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done


@require_http_methods(["GET", "HEAD", "POST"])
def dues_quote(request):
    """A calculator. It is posted, so that no income stands in an address or in a log; nothing is stored."""
    form = QuoteForm(request.POST if request.method == "POST" else None)
    found = quote(form.cleaned_data["base"], form.cleaned_data["kind"]) if form.is_valid() else None
    book = rules_on()
    context = {
        "form": form, "found": found, "tables": [(kind, book.rows(f"DUES_{kind.value}")) for kind in Kind],
        "fixed": [row for code in FIXED for row in book.rows(code)], "back": book.rows("DUES_BACK_MOST")[0],
    }
    return render(request, "members/dues_quote.html", context, status=400 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def dues_list(request):
    """Posted, it records one month for all who are ticked; what was ticked and typed stays where it is refused."""
    people = _readable(request.user)
    if request.method != "POST":
        return _list(request, people, RecordForm(people, initial={"through": last_ended(timezone.localdate())}))
    if not hats(request.user).handles_for_branches:
        raise PermissionDenied
    form = RecordForm(people, request.POST)
    if form.is_valid():
        through = form.cleaned_data["through"]
        ids = [member.pk for member in form.cleaned_data["members"]]
        if done(form, lambda: services.record(ids, actor=request.user, through=through)):
            number = form.result.entries.count() if form.result else 0
            same = "他们已经登记到这个月，没有变化。"
            said = f"登记了 {number} 名，党费缴至 {through:%Y年%-m月}。" if number else same
            messages.success(request, said + _without_amount(ids))
            return redirect("dues:list")
    return _list(request, people, form, 400)


def _without_amount(ids):
    """What is still to be approved of these members, as a sentence, or ''."""
    number = Dues.objects.filter(member__in=ids, amount=None).count()
    return f"其中 {number} 名还没有核定每月金额，请点名字进去核定。" if number else ""


@require_POST
def dues_undo(request, pk):
    services.undo(get_object_or_404(DuesRun, pk=pk, by=request.user), actor=request.user)
    messages.success(request, "撤回了，各人回到登记以前的月份。")
    return redirect("dues:list")


@require_safe
def dues_mine(request):
    """One's own row, and nobody else's."""
    today = timezone.localdate()
    member = get_object_or_404(_with_dues(Member.objects.in_branch(today)), user=request.user)
    return render(request, "members/dues_mine.html", {"member": _counted(member, today), "today": today})


@require_safe
def dues_detail(request, pk):
    member = _visible_or_404(request, pk)
    return _detail(request, member)


@require_POST
def dues_approve(request, pk):
    return _written(request, pk, "approve", ApproveForm, services.approve, "核定的金额记下了。")


@require_POST
def dues_correct(request, pk):
    return _written(request, pk, "correct", CorrectForm, services.correct, "更正记下了。")


def _written(request, pk, name, kind, verb, said):
    """Do the verb with what its form says and go back to the page, which else shows the form again."""
    member = _visible_or_404(request, pk)
    if not policy.may_record(request.user, [member]):
        raise PermissionDenied
    form = kind(request.POST, auto_id=f"{name}_%s")
    if done(form, lambda: verb(member, actor=request.user, **form.cleaned_data)):
        messages.success(request, said)
        return redirect("dues:detail", pk)
    return _detail(request, member, status=400, **{name: form})


def _readable(user):
    """Those whom the roster shows to this person. Raises PermissionDenied for who has no roster."""
    if not hats(user).is_officer:
        raise PermissionDenied
    return Member.objects.in_branch().visible_to(user)


def _list(request, people, form, status=200):
    """By branch and in the order of the roster, whoever is behind."""
    today = timezone.localdate()
    study = int(rules_on(today).number(STUDY))
    behind = {"behind": 1, "study": study}  # show -> months
    shown = request.GET.get("show") if request.GET.get("show") in behind else ""
    if shown:
        people = people.filter(dues__in=Dues.objects.behind_by(behind[shown], today))
    page = paginate_or_first(
        _with_dues(people), order="branch_id", cursor=request.GET.get("cursor"), filters=request.GET
    )
    worn = hats(request.user)
    for member in page:
        member.ticks = member.branch_id in worn.handles_for_branches
        member.is_ticked = str(member.pk) in form.ticked
        _counted(member, today)
    context = {
        "page": page, "form": form, "shown": shown, "study": study, "may_record": bool(worn.handles_for_branches),
        "several": worn.handles_for_committee or len(set(worn.sees_branches)) > 1, "year": today.year,
        "run": _last_run(request.user, today) if worn.handles_for_branches else None,
    }
    return render(request, "members/dues_list.html", context, status=status)


def _last_run(user, today):
    """What this person recorded last, as long as it is of today and stands."""
    run = DuesRun.objects.filter(by=user).order_by("-id").first()
    return run if run and not run.undone_at and timezone.localdate(run.at) == today else None


def _detail(request, member, status=200, approve=None, correct=None):
    today = timezone.localdate()
    dues = _counted(member, today).known
    version = dues.version if dues else 0
    context = {
        "member": member, "today": today, "may_record": policy.may_record(request.user, [member]),
        "study": int(rules_on(today).number(STUDY)), "fixed": bool(dues and dues.approved_for_year == today.year),
        "entries": dues.entries.select_related("by")[:50] if dues else (),
        "approve": approve or ApproveForm(initial={"version": version}, auto_id="approve_%s"),
        "correct": correct or CorrectForm(
            initial={"version": version, "through": dues and dues.paid_through}, auto_id="correct_%s"
        ),
    }
    return render(request, "members/dues_detail.html", context, status=status)


def _visible_or_404(request, pk):
    people = Member.objects.in_branch().visible_to(request.user)
    return get_object_or_404(_with_dues(people), pk=pk)


def _with_dues(people):
    return people.select_related("user", "branch", "dues")


def _counted(member, today):
    """With `known`, the row of dues or None, and `behind`: ended months unpaid, None where nothing is known."""
    member.known = dues = getattr(member, "dues", None)
    if dues:
        dues.member = member  # its day of joining, already read
    member.behind = dues.behind(today) if dues else None
    return member
