from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.contacts import pages, policy, services
from anchors.contacts.forms import AssignForm, LogForm
from anchors.contacts.models import ContactChange, ServiceLog
from anchors.registry.filters import AnchorFilter
from anchors.registry.models import Anchor
from branches.organisation.policy import hats
from xinyu_portal.paging import paginate_or_first


def found_of(request):
    """The registry's filters over the anchors whose contact this person may choose. Raises PermissionDenied."""
    if not policy.assigns(request.user):
        raise PermissionDenied
    anchors = Anchor.objects.visible_to(request.user).filter(policy.to_assign(request.user))
    return AnchorFilter(request.GET, queryset=anchors)


@require_safe
def work_list(request):
    """Anchors who wait for a contact, want another one, have no branch, or said that they need none."""
    found, everywhere = found_of(request), hats(request.user).handles_for_committee
    tabs = pages.tabs_of(everywhere)
    tab, counts = pages.chosen(tabs, request.GET.get("tab")), pages.counts(found.qs, tabs)
    rows = found.qs.filter(tab.condition).select_related("user", "branch", "contact", "division", "contact_wish")
    page = paginate_or_first(rows, order="-enrolled_on", cursor=request.GET.get("cursor"), filters=request.GET)
    context = {
        "page": page, "form": found.form, "tab": tab.key, "everywhere": everywhere,
        "tabs": [_drawn(request, one, tab, counts) for one in tabs], "waiting": counts["n_waiting"],
        "narrowed": any(request.GET.get(name) for name in found.filters), "query": _query(request),
    }
    return render(request, "anchors/contact_work.html", context)


def _drawn(request, tab, current, counts):
    address = request.GET.copy()
    address["tab"] = tab.key
    address.pop("cursor", None)
    return {
        "url": f"?{address.urlencode()}", "label": tab.label, "count": counts[f"n_{tab.key}"],
        "current": tab == current,
    }


def _query(request):
    """The filters alone, for the page that spreads what the list shows."""
    address = request.GET.copy()
    for name in ("tab", "cursor"):
        address.pop(name, None)
    return address.urlencode()


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request, pk):
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user).for_list(), pk=pk)
    if not policy.may_assign(request.user, anchor):
        raise PermissionDenied
    people = pages.candidates_for(anchor)
    members = [one.member for one in people]
    if request.method != "POST":
        form = AssignForm(candidates=members, initial={"seen": anchor.contact_id or 0, "member": anchor.contact_id})
        return _assign_page(request, anchor, people, form)
    form = AssignForm(request.POST, candidates=members)
    if form.is_valid():
        try:
            return _assigned(request, anchor, form)
        except ValidationError as error:
            form.add_error(None, error)
    return _assign_page(request, anchor, people, form, status=400)


def _assigned(request, anchor, form):
    member = form.people[form.cleaned_data["member"]]
    services.assign_contact(anchor, member=member, actor=request.user, seen=form.cleaned_data["seen"])
    messages.success(request, f"已请{member.name}联系{anchor.stage_name}，双方都会收到消息。")
    warning = services.over_limit(member)
    if warning:
        messages.warning(request, warning)
    return redirect("anchors:detail", anchor.pk)


def _assign_page(request, anchor, people, form, *, status=200):
    changes = ContactChange.objects.of(anchor).select_related("before", "after", "by").order_by("-pk")
    context = {
        "anchor": anchor, "people": people, "form": form, "changes": changes[:pages.LOGS_SHOWN],
        "wish": getattr(anchor, "contact_wish", None), "picked": str(form["member"].value() or ""),
    }
    return render(request, "anchors/contact_assign.html", context, status=status)


@require_POST
def log(request, pk):
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user), pk=pk)
    if not policy.may_log(request.user, anchor):
        raise PermissionDenied
    form = LogForm(request.POST)
    if not form.is_valid():
        context = {"anchor": anchor, "service": pages.card(request.user, anchor), "log_form": form}
        return render(request, "anchors/contact_log.html", context, status=400)
    kept = services.log_service(anchor, actor=request.user, **form.cleaned_data)
    messages.success(request, f"记好了：{kept.get_channel_display()}，{kept.get_topic_display()}。当天可以删。")
    return redirect("anchors:detail", anchor.pk)


@require_POST
def log_delete(request, pk):
    row = get_object_or_404(ServiceLog.objects.visible_to(request.user), pk=pk)
    services.delete_log(row, actor=request.user)
    messages.success(request, "删掉了。")
    return redirect("anchors:detail", row.anchor_id)


@require_safe
def topics(request):
    """What contacts helped with since a day, by topic. Never by person: that would be a ranking (domain.md §9.4)."""
    if not policy.assigns(request.user):
        raise PermissionDenied
    today = timezone.localdate()
    since = _day(request.GET.get("since")) or today.replace(day=1)
    anchors = Anchor.objects.standing().filter(policy.to_assign(request.user))
    logs = ServiceLog.objects.filter(anchor__in=anchors, day__gte=since)
    counted = dict(logs.order_by().values_list("topic").annotate(n=Count("pk")))
    rows = [(label, counted.get(code, 0)) for code, label in ServiceLog.Topic.choices]
    context = {"rows": rows, "since": since, "total": sum(counted.values()), "most": max(counted.values(), default=0)}
    return render(request, "anchors/contact_topics.html", context)


def _day(text):
    try:
        return parse_date(text or "")
    except ValueError:
        return None
