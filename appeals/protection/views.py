"""The doors of whoever leaves no name: to file, to read by the query code, and to act by it.

Nothing here asks who is logged in, and nothing is kept in a session: a session in the database knows its person.
The code itself stays in the browser, in a signed cookie for these addresses alone, and is in no address.
"""

import uuid
from functools import wraps

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from appeals import policy, services
from appeals.attachments.services import kept
from appeals.attachments.views import serve
from appeals.categories import tiles
from appeals.ending import services as ending
from appeals.pages import AppealPage, receiver_at_committee
from appeals.pausing import services as pausing
from appeals.protection import anonymous, codes, pace
from appeals.protection.code_holder import CodeHolder
from appeals.protection.forms import NO_CODE, AnonymousForm, CodeForm
from appeals.protection.viewer_views import viewers_page
from appeals.verb_forms import drawn_anew, form_of
from appeals.workflow import Verb
from xinyu_portal.errors import Conflict

COOKIE, KEPT_FOR = "query_code", 3600  # seconds
NOT_FOUND = "没有这个查询码，请对着记下的再看一遍。"


def nameless(view):
    """Open to everybody; who is logged in is not asked."""
    return login_not_required(never_cache(view))


# Filing.

@nameless
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    if request.method == "POST":
        return _file(request)
    return _new(request, AnonymousForm(initial={"submit_key": uuid.uuid4(), "kind": "appeal"}))


def _file(request):
    form = AnonymousForm(request.POST, request.FILES)
    if not form.is_valid():
        if "submit_key" in form.errors:
            form.with_new_key()
        return _new(request, form, status=400)
    if not (anonymous.was_filed(form.words["submit_key"]) or pace.may_submit(request)):
        return _new(request, form, refused=pace.TOO_MANY, status=429)
    try:
        with kept(form.words) as words:
            appeal, code, _ = anonymous.submit(**words)
    except ValidationError as error:
        form.add_error(None, error)
        return _new(request, form, status=400)
    except Conflict as conflict:
        return _new(request, form.with_new_key(), refused=conflict.message, status=409)
    # Not redirected: the code would have to be kept somewhere. Loaded again, the page sends the same once more.
    context = {"appeal": appeal, "code": code, "shown": codes.shown(code), "draft_key": DRAFT}
    return render(request, "appeals/anonymous_code.html", context)


DRAFT = "anonymous"


def _new(request, form, *, refused="", status=200):
    front, others = tiles(form["category"].value())
    context = {
        "form": form, "front": front, "others": others, "refused": refused, "draft_key": DRAFT,
        "receiver": receiver_at_committee(timezone.now()), "others_open": any(tile.chosen for tile in others),
        "more_open": any(name in form.errors for name in ("title", "kind")) or form["title"].value(),
    }
    return render(request, "appeals/anonymous_new.html", context, status=status)


# Reading.

@nameless
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request):
    """Without a code the question for it; with one in the browser the appeal that it opens."""
    if request.method == "POST":
        return _open(request)
    appeal = _found(request)
    return _ask(request, CodeForm()) if appeal is None else _page(request, appeal)


def _open(request):
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _ask(request, form, status=400)
    if not pace.may_ask(request):
        return _ask(request, form, refused=pace.TOO_MANY_CODES, status=429)
    code = form.cleaned_data["code"]
    if anonymous.find(code) is None:
        pace.count_wrong_code(request)
        form.add_error("code", NOT_FOUND)
        return _ask(request, form, status=400)
    response = redirect("receipts:receipt")
    response.set_signed_cookie(
        COOKIE, code, max_age=KEPT_FOR, path=reverse("receipts:receipt"), httponly=True, samesite="Lax",
        secure=request.is_secure(),
    )
    return response


def _found(request):
    code = request.get_signed_cookie(COOKIE, default=None, max_age=KEPT_FOR)
    return anonymous.find(code) if code else None


def _found_or_404(request):
    appeal = _found(request)
    if appeal is None:
        raise Http404(NO_CODE)
    return appeal


@nameless
@require_POST
def close(request):
    """Forget the code in this browser, which may be somebody else's."""
    response = redirect("receipts:receipt")
    response.delete_cookie(COOKIE, path=reverse("receipts:receipt"))
    return response


def _ask(request, form, *, refused="", status=200):
    return render(request, "appeals/code_ask.html", {"form": form, "refused": refused}, status=status)


def _page(request, appeal, *, form=None, refused="", words="", status=200):
    page = AppealPage(CodeHolder(appeal.pk), appeal)
    context = {
        "page": page, "appeal": appeal, "forms": page.forms(form), "refused": refused, "kept": words,
        "minutes": KEPT_FOR // 60,
    }
    return render(request, "appeals/appeal_by_code.html", context, status=status)


@nameless
@require_safe
def attachment(request, uuid):
    appeal = _found_or_404(request)
    return serve(request, appeal, uuid, CodeHolder(appeal.pk))


@nameless
@require_safe
def viewers(request):
    """谁看过我的诉求, for whoever has the code."""
    return viewers_page(request, _found_or_404(request), by_code=True)


# Acting.

def _act(request, verb, service, done):
    """As `appeals.doors.act`, for whom the code lets in: every refusal is the same page with what was typed."""
    appeal = _found_or_404(request)
    holder = CodeHolder(appeal.pk)
    form = form_of(verb, appeal, holder, request.POST, request.FILES)
    try:
        if form.is_valid():
            with kept(form.cleaned_data) as words:
                service(appeal, actor=holder, **words)
            messages.success(request, done, extra_tags=f"{verb}-{appeal.uuid}")
            return redirect("receipts:receipt")
        policy.judge(holder, verb, appeal, form.cleaned_data.get("version"))
    except ValidationError as error:
        form.add_error(None, error)
    except Conflict as conflict:
        fresh = _found_or_404(request)
        if policy.refusal(holder, verb, fresh) is None:
            form = {str(verb): drawn_anew(form, fresh)}
            return _page(request, fresh, form=form, refused=conflict.message, status=409)
        words = form.data.get("text") or form.data.get("reason") or ""
        return _page(request, fresh, refused=conflict.message, words=words, status=409)
    refused = next(iter(form.errors.get("version", ())), "")
    if refused:
        drawn_anew(form, appeal)
    return _page(request, appeal, form={str(verb): form}, refused=refused, status=400)


def _door(verb, service, done):
    @nameless
    @require_POST
    @wraps(service)
    def door(request):
        return _act(request, verb, service, done)

    return door


confirm = _door(Verb.CONFIRM, services.confirm, "谢谢您的评价，这件办结了。")
reopen = _door(Verb.REOPEN, services.reopen, "已请市行业党委再办。")
supplement = _door(Verb.SUPPLEMENT, pausing.supplement, "已补充，办理的人会看到。")
review = _door(Verb.REVIEW, ending.review, "已请市行业党委复查。")
withdraw = _door(Verb.WITHDRAW, services.withdraw, "已撤回。")
