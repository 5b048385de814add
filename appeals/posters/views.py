"""The door from a poster. Whoever stands before it has no login; nothing here tells who is in the registry."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.entering import enter
from anchors.newcomers import posters
from anchors.newcomers import services as newcomers
from anchors.registry.models import Anchor
from anchors.registry.policy import links
from appeals.attachments.services import kept
from appeals.categories import tiles
from appeals.pages import AppealPage, read_by, receiver_of
from appeals.posters import pace, receipts, services
from appeals.posters.forms import PasswordForm, PosterForm
from appeals.proof.sealing import receipt_of
from xinyu_portal.errors import Conflict

KEEP = "密码设好了。下次登录用回执编号 {number} 和这个密码；支部核实以后也可以用手机号。"


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request, code):
    """Two ways: with a login to the usual form, or to say it right here."""
    poster = posters.find(code)
    if poster is None:
        raise Http404
    if request.method == "POST":
        return _file(request, poster)
    if request.user.is_authenticated and links(request.user).own:
        return redirect("appeals:new")
    return _door(request, poster, PosterForm(initial={"submit_key": uuid.uuid4()}))


def _file(request, poster):
    form = PosterForm(request.POST, request.FILES)
    if request.FILES and pace.is_full(poster):  # photos cost more than words to look at
        return _door(request, poster, PosterForm(request.POST), refused=pace.SENTENCE, status=429)
    if not form.is_valid():
        if "submit_key" in form.errors:
            form.with_new_key()
        return _door(request, poster, form.without_trap() if "website" in form.errors else form, status=400)
    if pace.is_full(poster):
        return _door(request, poster, form, refused=pace.SENTENCE, status=429)
    try:
        with kept(form.words) as words:
            appeal, created = services.file(poster, known=receipts.person_of(request), **words)
    except ValidationError as error:
        form.add_error(None, error)
        return _door(request, poster, form, status=400)
    except Conflict as conflict:
        return _door(request, poster, form.with_new_key(), refused=conflict.message, status=409)
    if created:
        pace.count(poster)
    receipts.hand_out(request, appeal)
    messages.success(request, "已提交。" if created else "这件已经提交过了，不用再交。", extra_tags=_draft_key(poster))
    return redirect("posters:receipt")


def _draft_key(poster):
    return f"poster-{poster.code}"


def _door(request, poster, form, *, refused="", status=200):
    front, others = tiles(form["category"].value())
    context = {
        "poster": poster, "form": form, "front": front, "others": others, "refused": refused,
        "receiver": receiver_of(Anchor(branch=poster.branch), timezone.now()), "draft_key": _draft_key(poster),
        "read_by": read_by(timezone.now()),
        "others_open": any(tile.chosen for tile in others),
    }
    return render(request, "appeals/poster_door.html", context, status=status)


@login_not_required
@never_cache
@require_safe
def receipt(request):
    return _receipt(request, PasswordForm())


@login_not_required
@never_cache
@require_POST
def password(request):
    newcomer, form = receipts.person_of(request), PasswordForm(request.POST)
    if newcomer is None:
        raise Http404
    try:
        if form.is_valid():
            return _let_in(request, newcomers.set_password(newcomer, **form.cleaned_data))
    except ValidationError as error:
        form.add_error(None, error)
    except Conflict as conflict:
        return _receipt(request, PasswordForm(), refused=conflict.message, status=409)
    return _receipt(request, form, status=400)


def _let_in(request, person):
    """Who has just set the password needs not type it again; the receipt stays with the browser."""
    appeal = receipts.appeal_of(request)
    enter(request, person)
    messages.success(request, KEEP.format(number=person.username))
    return redirect("appeals:detail", appeal.pk)


def _receipt(request, form, *, refused="", status=200):
    """For whom filed it, in the same browser, for an hour; nobody else finds anything here."""
    appeal = receipts.appeal_of(request)
    if appeal is None:
        raise Http404
    person = appeal.anchor.user
    context = {
        "appeal": appeal, "page": AppealPage(person, appeal), "person": person, "form": form, "refused": refused,
        "receipt": receipt_of(appeal),
    }
    return render(request, "appeals/receipt.html", context, status=status)
