from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from anchors.merging import policy, services
from anchors.merging.forms import MergeForm, PairForm
from anchors.merging.models import Merge
from anchors.merging.suggestions import suggestions
from anchors.registry.models import Anchor
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import paginate_or_first

SHOWN = 20  # entries that a search offers
ASKED = 40  # characters


@require_safe
def merge_list(request):
    """Find two entries; which may be one person; what was merged."""
    _only_officers(request.user)
    asked = request.GET.get("q", "").replace("\0", "")[:ASKED]
    merges = Merge.objects.visible_to(request.user).for_list()
    page = paginate_or_first(merges, order="-at", cursor=request.GET.get("cursor"), filters=request.GET)
    visible = Anchor.objects.visible_to(request.user).in_use().for_list()
    context = {
        "page": page, "asked": asked, "pairs": () if asked.strip() else suggestions(request.user),
        "found": visible.search(asked).order_by("-pk")[:SHOWN] if asked.strip() else (),
    }
    return render(request, "anchors/merge_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_new(request):
    """Side by side; posting says which one stays."""
    _only_officers(request.user)
    if request.method == "POST":
        return _merge(request)
    form = PairForm(_two_of(request.GET), user=request.user)
    if not form.is_valid():
        return render(request, "anchors/merge_new.html", {"wrong": bool(request.GET)})
    return _compared(request, form.pair, MergeForm(None, user=request.user))


def _two_of(given):
    """The first two ticks of the search, or what a link names."""
    return {**dict(zip(("one", "two"), given.getlist("anchor"), strict=False)), **given.dict()}


def _merge(request):
    form = MergeForm(request.POST, user=request.user)
    try:
        if form.is_valid():
            kept, gone = form.kept_and_gone
            merge = services.merge(kept, gone, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "两条登记合并好了。不对的话可以在这一页撤销。")
            return redirect("merging:detail", merge.pk)
    except ValidationError as error:
        form.add_error(None, error)
    except Conflict as conflict:
        return _compared(request, form.pair, form, refused=conflict.message, status=409)
    if "one" in form.errors or "two" in form.errors:
        return _without_two(request, form)
    return _compared(request, form.pair, form, status=400)


def _without_two(request, form):
    """Two that are no longer both there may be those that this person has just merged: a double click."""
    given = [request.POST.get(name, "") for name in ("one", "two")]
    kept, gone = given if request.POST.get("keep") == "one" else reversed(given)
    if all(pk.isascii() and pk.isdigit() and len(pk) < 19 for pk in given):
        done = Merge.objects.filter(kept=kept, gone=gone, by=request.user, undone_at=None).first()
        if done:
            return redirect("merging:detail", done.pk)
    context = {"form": form, "wrong": True, "kept": _kept_words(request.POST)}
    return render(request, "anchors/merge_new.html", context, status=400)


def _compared(request, pair, form, *, refused="", status=200):
    one, two = pair
    if not policy.may_merge_these(request.user, one, two):
        raise PermissionDenied("两条登记不在同一个支部，请与行业党委说一声。")
    refusals = _refusals(request.user, one, two)
    blocked = len(refusals) == 2
    if refusals and not blocked:
        form.initial["keep"] = {"one", "two"}.difference(refusals).pop()
    context = {
        "one": one, "two": two, "sides": (("one", "左边", one), ("two", "右边", two)), "form": form,
        "refused": refused, "refusals": _said(refusals, refused), "blocked": blocked,
        "rows": list(_rows(one, two)), "names_differ": policy.names_differ(one, two),
        "must_say_why": bool(policy.needs_reason(one, two)), "kept": _kept_words(request.POST),
    }
    return render(request, "anchors/merge_new.html", context, status=status)


def _refusals(user, one, two):
    """{"one" or "two": why that one cannot be the one that is kept}"""
    pairs = {"one": (one, two), "two": (two, one)}
    asked = {name: policy.refusal(user, kept, gone) for name, (kept, gone) in pairs.items()}
    return {name: sentence for name, sentence in asked.items() if sentence}


def _said(refusals, refused):
    """Sentences for the page beside `refused`; which side they are about only where the sides differ."""
    left = {name: sentence for name, sentence in refusals.items() if sentence != refused}
    if len(left) == 2 and len(set(left.values())) == 1:
        return [left["one"]]
    sides = {"one": "左边", "two": "右边"}
    return [f"不能保留{sides[name]}这条：{sentence}" for name, sentence in left.items()]


def _kept_words(posted):
    return [("怎么知道是同一个人", posted["reason"])] if posted.get("reason") else []


def _rows(one, two):
    """(label, left, right, whether both say the same; two that say nothing prove nothing)"""
    for label, read in FIELDS:
        left, right = read(one), read(two)
        yield label, left or "没有", right or "没有", bool(left) and left == right


FIELDS = (
    ("姓名", lambda anchor: anchor.user.name),
    ("主播名", lambda anchor: anchor.stage_name),
    ("手机", lambda anchor: anchor.user.phone_mask),
    ("从业类型", lambda anchor: anchor.get_kind_display()),
    ("现居地", lambda anchor: anchor.division and anchor.division.name),
    ("支部", lambda anchor: anchor.branch and anchor.branch.short_name),
    ("签约企业", lambda anchor: anchor.enterprise and anchor.enterprise.name),
    ("联系党员", lambda anchor: anchor.contact and anchor.contact.name),
    ("平台账号", lambda anchor: "、".join(str(account) for account in anchor.accounts.all())),
    ("登记日期", lambda anchor: f"{anchor.enrolled_on:%Y-%m-%d}"),
    ("能不能登录", lambda anchor: "设过密码" if anchor.user.has_usable_password() else "没有设过密码"),
)


@require_safe
def merge_detail(request, pk):
    return _detail(request, _visible_or_404(request, pk))


@require_POST
def merge_undo(request, pk):
    merge = _visible_or_404(request, pk)
    try:
        services.undo(merge, actor=request.user)
    except Conflict as conflict:
        return _detail(request, merge, refused=conflict.message, status=409)
    messages.success(request, "合并撤销了，又是两条登记。")
    return redirect("merging:detail", pk)


def _detail(request, merge, *, refused="", status=200):
    context = {
        "merge": merge, "refused": refused,
        "may_undo": not merge.undone_at and policy.may_merge_these(request.user, merge.kept, merge.gone),
    }
    return render(request, "anchors/merge_detail.html", context, status=status)


def _visible_or_404(request, pk):
    return get_object_or_404(Merge.objects.visible_to(request.user).for_list(), pk=pk)


def _only_officers(user):
    if not policy.may_merge(user):
        raise PermissionDenied
