"""The forms that may burden a branch, those that wait, those of the past; one form; enter, decide, remove."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.admission import policy, services, usage
from branches.admission.forms import DecideForm, EnterForm, RemoveForm
from branches.admission.models import ReportForm, in_force_on, standing_on
from branches.facts.models import Fact
from branches.organisation.policy import hats
from xinyu_portal.paging import paginate_or_first
from xinyu_portal.typed import done

# What 奉新县 counted when it did the same: quoted, of another county, never added to ours.
ELSEWHERE = (
    "fx_departments_before", "fx_departments_after", "fx_duty_classes_before", "fx_duty_classes_after",
    "fx_duty_items_before", "fx_duty_items_after", "fx_ledgers_cancelled",
)
TABS = {"": "在用", "proposed": "等审批", "past": "以前的"}


@require_safe
def form_list(request):
    if not hats(request.user).is_officer:
        raise PermissionDenied
    today, shown = timezone.localdate(), request.GET.get("show") if request.GET.get("show") in TABS else ""
    forms = usage.with_use(_shown(shown, today), timezone.now(), today)
    page = paginate_or_first(forms, order="-id", cursor=request.GET.get("cursor"), filters=request.GET)
    numbers = _numbers(today)
    context = {
        "page": page, "shown": shown, "numbers": numbers, "may_enter": policy.may(request.user, "enter"),
        "tabs": [(code, label, numbers[code or "standing"]) for code, label in TABS.items()],
        "elsewhere": Fact.objects.filter(code__in=ELSEWHERE),
    }
    return render(request, "branches/form_list.html", context)


@require_safe
def form_detail(request, pk):
    return _page(request, _visible_or_404(request, pk))


@require_http_methods(["GET", "HEAD", "POST"])
def form_new(request):
    if not policy.may(request.user, "enter"):
        raise PermissionDenied
    form = EnterForm(request.POST if request.method == "POST" else None)
    if done(form, lambda: services.enter(actor=request.user, **form.cleaned_data)):
        messages.success(request, "录入了，等党委书记审批。批了才能要支部填。")
        return redirect("admission:detail", form.result.pk)
    return render(request, "branches/form_new.html", {"form": form}, status=400 if form.is_bound else 200)


@require_POST
def form_decide(request, pk):
    return _act(request, pk, "decide", DecideForm(request.POST), services.decide)


@require_POST
def form_remove(request, pk):
    return _act(request, pk, "remove", RemoveForm(request.POST), services.remove)


def _act(request, pk, verb, asked, service):
    """Do the verb with what was asked and go to the form, or show the form's page with what is wrong."""
    form = _visible_or_404(request, pk)
    if not policy.may(request.user, verb, form):
        raise PermissionDenied
    if done(asked, lambda: service(form, actor=request.user, **asked.cleaned_data)):
        messages.success(request, f"记下了：{form.title}{asked.result.get_state_display()}。")
        return redirect("admission:detail", pk)
    return _page(request, form, status=400, **{verb: asked})


def _page(request, form, *, status=200, decide=None, remove=None):
    proposed = form.state == ReportForm.State.PROPOSED
    context = {
        "form": form, "decide": decide or DecideForm(), "remove": remove or RemoveForm(), "proposed": proposed,
        "may_decide": proposed and policy.may(request.user, "decide", form),
        "may_remove": form.is_standing and policy.may(request.user, "remove", form),
    }
    return render(request, "branches/form_detail.html", context, status=status)


def _visible_or_404(request, pk):
    forms = ReportForm.objects.visible_to(request.user).select_related("entered_by", "decided_by", "removed_by")
    return get_object_or_404(usage.with_use(forms, timezone.now(), timezone.localdate()), pk=pk)


def _shown(shown, today):
    forms = ReportForm.objects.all()
    if shown == "proposed":
        return forms.filter(state=ReportForm.State.PROPOSED)
    return forms.past(today) if shown == "past" else forms.standing(today)


def _numbers(today):
    """How many there are of each kind, and what those in force ask, in one statement.

    `before` and `after` add the forms of which both numbers are known; `uncounted` says how many are left out.
    """
    in_force, both = in_force_on(today), Q(items_before__isnull=False, items_after__isnull=False)
    found = ReportForm.objects.order_by().aggregate(
        all=Count("pk"), standing=Count("pk", filter=standing_on(today)), in_force=Count("pk", filter=in_force),
        proposed=Count("pk", filter=Q(state=ReportForm.State.PROPOSED)),
        counted=Count("pk", filter=in_force & both),
        before=Sum("items_before", filter=in_force & both), after=Sum("items_after", filter=in_force & both),
    )
    past = found["all"] - found["standing"] - found["proposed"]
    return {**found, "past": past, "uncounted": found["in_force"] - found["counted"]}
