from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.consent import VERSION as CONSENT_VERSION
from accounts.models import Consent
from anchors.activation import policy as activation
from anchors.contacts.pages import card as contact_card
from anchors.contacts.policy import assigns
from anchors.merging.policy import may_merge
from anchors.moves.models import MoveRow
from anchors.moves.policy import may_move
from anchors.phones import policy as phones
from anchors.registry import own as own_page
from anchors.registry import policy, services
from anchors.registry.filters import Narrowing
from anchors.registry.forms import AccountForm, BandForm, CorrectForm, RegisterForm
from anchors.registry.models import Anchor, PlatformAccount
from branches.organisation.forms import ExportForm
from branches.organisation.policy import hats
from xinyu_portal import sheets
from xinyu_portal.errors import Conflict
from xinyu_portal.paging import count_up_to, paginate_or_first

MOVES_SHOWN = 5
LOOKS = 5  # at the number, on the own page; all are in what one takes away
COUNTED = 10_000  # a city is counted whole; more would cost more than the page
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def anchor_list(request):
    """A registry, not a ranking: newest first, and nothing about what anybody says on air."""
    narrowing = Narrowing(request.user, request.GET)
    page = paginate_or_first(
        narrowing.rows.for_list(), order="-enrolled_on", cursor=request.GET.get("cursor"), filters=request.GET
    )
    worn = hats(request.user)
    context = {
        "page": page, "narrowing": narrowing, "form": narrowing.form, "everywhere": worn.handles_for_committee,
        "officer": worn.handles_for_committee or bool(worn.sees_branches),
        "count": count_up_to(narrowing.rows, COUNTED),
        "may_export": policy.may(request.user, "export"), "may_register": policy.may(request.user, "register"),
        "may_move": may_move(request.user), "may_merge": may_merge(request.user),
        "assigns": assigns(request.user), "decides": worn.handles_for_committee or bool(worn.handles_for_branches),
    }
    return render(request, "anchors/anchor_list.html", context)


@require_safe
def anchor_card(request, pk):
    """No appeals here: who appealed is not a fact about a person (domain.md §9.4)."""
    anchors = Anchor.objects.visible_to(request.user).for_list()
    anchor = get_object_or_404(anchors.prefetch_related("accounts__declarations", "user__consents"), pk=pk)
    context = {
        "anchor": anchor, "own": anchor.user_id == request.user.pk, "wishes": own_page.wishes(anchor),
        "consent": _standing(anchor.user), "may_correct": policy.may(request.user, "correct", anchor),
        "sees_note": policy.may(request.user, "note", anchor),
        "may_activate": activation.office(request.user, anchor), "may_call": phones.office(request.user, anchor),
        "service": contact_card(request.user, anchor),
        "moves": MoveRow.objects.history(anchor, request.user)[:MOVES_SHOWN], "may_merge": may_merge(request.user),
    }
    return render(request, "anchors/anchor_card.html", context)


