"""Logging in at a page."""

from django.contrib.auth import login

from accounts import devices
from accounts.session_store import DEVICE


def enter(request, user):
    """Log in, and keep with the session what kind of device it is."""
    login(request, user, backend="accounts.backends.PersonBackend")
    request.session[DEVICE] = devices.family(request.headers.get("user-agent", ""))
