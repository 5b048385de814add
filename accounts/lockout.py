"""What django-axes keeps of a failed login: an HMAC of what was typed, how often, when. No address, no browser."""

from axes.handlers.database import AxesDatabaseHandler
from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render

from accounts import phones
from xinyu_portal import seal

SENTENCE = "连错 5 次，先锁 15 分钟。请过一会儿再试。"
# Not None: a unique row with a NULL is not unique, and two first failures at once would leave two rows.
NOWHERE = "0.0.0.0"


class Handler(AxesDatabaseHandler):
    def user_login_failed(self, sender, credentials, request=None, **kwargs):
        if request is not None:
            request.axes_user_agent = request.axes_http_accept = request.axes_path_info = ""
        super().user_login_failed(sender, credentials, request, **kwargs)

    def user_logged_in(self, sender, request, user, **kwargs):
        """Whoever got in is forgiven under either name they may type."""
        phone = user.reveal_phone()
        for typed in filter(None, (user.username, phone, phone and activating(phone))):
            forgive(request, typed)


def typed_name(request, credentials=None):
    """Counted by what was typed, in whatever width and spacing; it is never kept in clear."""
    typed = (credentials or {}).get("username") or getattr(request, "POST", {}).get("username") or ""
    return seal.index(phones.normalise(typed).lower(), purpose="login")


def activating(phone):
    """Wrong codes are counted apart from wrong passwords: who forgot theirs comes here next."""
    return f"activation {phones.normalise(phone)}"


def is_locked(request, typed):
    """Whether `typed` has to wait. If so the answer to `request` becomes the one of `locked_out`."""
    request.axes_locked_out = not AxesProxyHandler.is_allowed(request, {"username": typed})
    return request.axes_locked_out


def count_failure(request, typed):
    """One more wrong try; the fifth makes the answer to `request` the one of `locked_out`."""
    AxesProxyHandler.user_login_failed(Handler, {"username": typed}, request)


def forgive(request, typed):
    AxesProxyHandler.reset_attempts(username=typed_name(request, {"username": typed}))


def no_address(request):
    return NOWHERE


def client_in_log(username, *unused):
    """How the log calls whoever tried: the first digits of the HMAC."""
    return (username or "")[:8]


def locked_out(request, response=None, credentials=None):
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": SENTENCE}, status=429)
    if request.resolver_match.url_name != "login":
        return render(request, "403.html", {"message": SENTENCE}, status=429)
    messages.error(request, SENTENCE)
    return render(request, "accounts/login.html", {"locked": True}, status=429)
