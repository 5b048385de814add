"""API tokens: only their hash is kept, they expire, and each can be revoked."""

import re

from django.db import transaction
from drf_spectacular.contrib.knox_auth_token import KnoxTokenScheme
from knox import auth
from knox.models import AuthToken
from knox.settings import knox_settings
from rest_framework.exceptions import AuthenticationFailed

_TOKEN = re.compile(rb"[0-9a-f]{64}")


class TokenAuthentication(auth.TokenAuthentication):
    """Knox's, which would end in a 500 on bytes that are no UTF-8."""

    def authenticate_credentials(self, token):
        if not _TOKEN.fullmatch(token):
            raise AuthenticationFailed("令牌无效或已过期，请重新登录。")
        return super().authenticate_credentials(token)


class TokenScheme(KnoxTokenScheme):
    """How the documents of the API call it."""

    target_class = "accounts.tokens.TokenAuthentication"
    name = "token"


@transaction.atomic
def issue(user):
    """Return `(AuthToken, token)`; the text of the token exists only here. The oldest beyond the limit give way."""
    row, token = AuthToken.objects.create(user)
    kept = list(user.auth_token_set.order_by("-created").values_list("pk", flat=True)[: _limit()])
    user.auth_token_set.exclude(pk__in=kept).delete()
    return row, token


def _limit():
    return knox_settings.TOKEN_LIMIT_PER_USER
