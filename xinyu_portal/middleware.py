from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import OperationalError
from django.shortcuts import render

from xinyu_portal import refusals
from xinyu_portal.errors import Conflict


class ClosedByDefault(LoginRequiredMiddleware):
    """Every page asks for a login; what somebody sent after theirs had ended is shown again, not lost."""

    def handle_no_permission(self, request, view_func):
        if request.method != "POST" or not refusals.kept(request):
            return super().handle_no_permission(request, view_func)
        context = {"ended": refusals.LOGIN_ENDED, "kept": refusals.kept(request)}
        return render(request, "accounts/login.html", context, status=403)


class Refusals:
    """The answers that any page may give: 409 for a Conflict, 503 for a database that stays locked."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        headers = request.headers
        request.fragment = (
            "HX-Request" in headers and "HX-Boosted" not in headers and "HX-History-Restore-Request" not in headers
        )
        return self.get_response(request)

    def process_exception(self, request, error):
        if isinstance(error, Conflict):
            return refusals.conflict(request, error)
        if isinstance(error, OperationalError):
            return refusals.busy(request)
        return None
