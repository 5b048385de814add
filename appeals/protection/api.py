"""The API for whoever leaves no name: file without a token, and read and act by the query code."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import api_view, authentication_classes, parser_classes, permission_classes
from rest_framework.exceptions import APIException, NotFound
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.response import Response

from accounts.models import AuditEvent
from appeals import policy, services
from appeals.api_doors import TAG, WITH_FILES, clean, do, rows
from appeals.api_shapes import AppealIn, AppealOut, JudgeIn, ReasonIn, SupplementIn
from appeals.attachments.services import kept
from appeals.deadlines import Terms
from appeals.ending import services as ending
from appeals.models import Appeal
from appeals.pausing import services as pausing
from appeals.protection import anonymous, codes, pace, views_log
from appeals.protection.code_holder import CodeHolder
from appeals.protection.viewer_views import OWN_ONLY
from appeals.protection.views import NOT_FOUND
from appeals.timeline import shown_to_anchor
from appeals.workflow import Level, Verb
from xinyu_portal.api_shapes import refusals

ANONYMOUS = Appeal.Confidentiality.ANONYMOUS


class TooMany(APIException):
    status_code = status.HTTP_429_TOO_MANY_REQUESTS


class TokenUnlessAnonymous(IsAuthenticated):
    """Whoever leaves no name needs no token, to file and for nothing else."""

    def has_permission(self, request, view):
        return super().has_permission(request, view) or (request.method == "POST" and is_anonymous(request))


def is_anonymous(request):
    try:
        return isinstance(request.data, dict) and request.data.get("confidentiality") == ANONYMOUS
    except APIException:  # what cannot be read is nobody's yet
        return False


class AnonymousIn(AppealIn):
    confidentiality = serializers.ChoiceField([(str(ANONYMOUS), ANONYMOUS.label)])
    about = serializers.JSONField(required=False, allow_null=True, help_text="匿名的都到市行业党委，不用填，填了不看。")

    def validate_about(self, about):
        return None

    def validate(self, data):
        return {name: data[name] for name in ("kind", "category", "title", "body", "files") if name in data}


class ReceiptLineOut(serializers.Serializer):
    seq = serializers.IntegerField()
    verb = serializers.ChoiceField(Verb.choices)
    level = serializers.ChoiceField(Level.choices)
    at = serializers.DateTimeField()
    text = serializers.CharField(source="words.public", help_text="公开的话。")


class ReceiptOut(AppealOut):
    """What the code opens: the appeal without ids, and what its anchor would read of the trail."""

    id = anchor = branch = None
    provisional = serializers.SerializerMethodField(help_text="期限碰到还没有公布放假安排的年份，暂定。")
    answer = serializers.SerializerMethodField(help_text="最后一次答复。")
    trail = serializers.SerializerMethodField(help_text="主播看得到的经过，从前到后。")

    def get_provisional(self, appeal) -> bool:
        stage = appeal.current
        if not stage.is_open or stage.deadline_at is None:
            return False
        return Terms.load().calendar.is_provisional(stage.counted_from, stage.deadline_at)

    def get_answer(self, appeal) -> str | None:
        replies = [event for event in self._events(appeal) if event.verb == Verb.REPLY]
        return replies[-1].words.public if replies else None

    @extend_schema_field(ReceiptLineOut(many=True))
    def get_trail(self, appeal):
        return ReceiptLineOut(self._events(appeal), many=True).data

    def get_actions(self, appeal) -> list[str]:
        return [str(verb) for verb in policy.actions(CodeHolder(appeal.pk), appeal)]

    def _events(self, appeal):
        if not hasattr(self, "_shown"):
            self._shown = shown_to_anchor(list(appeal.events.for_trail()))
        return self._shown


class FiledOut(ReceiptOut):
    query_code = serializers.CharField(help_text="10 位，只在这里给；同一个键再交同样的内容，再给一次。")


def file(request, submit_key):
    """The answer of `POST appeals/` to somebody who leaves no name, whoever is logged in."""
    words = clean(AnonymousIn, request)
    if not (anonymous.was_filed(submit_key) or pace.may_submit(request)):
        raise TooMany(pace.TOO_MANY)
    with kept(words) as words:
        _, code, created = anonymous.submit(submit_key=submit_key, channel=Appeal.Channel.API, **words)
    fresh = anonymous.find(code)
    fresh.query_code = code
    return Response(FiledOut(fresh).data, status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)


def _found_or_404(request, code):
    if not pace.may_ask(request):
        raise TooMany(pace.TOO_MANY_CODES)
    appeal = anonymous.find(code)
    if appeal is None:
        if codes.read(code):
            pace.count_wrong_code(request)
        raise NotFound(NOT_FOUND)
    return appeal


def _door(method, summary, shape=None, answer=ReceiptOut):
    """One view by code: no login is asked for, and none is read."""

    def made(view):
        view = permission_classes([AllowAny])(authentication_classes([])(view))
        codes_of = (404, 429) if shape is None else (400, 404, 409, 429)
        described = extend_schema(
            tags=TAG, summary=summary, request=shape, auth=[], responses={200: answer, **refusals(*codes_of)}
        )
        return described(api_view([method])(view))

    return made


@_door("GET", "凭查询码看一件匿名的诉求（不用登录）")
def receipt(request, code):
    return Response(ReceiptOut(_found_or_404(request, code)).data)


def _act(verb, service, shape, request, code):
    appeal = _found_or_404(request, code)
    do(appeal, verb, service, shape(data=request.data), CodeHolder(appeal.pk))
    return Response(ReceiptOut(anonymous.find(code)).data)


@_door("POST", "凭查询码评价并办结", JudgeIn)
def confirm(request, code):
    return _act(Verb.CONFIRM, services.confirm, JudgeIn, request, code)


@_door("POST", "凭查询码请求再办（一次，要写原因）", ReasonIn)
def reopen(request, code):
    return _act(Verb.REOPEN, services.reopen, ReasonIn, request, code)


@_door("POST", "凭查询码补充", SupplementIn)
@parser_classes(WITH_FILES)
def supplement(request, code):
    return _act(Verb.SUPPLEMENT, pausing.supplement, SupplementIn, request, code)


@_door("POST", "凭查询码申请复查（一次）", ReasonIn)
def review(request, code):
    return _act(Verb.REVIEW, ending.review, ReasonIn, request, code)


@_door("POST", "凭查询码撤回", ReasonIn)
def withdraw(request, code):
    return _act(Verb.WITHDRAW, services.withdraw, ReasonIn, request, code)


class ViewerOut(serializers.Serializer):
    """Who, by office alone."""

    at = serializers.DateTimeField(help_text="查看：那一天第一次打开的时间。")
    office = serializers.CharField()
    kind = serializers.ChoiceField(
        [AuditEvent.Kind.VIEW, AuditEvent.Kind.SETTING, AuditEvent.Kind.CHANGE],
        help_text="SETTING：授权审计查阅内容；CHANGE：按规定清除了内容。",
    )


class Viewers(ListAPIView):
    queryset = AuditEvent.objects.none()
    serializer_class = ViewerOut
    filter_backends = ()
    keyset_order = "-at"

    def get_queryset(self):
        appeal = get_object_or_404(rows(self.request.user), pk=self.kwargs["pk"])
        if not policy.is_anchor(self.request.user, appeal):
            raise PermissionDenied(OWN_ONLY)
        return views_log.of_appeal(appeal)

    @extend_schema(
        tags=TAG, summary="谁看过我的诉求（主播本人），新的在前",
        responses={200: ViewerOut(many=True), **refusals(400, 401, 403, 404)},
    )
    def get(self, request, pk):
        return self.list(request)


class ViewersOut(serializers.Serializer):
    results = ViewerOut(many=True)


LATEST = 200  # lines of 谁看过 by a code: more offices than there are, for months


@_door("GET", "凭查询码看谁看过，新的在前", answer=ViewersOut)
def receipt_viewers(request, code):
    seen = views_log.of_appeal(_found_or_404(request, code)).order_by("-at", "-id")[:LATEST]
    return Response(ViewersOut({"results": seen}).data)
