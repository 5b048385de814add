from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError as Refused
from drf_spectacular.utils import extend_schema
from rest_framework import parsers, serializers, status
from rest_framework.decorators import api_view
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import codes, lockout, phones, services, tokens
from xinyu_portal.api_parsing import JSONParser
from xinyu_portal.api_shapes import refusals

WRONG = "用户名（或手机号）和密码对不上，请再试一次。"
NO_TOKEN = "这次请求没有用令牌，没有可以注销的。"


class TokenIn(serializers.Serializer):
    username = serializers.CharField(max_length=60, help_text="用户名或手机号。")
    password = serializers.CharField(max_length=4096, trim_whitespace=False)


class TokenOut(serializers.Serializer):
    token = serializers.CharField(help_text="只出现这一次；请求头写 Authorization: Token <token>。")
    expiry = serializers.DateTimeField(help_text="到这时失效。")


class RedeemIn(serializers.Serializer):
    code = serializers.CharField(max_length=40, help_text="激活码，8 位，大小写都行。")
    phone = serializers.CharField(max_length=40, help_text="本人登记的手机号。")
    password = serializers.CharField(max_length=4096, trim_whitespace=False, help_text="要设的密码。")
    agree = serializers.BooleanField(default=True, help_text="本人看过并同意个人信息说明；不写就是同意。")

    def validate_code(self, text):
        code = codes.normalise(text)
        if not codes.is_code(code):
            raise ValidationError(services.NOT_A_CODE)
        return code

    def validate_phone(self, text):
        return phones.clean(text)


def _token_for(user, request):
    user_logged_in.send(sender=type(user), request=request._request, user=user)
    row, token = tokens.issue(user)
    return Response(TokenOut({"token": token, "expiry": row.expiry}).data)


class TokenView(APIView):
    parser_classes = [JSONParser, parsers.FormParser]

    @property
    def logs_in(self):
        return getattr(self.request, "method", None) == "POST"

    def get_authenticators(self):
        """Logging in asks for no token, and is not hindered by an old one."""
        return [] if self.logs_in else super().get_authenticators()

    def get_permissions(self):
        return [AllowAny()] if self.logs_in else super().get_permissions()

    @extend_schema(
        tags=["登录"], summary="登录，取得令牌", request=TokenIn, auth=[],
        responses={200: TokenOut, **refusals(400, 429)},
        description="用户名或手机号都可以。密码连错 5 次，先锁 15 分钟（429）。",
    )
    def post(self, request):
        data = TokenIn(data=request.data)
        data.is_valid(raise_exception=True)
        # The lock-out's middleware looks for its mark on Django's own request, and answers 429 itself.
        user = authenticate(request=request._request, **data.validated_data)
        if user is None:
            raise ValidationError({"detail": WRONG})
        return _token_for(user, request)

    @extend_schema(
        tags=["登录"], summary="注销当前令牌", request=None, responses={204: None, **refusals(400, 401)}
    )
    def delete(self, request):
        if request.auth is None:
            raise ValidationError({"detail": NO_TOKEN})
        request.auth.delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class RedeemView(APIView):
    def get_authenticators(self):
        """As for TokenView: a code is asked for, no token."""
        return [] if getattr(self.request, "method", None) == "POST" else super().get_authenticators()

    def get_permissions(self):
        return [AllowAny()] if self.request.method == "POST" else super().get_permissions()

    @extend_schema(
        tags=["登录"], summary="用激活码设密码，取得令牌", request=RedeemIn, auth=[],
        responses={200: TokenOut, **refusals(400, 429)},
        description="码和手机号对不上、用过或过期，都是同一句话。错 5 次，码作废，这个手机号先锁 15 分钟（429）。",
    )
    def post(self, request):
        data = RedeemIn(data=request.data)
        data.is_valid(raise_exception=True)
        typed, counted = data.validated_data, lockout.activating(data.validated_data["phone"])
        if lockout.is_locked(request._request, counted):
            return Response(status=status.HTTP_429_TOO_MANY_REQUESTS)  # the lock-out's middleware words it
        try:
            user = services.redeem(typed["code"], typed["phone"], typed["password"], agreed=typed["agree"])
        except Refused as error:
            if "code" in error.message_dict:
                lockout.count_failure(request._request, counted)
            raise
        return _token_for(user, request)


@extend_schema(tags=["登录"], summary="注销本人全部令牌", request=None, responses={204: None, **refusals(401)})
@api_view(["DELETE"])
def tokens_revoke(request):
    request.user.auth_token_set.all().delete()
    return Response(status=status.HTTP_204_NO_CONTENT)
