from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.shortcuts import render

from accounts.views import logout
from xinyu_portal import refusals, resuming
from xinyu_portal.errors import Conflict


class ClosedByDefault(LoginRequiredMiddleware):
    """Every page asks for a login; what somebody sent after theirs had ended is offered again behind it, not lost."""

    def handle_no_permission(self, request, view_func):
        if request.method != "POST" or view_func is logout or not resuming.may_resume(request):
            return super().handle_no_permission(request, view_func)
        context = {"ended": refusals.LOGIN_ENDED, "kept": refusals.kept(request), "sent": resuming.sealed(request)}
        return render(request, "accounts/login.html", context, status=403)


class Refusals:
    """The answers that any page may give: 405 in words, 409 for a Conflict, 503 for a database that stays locked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        headers = request.headers
        request.fragment = (
            "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers
        )
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            return refusals.only_by_button(request, response["Allow"])
        return response

    def process_exception(self, request, error):
        if isinstance(error, Conflict):
            return refusals.conflict(request, error)
        if isinstance(error, OperationalError):
            return refusals.busy(request)
        return None
