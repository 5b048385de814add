"""The page's door to the verbs of the chain: find, clean, call, redirect; every refusal is the same page again.

The views of this room's topics come through here, so that a verb answers alike wherever it was pressed (design §3).
"""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render

from appeals import policy
from appeals.attachments.services import kept
from appeals.models import Appeal
from appeals.pages import AppealPage
from appeals.protection.views_log import looked, seen_today
from appeals.verb_forms import drawn_anew, form_of
from appeals.workflow import SPOKEN, Verb
from xinyu_portal.errors import Conflict

# What of a person's did not go out, where the verb itself is no noun.
NOUNS = {Verb.NOTE: "进展", Verb.REOPEN: "请求", Verb.REVIEW: "申请"}


def visible_or_404(request, pk):
    visible = Appeal.objects.visible_to(request.user).for_page().with_had(request.user)
    visible = visible.annotate(seen_today=seen_today(request.user))
    return get_object_or_404(visible, pk=pk)


def known_or_404(request, pk):
    """The bare row. Of what is lent to their unit a clerk hears 403; the page itself is not for them."""
    return get_object_or_404(Appeal.objects.known_to(request.user), pk=pk)


def appeal_page(request, pk, *, status=200, form=None, refused="", words="", **more):
    """The page as things stand now; `form` takes the place of its own kind, or its words stand in `words`."""
    page = AppealPage(request.user, visible_or_404(request, pk), template=request.GET.get("template"))
    forms = page.forms(form, page.chosen(request.GET.get("act")))
    context = {
        "page": page, "appeal": page.appeal, "forms": forms, "more": page.more(forms), "refused": refused,
        "kept": words, "sheets": [] if page.by_anchor else page.sheets(forms), **more,
    }
    looked(request.user, page.appeal)
    name = "appeal_own" if page.by_anchor else "appeal_work"
    return render(request, f"appeals/{name}.html", context, status=status)


def act(request, pk, verb, service, done, *, shown=None):
    """Find, clean, call, redirect; every refusal is the same page with the sentence and what was typed.

    `done` is what to say of it, or a function of the cleaned words. `shown(form)` answers in the place of the
    redirect, where the service only tried.
    """
    appeal = known_or_404(request, pk)
    form = form_of(verb, appeal, request.user, request.POST, request.FILES)
    try:
        if _is_done(form, service, appeal, request.user):
            if shown:
                return shown(form)
            said = done(form.cleaned_data) if callable(done) else done
            messages.success(request, said, extra_tags=f"{verb}-{appeal.uuid}")
            return redirect("appeals:detail", appeal.pk)
        # Not this person's, or not now: refused as such before its fields are.
        policy.judge(request.user, verb, appeal, form.cleaned_data.get("version"))
    except Conflict as conflict:
        return _refused(request, pk, verb, form, conflict)
    if "version" in form.errors:
        drawn_anew(form, appeal)
    return appeal_page(request, pk, status=400, form={str(verb): form}, refused=_first(form.errors.get("version")))


def _is_done(form, service, appeal, actor):
    """False leaves in the form what is wrong with its fields."""
    if not form.is_valid():
        return False
    try:
        with kept(form.cleaned_data) as words:
            service(appeal, actor=actor, **words)
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _first(errors):
    return errors[0] if errors else ""


def _refused(request, pk, verb, form, conflict):
    """409 over the fresh state; the words stay in their form, or beside it where the form has gone."""
    fresh = AppealPage(request.user, visible_or_404(request, pk))
    words = form.data.get("text") or form.data.get("reason") or ""
    sentence = conflict.message
    if str(form.data.get("version")) != str(fresh.appeal.version):
        sentence = _overtaken(fresh, verb, bool(words.strip()))
    if verb in fresh.actions:
        return appeal_page(
            request, pk, status=409, form={str(verb): drawn_anew(form, fresh.appeal)}, refused=sentence
        )
    return appeal_page(request, pk, status=409, refused=sentence, words=words)


def _overtaken(page, verb, has_words):
    last = page.events[-1]
    by = f"被{page.called(last.actor)}改过" if last.actor and last.actor != page.user else "有了变化"
    left = "内容还在下面" if has_words else "请看过现在的情况再办"
    return f"这件事刚刚{by}，您的{NOUNS.get(verb, SPOKEN[verb])}没有发出，{left}。"
