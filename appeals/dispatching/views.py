from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_POST, require_safe

from appeals import policy
from appeals.attachments.services import kept
from appeals.dispatching import services
from appeals.dispatching.forms import DispatchReplyForm
from appeals.dispatching.lists import TABS, counts, drawn
from appeals.dispatching.models import Dispatch
from appeals.doors import act, known_or_404
from appeals.models import Appeal
from appeals.protection.views_log import looked
from appeals.workflow import Verb
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first


@require_POST
def dispatch(request, pk):
    return act(request, pk, Verb.DISPATCH, services.dispatch, "已派出，那个单位的联络员会收到消息。")


@require_POST
def dispatch_reply(request, pk):
    """By the unit, from its own page: the committee's is not for it, whatever the answer is."""
    appeal, form = known_or_404(request, pk), DispatchReplyForm(request.POST, request.FILES)
    try:
        if form.is_valid():
            with kept(form.cleaned_data) as words:
                services.dispatch_reply(appeal, actor=request.user, **words)
            messages.success(request, "已回复市行业党委，谢谢。", extra_tags=f"{Verb.DISPATCH_REPLY}-{appeal.uuid}")
            return redirect("appeals:detail", appeal.pk)
        policy.judge(request.user, Verb.DISPATCH_REPLY, appeal, None)
    except ValidationError as error:
        form.add_error(None, error)
    except Conflict as conflict:
        return lent_page(request, pk, status=409, refused=conflict.message, kept=form.data.get("text", ""))
    return lent_page(request, pk, status=400, form=form)


@require_safe
def dispatches(request):
    """派给我们的 for a unit's clerk; what it lent out for the committee."""
    worn = hats(request.user)
    if not (worn.partner_ids or worn.handles_for_committee):
        raise PermissionDenied("这一页是给协办单位的。")
    tab = next((one for one in TABS if one.key == request.GET.get("tab")), TABS[0])
    everything = Dispatch.objects.for_page()
    mine = everything.lent_to(request.user) if worn.partner_ids else everything.visible_to(request.user)
    page = paginate_or_first(
        mine.filter(tab.condition), order=tab.order, size=30, cursor=request.GET.get("cursor"), filters={"tab": tab.key}
    )
    now, calendar, count = timezone.now(), SimpleLazyObject(current_calendar), counts(mine)
    context = {
        "page": page, "rows": [drawn(row, now, calendar) for row in page], "tab": tab, "summary": tab.said,
        "tabs": [
            {"url": f"?tab={one.key}", "label": one.label, "current": one == tab, "count": count[one.key]}
            for one in TABS
        ],
        "units": _units(request.user),
    }
    return render(request, "appeals/dispatch_list.html", context)


def only_lent(user, pk):
    """Whether all that this person may know of the appeal is what was asked of their unit."""
    if not hats(user).partner_ids:
        return False
    return not Appeal.objects.visible_to(user).filter(pk=pk).exists()


def lent_page(request, pk, *, status=200, form=None, refused="", kept=""):
    """What a unit reads of an appeal: number, category, its own dispatches with their words, days and replies."""
    rows = list(Dispatch.objects.for_page().lent_to(request.user).filter(appeal=pk).order_by("-at", "-pk"))
    if not rows:
        raise Http404
    now, calendar = timezone.now(), SimpleLazyObject(current_calendar)
    looked(request.user, rows[0].appeal)
    context = {
        "appeal": rows[0].appeal, "lent": [drawn(row, now, calendar) for row in rows], "refused": refused,
        "kept": kept, "form": form or DispatchReplyForm(), "several": len({row.partner_id for row in rows}) > 1,
        "asked_of": _asked_of(form, rows),
    }
    return render(request, "appeals/dispatched.html", context, status=status)


def _asked_of(form, rows):
    """The dispatch under which the form stands: of the unit that was written for, or the nearest deadline's."""
    waiting = sorted((row for row in rows if row.is_open), key=lambda row: row.due_at)
    said = form.data.get("partner") if form else None
    return next((row for row in waiting if str(row.partner_id) == said), waiting[0] if waiting else None)


def _units(user):
    return "、".join(dict.fromkeys(post.partner.name for post in hats(user).posts if post.partner_id))
