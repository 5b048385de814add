"""What django-axes is told about a failed login: an HMAC of what was typed, no address, no browser."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import render

from accounts import phones
from xinyu_portal import seal

SENTENCE = "连错 5 次，先锁 15 分钟。请过一会儿再试。"


def typed_name(request, credentials=None):
    """The same person typed as user name or phone counts by what was typed; it is never kept in clear."""
    typed = (credentials or {}).get("username") or getattr(request, "POST", {}).get("username") or ""
    return seal.index(phones.normalise(typed).lower(), purpose="login")


def no_address(request):
    return None


def no_agent(request):
    return ""


def locked_out(request, credentials=None, *args, **kwargs):
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": SENTENCE}, status=429)
    messages.error(request, SENTENCE)
    return render(request, "accounts/login.html", {"locked": True}, status=429)
