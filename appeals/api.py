"""The API's door to the verbs of the chain; what each of them may answer is design §3."""

import uuid

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import api_view, parser_classes
from rest_framework.generics import ListAPIView
from rest_framework.response import Response

from appeals import explaining, policy, services
from appeals.api_doors import TAG, WITH_FILES, act, answer, clean, known_or_404, known_rows, rows, verb
from appeals.api_shapes import (
    AppealIn,
    AppealOut,
    CategoriesOut,
    ConfirmIn,
    DeadlineOut,
    NoteIn,
    ReasonIn,
    ReplyIn,
    TrailOut,
    VersionIn,
    WordlessTrailOut,
)
from appeals.attachments.policy import by_line
from appeals.attachments.services import kept
from appeals.models import Appeal, Category, Event
from appeals.protection import api as protection
from appeals.protection.audit import audited_by, reads_words
from appeals.protection.views_log import looked, looked_at_all
from appeals.querysets import asked_for
from appeals.voices import voices
from appeals.workflow import Level, Status, Verb
from branches.organisation.policy import hats
from xinyu_portal.api_shapes import refusals

NO_KEY = "请在请求头 Idempotency-Key 里带一个 UUID，每次新的提交用一个新的。"
ANCHORS_ONLY = "只有登记过的主播才能提交诉求。"
KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.UUID, OpenApiParameter.HEADER, required=True,
    description="同一个人用同一个键再交同样的内容，答 200 和第一次的那一件；内容不同答 409。",
)


class AppealFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        method="search", max_length=60, label="编号、标题或类别里的字；轮到您办的，也可以用主播的名字"
    )
    status = django_filters.ChoiceFilter(choices=Status.choices)
    level = django_filters.ChoiceFilter(field_name="current__level", choices=Level.choices)
    category = django_filters.CharFilter(method="in_category", max_length=4, label="类别代码；一级包含它的二级")
    kind = django_filters.ChoiceFilter(choices=Appeal.Kind.choices)

    def search(self, queryset, name, text):
        """What is only lent is found by its number alone: a word that finds it would tell what was said."""
        user = self.request.user
        if not hats(user).partner_ids:
            return queryset.search(text, user)
        return queryset.filter((Q(only_lent=False) & asked_for(text, user)) | Q(number__icontains=text.strip()))

    def in_category(self, queryset, name, code):
        return queryset.filter(Q(category=code) | Q(category__parent=code))


class AppealList(ListAPIView):
    queryset = Appeal.objects.none()
    serializer_class = AppealOut
    filterset_class = AppealFilter
    keyset_order = "-submitted_at"
    parser_classes = WITH_FILES
    permission_classes = (protection.TokenUnlessAnonymous,)

    def get_queryset(self):
        return known_rows(self.request.user)

    def paginate_queryset(self, queryset):
        """A row carries the whole body: who lists it has looked at it, except at what is only lent."""
        page = super().paginate_queryset(queryset)
        looked_at_all(self.request.user, [row for row in page if not getattr(row, "only_lent", False)])
        return page

    @extend_schema(
        tags=TAG, summary="我能看到的诉求，新的在前", responses={200: AppealOut(many=True), **refusals(400, 401)}
    )
    def get(self, request):
        return self.list(request)

    @extend_schema(
        tags=TAG, summary="提交诉求或咨询（主播；匿名的不用登录）", request=AppealIn, parameters=[KEY], filters=False,
        responses={201: AppealOut, 200: AppealOut, **refusals(400, 401, 403, 409, 429)},
        description="confidentiality 为 anonymous 时不用登录，答复里有 query_code；凭它在 receipts/ 里看和评价。",
    )
    def post(self, request):
        if protection.is_anonymous(request):
            return protection.file(request, _submit_key(request))
        anchor = getattr(request.user, "anchor", None)
        if anchor is None:
            raise PermissionDenied(ANCHORS_ONLY)
        key, words = _submit_key(request), clean(AppealIn, request)
        with kept(words) as words:
            appeal, created = services.submit(
                anchor, actor=request.user, submit_key=key, channel=Appeal.Channel.API, **words
            )
        return answer(request, appeal.pk, status.HTTP_201_CREATED if created else status.HTTP_200_OK)


