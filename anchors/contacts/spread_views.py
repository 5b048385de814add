"""A filtered list is spread over members: preview, confirm, result, undo."""

from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.contacts import policy, services
from anchors.contacts.forms import SpreadForm
from anchors.contacts.models import ContactChange, ContactSpread
from anchors.contacts.querysets import candidates, waiting
from anchors.contacts.spreading import AT_ONCE, SOFT_LIMIT
from anchors.contacts.views import found_of
from anchors.registry.models import Anchor
from xinyu_portal.errors import Conflict

OTHER_TICKS = "勾选变了，下面是新的分法，请再看一遍再确认。"


@require_http_methods(["GET", "HEAD", "POST"])
def spread(request):
    """Who would get how many; all members who may are chosen until somebody chooses otherwise."""
    anchors = found_of(request).qs
    members = list(candidates(anchors.filter(waiting()).order_by().values("branch")).order_by("branch", "pk"))
    if "recount" in request.POST:
        return _recount(request, anchors, members)
    if request.method == "POST":
        return _confirm(request, anchors, members)
    asked = request.GET.getlist("members")
    form = SpreadForm({"members": asked or [member.user_id for member in members]}, candidates=members)
    form.is_valid()
    return _page(request, anchors, members, form)


def _recount(request, anchors, members):
    """The plan of the ticks as they are now; posted, because they stand in the form that gives."""
    form = SpreadForm(request.POST, candidates=members)
    return _page(request, anchors, members, form, status=200 if form.is_valid() else 400)


def _confirm(request, anchors, members):
    form = SpreadForm(request.POST, candidates=members)
    again = _same_as_before(request)
    if again:
        return redirect("contacts:spread_result", again.pk)
    if not form.is_valid():
        return _page(request, anchors, members, form, status=400)
    chosen = [form.people[pk] for pk in form.cleaned_data["members"]]
    try:
        run = services.spread(anchors, members=chosen, actor=request.user, mark=form.cleaned_data["mark"])
    except ValidationError as error:
        form.add_error(None, error)
        return _page(request, anchors, members, form, status=400)
    except Conflict as conflict:
        refused = conflict.message if _ticked(chosen) == request.POST.get("seen", _ticked(chosen)) else OTHER_TICKS
        return _page(request, anchors, members, form, status=409, refused=refused)
    messages.success(request, "分好了，联系党员和主播都会收到消息。")
    return redirect("contacts:spread_result", run.pk)


def _ticked(people):
    """What the page remembers of the ticks that it counted with."""
    return ",".join(str(pk) for pk in sorted(person.pk for person in people))


def _same_as_before(request):
    """A second click on the same preview leads to what the first one did."""
    mark = request.POST.get("mark", "")
    return ContactSpread.objects.filter(by=request.user, mark=mark[:32], undone_at=None).first() if mark else None


def _page(request, anchors, members, form, *, status=200, refused=""):
    picked = set(form.cleaned_data.get("members", ()))
    chosen = [form.people[pk] for pk in picked]
    plan, query = services.preview(anchors, members=chosen), request.GET.copy()
    query.pop("members", None)  # the form has its own
    shares = {share.member.user_id: share for share in plan.shares}
    context = {
        "form": form, "plan": plan, "refused": refused, "at_once": AT_ONCE, "limit": SOFT_LIMIT,
        "rows": [(member, shares.get(member.user_id), member.user_id in picked) for member in members],
        "several": len({member.branch_id for member in members}) > 1, "seen": _ticked(chosen),
        "over": any(share.over and share.gets for share in plan.shares), "query": query.urlencode(),
    }
    return render(request, "anchors/contact_spread.html", context, status=status)


@require_safe
def result(request, pk):
    run = _visible_or_404(request, pk)
    changes = run.changes.select_related("after", "before", "anchor")
    given = [change for change in changes if change.why == ContactChange.Why.SPREAD]
    taken = len(changes) - len(given)
    context = {
        "run": run, "given": len(given), "taken": taken, "left": len(given) - taken,
        "shares": list(_shares(run, given, request.user)),
        "may_undo": run.undone_at is None and policy.assigns(request.user),
    }
    return render(request, "anchors/contact_spread_result.html", context)


def _shares(run, given, user):
    """[(member, how many, the anchors among them whom this person may see by now)], by name. One statement."""
    seen = Anchor.objects.visible_to(user).filter(pk__in=run.changes.order_by().values("anchor")).in_bulk()
    given = sorted(given, key=lambda change: (change.after.name, change.after_id, change.anchor_id))
    for member, changes in groupby(given, key=lambda change: change.after):
        ids = [change.anchor_id for change in changes]
        yield member, len(ids), [seen[pk] for pk in ids if pk in seen]


@require_POST
def undo(request, pk):
    run = _visible_or_404(request, pk)
    if not policy.assigns(request.user):
        raise PermissionDenied
    if run.undone_at:  # a second click: the page says what the first one did
        return redirect("contacts:spread_result", run.pk)
    back, left = services.undo_spread(run, actor=request.user)
    kept = f"另外 {left} 名后来又变过，没有动。" if left else ""
    messages.success(request, f"撤回了 {back} 名，回到等安排的名单里。{kept}")
    return redirect("contacts:spread_result", run.pk)


def _visible_or_404(request, pk):
    return get_object_or_404(ContactSpread.objects.visible_to(request.user).select_related("by"), pk=pk)