@get_or_post
def export(request):
    """Who takes the roster, how narrowed and what for, is kept and stands on its first lines."""
    if not policy.may(request.user, "export"):
        raise PermissionDenied
    narrowing, form = Narrowing(request.user, request.GET), ExportForm(_posted(request))
    if not narrowing.is_clear:
        raise Conflict("有条件读不懂，没有导出：导出的人会比您想要的多。请回到主播名单重新选。")
    if request.method == "POST" and form.is_valid():
        try:
            book = services.export(narrowing, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            name = f"主播名册{timezone.localdate():%Y%m%d}.xlsx"
            headers = {"Content-Disposition": content_disposition_header(True, name)}
            return HttpResponse(book, content_type=sheets.TYPE, headers=headers)
    count = count_up_to(narrowing.rows, services.EXPORT_LIMIT)
    context = {"narrowing": narrowing, "form": form, "count": count, "too_many": services.TOO_MANY}
    return render(request, "anchors/export.html", context, status=400 if request.method == "POST" else 200)


@get_or_post
def register(request):
    if not policy.may(request.user, "register"):
        raise PermissionDenied
    form = RegisterForm(request.user, _posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            anchor = services.register(actor=request.user, **form.fields_to_write())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _back(request, anchor, "已登记。把激活码交给主播，主播就能登录。")
    return render(request, "anchors/register.html", {"form": form}, status=400 if form.is_bound else 200)


@get_or_post
def correct(request, pk):
    anchor = _of_mine(request, pk)
    form = CorrectForm(
        anchor, _posted(request), with_note=policy.may(request.user, "note", anchor),
        own=anchor.user_id == request.user.pk,
    )
    if request.method == "POST" and form.is_valid() and _done(
        form, services.correct, anchor, actor=request.user, **form.fields_to_write()
    ):
        return _back(request, anchor, "登记信息已更正。")
    return _form_page(request, "anchors/correct.html", anchor, form)


@get_or_post
def account_new(request, pk):
    anchor = _of_mine(request, pk)
    form = AccountForm(_posted(request))
    if request.method == "POST" and form.is_valid() and _done(
        form, services.add_account, anchor, actor=request.user, **form.cleaned_data
    ):
        return _back(request, anchor, "平台账号已登记。")
    return _form_page(request, "anchors/account_new.html", anchor, form)


@get_or_post
def account(request, pk):
    """The bands declared so far, and the one of today."""
    row = _account_of_mine(request, pk)
    form = BandForm(_posted(request))
    if request.method == "POST" and form.is_valid() and _done(
        form, services.declare, row, actor=request.user, **form.cleaned_data
    ):
        return _back(request, row.anchor, "粉丝量级已更新。")
    return _form_page(request, "anchors/account.html", row.anchor, form, account=row)


@require_POST
def account_drop(request, pk):
    row = _account_of_mine(request, pk)
    anchor = services.drop_account(row, actor=request.user)
    return _back(request, anchor, "平台账号已删掉。")


@require_safe
def own(request):
    """Only one's own; who is no anchor has no such page."""
    anchor = _own_or_404(request)
    consents = list(anchor.user.consents.order_by("given_at", "id"))
    context = {
        "anchor": anchor, "wishes": own_page.wishes(anchor), "consent": _standing(anchor.user),
        "refused": consents[-1] if consents else None, "handled_by": anchor.branch or "行业党委",
        "looks": own_page.looks(request.user)[:LOOKS],
    }
    return render(request, "anchors/own.html", context)


@require_safe
def own_data(request):
    """Everything held of oneself, to read (text) or for another program (`?as=json`)."""
    anchor = _own_or_404(request)
    sections = own_page.everything(anchor.user)
    name, as_json = f"我的登记信息{timezone.localdate():%Y%m%d}", request.GET.get("as") == "json"
    headers = {
        "Content-Disposition": content_disposition_header(True, f"{name}.{'json' if as_json else 'txt'}"),
        "Cache-Control": "no-store",
    }
    if as_json:
        listed = [{"标题": title, "内容": [[label, text] for label, text in lines]} for title, lines in sections]
        return JsonResponse(listed, safe=False, headers=headers, json_dumps_params={"ensure_ascii": False, "indent": 1})
    return HttpResponse(own_page.as_text(sections), content_type="text/plain; charset=utf-8", headers=headers)


@require_POST
def withdraw(request):
    services.withdraw_consent(_own_or_404(request), actor=request.user)
    messages.success(request, "已撤回同意，登记册不再使用您的信息。")
    return redirect("anchors:own")


@require_POST
def agree(request):
    services.give_consent(_own_or_404(request), actor=request.user, text_version=CONSENT_VERSION)
    messages.success(request, "已记下：您同意登记。")
    return redirect("anchors:own")


def _posted(request):
    """What was sent, even if it is nothing; None where the form is only shown."""
    return request.POST if request.method == "POST" else None


def _own_or_404(request):
    anchors = Anchor.objects.for_list().prefetch_related("accounts")
    return get_object_or_404(anchors, user=request.user)


def _of_mine(request, pk):
    """One that this person may see, and correct."""
    anchor = get_object_or_404(Anchor.objects.visible_to(request.user).for_list(), pk=pk)
    if not policy.may(request.user, "correct", anchor):
        raise PermissionDenied
    return anchor


def _account_of_mine(request, pk):
    accounts = PlatformAccount.objects.visible_to(request.user).select_related("anchor__user")
    row = get_object_or_404(accounts.prefetch_related("declarations"), pk=pk)
    if not policy.may(request.user, "correct", row.anchor):
        raise PermissionDenied
    return row


def _standing(person):
    """The consent to the registry in force, or None."""
    found = [row for row in person.consents.all() if row.purpose == Consent.Purpose.REGISTRY and not row.withdrawn_at]
    return found[0] if found else None


def _done(form, verb, row, **words):
    """Whether the verb was done; if a field is wrong, the form says so."""
    try:
        verb(row, **words)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _back(request, anchor, said):
    messages.success(request, said)
    return redirect("anchors:own") if anchor.user_id == request.user.pk else redirect("anchors:detail", anchor.pk)


def _form_page(request, template, anchor, form, **more):
    context = {"anchor": anchor, "form": form, "own": anchor.user_id == request.user.pk, **more}
    return render(request, template, context, status=400 if form.is_bound else 200)