@extend_schema(tags=TAG, summary="类别，一级和二级", responses={200: CategoriesOut, **refusals(401)})
@api_view(["GET"])
def categories(request):
    return Response(CategoriesOut({"results": Category.objects.all()}).data)


@extend_schema(tags=TAG, summary="一件诉求", responses={200: AppealOut, **refusals(401, 404)})
@api_view(["GET"])
def appeal_detail(request, pk):
    appeal = known_or_404(request, pk)
    looked(request.user, appeal)
    return answer(request, appeal.pk)


@extend_schema(
    tags=TAG, summary="一件诉求的经过", responses={200: TrailOut, **refusals(401, 404)},
    description=(
        "每行的 hash 是 number、seq、verb、level、actor_id、at、facts、public_digest、internal_digest、prev_hash "
        "的规范 JSON（键排序、无空格、UTF-8）的 SHA-256，第一行的 prev_hash 是 64 个 0；"
        "public_digest 是 public_salt 接 text 的 SHA-256。"
        "withheld 的行不告诉您是谁做的，hash 照真的 actor_id 算：本人和市行业党委能核对，您只能核对前后相接。"
        "审计看到的没有姓名和内容（text、public_salt 为空），授权查阅的除外。"
    ),
)
@api_view(["GET"])
def appeal_trail(request, pk):
    appeal = rows(request.user).filter(pk=pk).first()
    if appeal is None:
        return _audited(request, pk)
    looked(request.user, appeal)
    events = list(Event.objects.filter(appeal=appeal).for_trail())
    withheld = set() if policy.knows_anchor(request.user, appeal) else voices(appeal)
    context = {"files": by_line(request.user, appeal, events), "withheld": withheld}
    return Response(TrailOut({"results": events}, context=context).data)


@extend_schema(
    tags=TAG, summary="为什么是这一天：期限，和每一天算不算", responses={200: DeadlineOut, **refusals(401, 404)}
)
@api_view(["GET"])
def appeal_deadline(request, pk):
    """Open to everybody who may see the appeal, its anchor included."""
    appeal = get_object_or_404(Appeal.objects.visible_to(request.user).select_related("current"), pk=pk)
    return Response(DeadlineOut(explaining.deadline(appeal, timezone.now())).data)


def _audited(request, pk):
    """To the auditor the lines without words, unless the secretary let them read those of this one."""
    appeal = get_object_or_404(audited_by(request.user).for_page(), pk=pk)
    looked(request.user, appeal)
    shape = TrailOut if reads_words(request.user, appeal) else WordlessTrailOut
    context = {"files": {}, "withheld": voices(appeal)}
    return Response(shape({"results": appeal.events.for_trail()}, context=context).data)


@verb("接单", VersionIn)
@api_view(["POST"])
def accept(request, pk):
    return act(Verb.ACCEPT, services.accept, VersionIn, request, pk)


@verb("写办理进展或内部备注", NoteIn)
@api_view(["POST"])
@parser_classes(WITH_FILES)
def note(request, pk):
    return act(Verb.NOTE, services.note, NoteIn, request, pk)


@verb("转单：交给上一级（主播在党员一级也可以）", ReasonIn)
@api_view(["POST"])
def hand_up(request, pk):
    return act(Verb.HAND_UP, services.hand_up, ReasonIn, request, pk)


@verb("回复主播（没接单的先自动接单）", ReplyIn)
@api_view(["POST"])
@parser_classes(WITH_FILES)
def reply(request, pk):
    return act(Verb.REPLY, services.reply, ReplyIn, request, pk)


@verb("评价并办结（主播）", ConfirmIn)
@api_view(["POST"])
def confirm(request, pk):
    return act(Verb.CONFIRM, services.confirm, ConfirmIn, request, pk)


@verb("请求再办（主播，一次，要写原因）", ReasonIn)
@api_view(["POST"])
def reopen(request, pk):
    return act(Verb.REOPEN, services.reopen, ReasonIn, request, pk)


@verb("撤回（主播）", ReasonIn)
@api_view(["POST"])
def withdraw(request, pk):
    return act(Verb.WITHDRAW, services.withdraw, ReasonIn, request, pk)


def _submit_key(request):
    try:
        return uuid.UUID(request.headers.get("Idempotency-Key", ""))
    except ValueError:
        raise ValidationError({"Idempotency-Key": NO_KEY}) from None
