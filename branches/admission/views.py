"""The forms that may burden a branch, those that wait, those of the past; one form and its verbs."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from branches.admission import expiry, policy, services, usage
from branches.admission.forms import CorrectForm, DecideForm, EnterForm, RemoveForm
from branches.admission.models import OPEN, ReportForm, in_force_on, standing_on
from branches.facts.models import Fact
from branches.organisation.policy import hats
from branches.organisation.terms import months_later
from xinyu_portal.errors import Conflict
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
    forms = _read(_shown(shown, today))
    page = paginate_or_first(forms, order="-id", cursor=request.GET.get("cursor"), filters=request.GET)
    for form in page:
        form.soon = expiry.days_left(form, today)
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
    _judge(request, "enter")
    asked = EnterForm(request.POST if request.method == "POST" else None)
    if done(asked, lambda: services.enter(actor=request.user, **asked.cleaned_data)):
        messages.success(request, "录入了，等党委书记审批。批了才能要支部填。")
        return redirect("admission:detail", asked.result.pk)
    return _edit(request, asked)


@require_http_methods(["GET", "HEAD", "POST"])
def form_correct(request, pk):
    """What a form says, put right while it waits."""
    form = _visible_or_404(request, pk)
    _judge(request, "correct", form)
    asked = CorrectForm.of(form, request.POST if request.method == "POST" else None)
    if done(asked, lambda: services.correct(form, actor=request.user, **asked.cleaned_data)):
        messages.success(request, "改好了，等党委书记审批。")
        return redirect("admission:detail", pk)
    return _edit(request, asked, form, "correct")


@require_http_methods(["GET", "HEAD", "POST"])
def form_renew(request, pk):
    """The time after the last day, a year unless another is named."""
    form = _visible_or_404(request, pk)
    _judge(request, "renew", form)
    if not form.may_be_renewed:
        raise Conflict(services.NOT_RENEWED, form)
    since = form.expires_on + timedelta(days=1)
    until = months_later(form.expires_on, 12)
    asked = EnterForm.of(form, request.POST if request.method == "POST" else None, since=since, expires_on=until)
    if done(asked, lambda: services.renew(form, actor=request.user, **asked.cleaned_data)):
        messages.success(request, "续期录入了，等党委书记审批。没批之前，到期就不用填。")
        return redirect("admission:detail", asked.result.pk)
    return _edit(request, asked, form, "renew")


@require_POST
def form_decide(request, pk):
    return _act(request, pk, "decide", DecideForm(request.POST), services.decide)


@require_POST
def form_remove(request, pk):
    return _act(request, pk, "remove", RemoveForm(request.POST), services.remove)


def _judge(request, verb, form=None):
    if not policy.may(request.user, verb, form):
        raise PermissionDenied


def _edit(request, asked, form=None, verb="enter"):
    context = {"asked": asked, "form": form, "verb": verb}
    return render(request, "branches/form_edit.html", context, status=400 if asked.is_bound else 200)


def _act(request, pk, verb, asked, service):
    """Do the verb with what was asked and go to the form, or show the form's page with what is wrong."""
    form = _visible_or_404(request, pk)
    _judge(request, verb, form)
    if done(asked, lambda: service(form, actor=request.user, **asked.cleaned_data)):
        messages.success(request, f"记下了：{form.title}{asked.result.get_state_display()}。")
        return redirect("admission:detail", pk)
    return _page(request, form, status=400, **{verb: asked})


def _page(request, form, *, status=200, decide=None, remove=None):
    proposed = form.state == ReportForm.State.PROPOSED
    renewal = form.renewals.filter(state__in=OPEN).first()
    context = {
        "form": form, "proposed": proposed, "remove": remove or RemoveForm(),
        "decide": decide or DecideForm(initial={"version": form.version}),
        "may_decide": proposed and policy.may(request.user, "decide", form),
        "may_remove": form.is_standing and policy.may(request.user, "remove", form),
        "may_correct": proposed and policy.may(request.user, "correct", form),
        "renewal": renewal, "soon": None if renewal else expiry.days_left(form, timezone.localdate()),
        "may_renew": renewal is None and form.may_be_renewed and policy.may(request.user, "renew", form),
    }
    return render(request, "branches/form_detail.html", context, status=status)


def _visible_or_404(request, pk):
    forms = ReportForm.objects.visible_to(request.user).select_related(
        "entered_by", "decided_by", "removed_by", "renews"
    ).prefetch_related(Prefetch("correctors", User.objects.order_by("pk")))
    return get_object_or_404(_read(forms), pk=pk)


def _read(forms):
    """With what is said of each: whether anybody uses it, and when to remind of its end."""
    today = timezone.localdate()
    return usage.with_use(expiry.with_reminder(forms, today), timezone.now(), today)


def _shown(shown, today):
    forms = ReportForm.objects.all()
    if shown == "proposed":
        return forms.filter(state=ReportForm.State.PROPOSED)
    return forms.past(today) if shown == "past" else forms.standing(today)


def _numbers(today):
    """How many there are of each kind, and what those in force ask, in one statement.

    `before` and `after` add the forms of which both numbers are known; `uncounted` says how many are left out. `coming`
    are admitted and have not begun. What was removed asked something before and asks nothing now.
    """
    removed = Q(state=ReportForm.State.REMOVED)
    in_force, both = in_force_on(today), Q(items_before__isnull=False, items_after__isnull=False)
    found = ReportForm.objects.order_by().aggregate(
        all=Count("pk"), standing=Count("pk", filter=standing_on(today)), in_force=Count("pk", filter=in_force),
        proposed=Count("pk", filter=Q(state=ReportForm.State.PROPOSED)),
        counted=Count("pk", filter=in_force & both),
        removed=Count("pk", filter=removed & both),
        before=Sum("items_before", filter=(in_force | removed) & both),
        after=Sum("items_after", filter=in_force & both),
    )
    past = found["all"] - found["standing"] - found["proposed"]
    coming, uncounted = found["standing"] - found["in_force"], found["in_force"] - found["counted"]
    return {**found, "past": past, "coming": coming, "uncounted": uncounted}
