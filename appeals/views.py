import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.registry.models import Anchor
from anchors.registry.policy import links
from appeals import services, statistics, worklists
from appeals.attachments.services import kept
from appeals.categories import tiles
from appeals.dispatching.views import lent_page, only_lent
from appeals.doors import act, appeal_page
from appeals.filters import WorkFilter
from appeals.forms import AppealForm
from appeals.listing import listed
from appeals.models import Appeal
from appeals.pages import latest, read_by, receivers_of
from appeals.periods import period_of
from appeals.publishing import services as publishing
from appeals.querysets import own as own_of
from appeals.reckoning.figures import branch_of, seen_by
from appeals.workflow import Verb
from branches.calendar.services import current_calendar
from branches.organisation.policy import hats
from xinyu_portal.errors import Conflict

CARDS, ROWS = 20, 50  # on a phone a page is a scroll
_INITIAL = {"kind": "appeal", "confidentiality": Appeal.Confidentiality.REAL_NAME}
NOT_AN_ANCHOR = "只有登记过的主播才能提交诉求。想登记，请与所在支部说一声。"


@require_safe
def appeal_list(request):
    """Everybody's list at one address: the work of an officer, the duties of a contact, the anchor's own."""
    worn, linked = hats(request.user), links(request.user)
    officer = worn.handles_for_committee or bool(worn.sees_branches)
    if linked.own and ("own" in request.GET or not (officer or linked.linked)):
        return _own_list(request)
    return _work_list(request) if officer else _contact_list(request)


def _own_list(request):
    own, now = Appeal.objects.visible_to(request.user).filter(own_of(request.user)), timezone.now()
    counts = worklists.counts(own, worklists.ANCHOR_TABS, now)
    if not any(counts.values()):
        anchor = Anchor.objects.select_related("contact", "branch").get(user=request.user)
        return render(request, "appeals/own_list.html", {"anchor": anchor})
    return render(
        request, "appeals/own_list.html", listed(request, own, worklists.ANCHOR_TABS, counts, now, size=CARDS)
    )


def _contact_list(request):
    user, now = request.user, timezone.now()
    held = Appeal.objects.visible_to(user).filter(worklists.held_by(user))
    tabs = worklists.contact_tabs(user)
    shown = listed(request, held, tabs, worklists.counts(held, tabs, now), now, size=CARDS)
    return render(request, "appeals/contact_list.html", {**shown, "linked": links(user)})


def _work_list(request):
    user, now, form = request.user, timezone.now(), WorkFilter(request.GET)
    narrowing, work, tabs = form.narrowing(user), Appeal.objects.visible_to(user), worklists.staff_tabs(user)
    figure = request.GET.get("figure")
    worn = hats(user)
    if figure in statistics.TITLES and (worn.handles_for_committee or worn.handles_for_branches):
        period = period_of(request.GET.get("period"), now)
        work = seen_by(user, branch_of(user, request.GET.get("branch")))
        tabs = (_figure_tab(figure, period), *tabs)
    counts, categories = worklists.counts_by_category(work, tabs, now, narrowing)
    rows = worklists.with_asked(work.filter(narrowing), user)
    shown = listed(request, rows, tabs, counts, now, size=ROWS)
    context = {
        **shown, "form": form, "categories": categories, "branches": _branches_of(user), "own": links(user).own,
    }
    return render(request, "appeals/work_list.html", context)


def _figure_tab(figure, period):
    """The appeals behind a figure of a period, as a tab in front of the others."""
    return worklists.Tab(
        "figure", f"{period.label}{statistics.TITLES[figure]}",
        lambda now: statistics.conditions(now, period.start, period.end)[figure], worklists.NEWEST,
    )


def _branches_of(user):
    worn = hats(user)
    if worn.handles_for_committee:
        return []
    return [post.branch for post in worn.posts if post.branch_id]


@require_http_methods(["GET", "HEAD", "POST"])
def appeal_new(request):
    anchor = _own_anchor(request.user)
    if request.method == "POST":
        return _submit(request, anchor)
    return _new_page(request, anchor, AppealForm(initial=_INITIAL | {"submit_key": uuid.uuid4()}, anchor=anchor))


def _own_anchor(user):
    anchor = Anchor.objects.select_related("user", "contact", "branch").filter(user=user).first()
    if anchor is None:
        raise PermissionDenied(NOT_AN_ANCHOR)
    return anchor


def _submit(request, anchor):
    form = AppealForm(request.POST, request.FILES, anchor=anchor)
    if not form.is_valid():
        if "submit_key" in form.errors:
            form.with_new_key()
        return _new_page(request, anchor, form, status=400)
    try:
        with kept(form.words) as words:
            appeal, created = services.submit(anchor, actor=request.user, **words)
    except ValidationError as error:
        form.add_error(None, error)
        return _new_page(request, anchor, form, status=400)
    except Conflict as conflict:
        return _new_page(request, anchor, form.with_new_key(), status=409, sent_before=conflict.row)
    said = "已提交。" if created else "这件已经提交过了，不用再交。"
    messages.success(request, f"{said}{_next_step(appeal)}", extra_tags=_draft_key(request.user))
    return redirect("appeals:detail", appeal.pk)


def _next_step(appeal):
    due_at = appeal.current.accept_due_at
    marked = "（暂定）" if current_calendar().is_provisional(appeal.submitted_at, due_at) else ""
    return f"{latest(due_at, timezone.now())} 前有人接单{marked}，到时没有会自动往上交。"


def _draft_key(user):
    return f"appeal-{user.uuid}"


def _new_page(request, anchor, form, *, status=200, sent_before=None):
    front, others = tiles(form["category"].value())
    context = {
        "form": form, "front": front, "others": others, "sent_before": sent_before,
        "receivers": receivers_of(anchor, timezone.now()), "draft_key": _draft_key(request.user),
        "said": "about" if form["about"].value() else form["confidentiality"].value(),
        "read_by": read_by(timezone.now()),
        "others_open": any(tile.chosen for tile in others),
        "more_open": any(name in form.errors for name in ("title", "kind")) or form["title"].value(),
        "kept_from_open": any(
            name in form.errors or form[name].value() not in usual
            for name, usual in (("confidentiality", (None, "", "real_name")), ("about", (None, [])))
        ),
    }
    return render(request, "appeals/appeal_new.html", context, status=status)


@require_safe
def appeal_detail(request, pk):
    if only_lent(request.user, pk):
        return lent_page(request, pk)
    return appeal_page(request, pk)


@require_POST
def accept(request, pk):
    return act(request, pk, Verb.ACCEPT, services.accept, "已接单。主播会收到消息。")


@require_POST
def note(request, pk):
    return act(request, pk, Verb.NOTE, services.note, "已记下。")


@require_POST
def hand_up(request, pk):
    return act(request, pk, Verb.HAND_UP, services.hand_up, "已往上交，上一级会收到消息。")


@require_POST
def reply(request, pk):
    return act(request, pk, Verb.REPLY, services.reply, "答复已发给主播，等主播评价。")


@require_POST
def confirm(request, pk):
    return act(request, pk, Verb.CONFIRM, publishing.judge, "谢谢您的评价，这件办结了。")


@require_POST
def reopen(request, pk):
    return act(request, pk, Verb.REOPEN, services.reopen, "已交上一级再办。")


@require_POST
def withdraw(request, pk):
    return act(request, pk, Verb.WITHDRAW, services.withdraw, "已撤回。")
