from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import codes, lockout, services, texting
from accounts.entering import enter
from accounts.forms import ActivationForm, LoginForm, PasswordForm
from accounts.policy import first_page
from accounts.reveals import looks_at_id_number
from xinyu_portal import resuming

ENDED, GONE = "已经退出了那一处登录。", "那一处登录已经不在了。"
OTHERS = "others"
SHOWN_LOOKS = 20


class Login(LoginView):
    template_name = "accounts/login.html"
    authentication_form = LoginForm
    http_method_names = ["get", "head", "post", "options"]  # Django's form views take PUT for POST

    def form_valid(self, form):
        enter(self.request, form.get_user())
        sent = resuming.opened(self.request.POST.get("sent", ""))
        if sent:
            return render(self.request, "accounts/resume.html", {"sent": sent, "kept": sent.kept})
        return HttpResponseRedirect(self.get_success_url())


login = Login.as_view()
logout = LogoutView.as_view()


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def activate(request):
    """Code and own phone in, password set, logged in. By GET the code may stand in the address, from the QR."""
    if request.method != "POST":
        response = _activation_page(request, ActivationForm(initial={"code": _code_of(request)}))
    elif "send" in request.POST and texting.is_configured():
        response = _send(request)
    else:
        response = _redeem(request)
    # The address with the code goes along to no other page; "no-referrer" would take the Origin from our own form.
    response["Referrer-Policy"] = "strict-origin"
    return response


def _code_of(request):
    code = codes.normalise(request.GET.get("code", ""))
    return codes.shown(code) if codes.is_code(code) else ""


def _activation_page(request, form, status=200, **context):
    context = {"form": form, "may_send": texting.is_configured(), **context}
    return render(request, "accounts/activate.html", context, status=status)


def _redeem(request):
    form = ActivationForm(request.POST)
    if not form.is_valid():
        return _activation_page(request, form, 400)
    typed = form.cleaned_data
    counted = lockout.activating(typed["phone"])
    if lockout.is_locked(request, counted):
        return _activation_page(request, form, 429)
    try:
        user = services.redeem(typed["code"], typed["phone"], typed["password"], agreed=typed["agree"])
    except ValidationError as error:
        if "code" in error.message_dict:
            lockout.count_failure(request, counted)
        form.add_error(None, error)
        return _activation_page(request, form, 400)
    enter(request, user)
    messages.success(request, "密码设好了，以后用手机号和它登录。")
    return redirect(first_page(user))


def _send(request):
    """The same answer for every number."""
    form = ActivationForm(request.POST)
    if "phone" in form.only_phone():
        return _activation_page(request, form, 400)
    texting.send_code(form.cleaned_data["phone"])
    return _activation_page(request, form, sent=texting.SENT)


@require_safe
def me(request):
    return _own_page(request, PasswordForm())


def _own_page(request, form, status=200):
    here = request.session.session_key
    logins = request.user.sessions.filter(expire_date__gt=timezone.now()).order_by("-seen_on", "session_key")
    rows = [{"row": row, "here": row.session_key == here} for row in logins]
    rows.sort(key=lambda row: not row["here"])
    context = {"form": form, "logins": rows, "looks": looks_at_id_number(request.user)[:SHOWN_LOOKS]}
    return render(request, "accounts/me.html", context, status=status)


@sensitive_post_parameters()
@require_POST
def change_password(request):
    form, counted = PasswordForm(request.POST), f"password {request.user.pk}"
    if not form.is_valid() or lockout.is_locked(request, counted):
        return _own_page(request, form, 400)
    old, new = form.cleaned_data["old_password"], form.cleaned_data["new_password"]
    try:
        user = services.change_password(request.user, old=old, new=new, keep=request.session.session_key)
    except ValidationError as error:
        if "old_password" in error.message_dict:
            lockout.count_failure(request, counted)
        form.add_error(None, error)
        return _own_page(request, form, 400)
    lockout.forgive(request, counted)
    update_session_auth_hash(request, user)
    messages.success(request, "密码改好了，别处的登录都已退出。")
    return redirect("me")


@require_POST
def end_session(request):
    """One other login, or all others with their API tokens."""
    mark = request.POST.get("session", "")
    if mark == OTHERS:
        services.end_all_logins(request.user, keep=request.session.session_key)
        messages.success(request, "别处的登录都已退出。")
    elif services.end_session(request.user, mark=mark):
        messages.success(request, ENDED)
    else:
        messages.info(request, GONE)
    return redirect("me")
