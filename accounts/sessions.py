"""A session at the API, for the portal's own pages: a browser that is logged in needs no token."""

from drf_spectacular import authentication as documents
from rest_framework import authentication
from rest_framework.exceptions import PermissionDenied

STALE_PAGE = "这次请求没有带对防伪标记（CSRF），没有办成。请刷新页面后再试，或者改用令牌。"


class SessionAuthentication(authentication.SessionAuthentication):
    """DRF's, in Chinese."""

    def enforce_csrf(self, request):
        try:
            super().enforce_csrf(request)
        except PermissionDenied:
            raise PermissionDenied(STALE_PAGE) from None


class SessionScheme(documents.SessionScheme):
    """How the documents of the API call it."""

    target_class = "accounts.sessions.SessionAuthentication"
    name = "session"
