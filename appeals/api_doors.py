"""The API's door to the verbs of the chain: find, clean, call, answer with the appeal as it stands now."""

from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.response import Response

from appeals import policy
from appeals.api_shapes import AppealOut
from appeals.attachments.services import kept
from appeals.models import Appeal
from xinyu_portal.api_parsing import JSONParser, MultiPartParser
from xinyu_portal.api_shapes import refusals

TAG = ["诉求"]
WITH_FILES = [JSONParser, MultiPartParser]  # of the verbs that take photos and PDFs


def verb(summary, shape):
    return extend_schema(
        tags=TAG, summary=summary, request=shape, responses={200: AppealOut, **refusals(400, 401, 403, 404, 409)}
    )


def act(verb, service, shape, request, pk):
    appeal = known_or_404(request, pk)
    do(appeal, verb, service, shape(data=request.data), request.user)
    return answer(request, appeal.pk)


def do(appeal, verb, service, data, actor):
    """Not this person's, or not now, is refused as such before the fields are, as the page does it."""
    try:
        data.is_valid(raise_exception=True)
        with kept(data.validated_data) as words:
            service(appeal, actor=actor, **words)
    except (ValidationError, serializers.ValidationError):
        policy.judge(actor, verb, appeal, _version_in(data))
        raise


def _version_in(data):
    """The version that was sent, or None, of what may be wrong elsewhere."""
    try:
        return data.fields["version"].run_validation(data.initial_data["version"])
    except (KeyError, TypeError, serializers.ValidationError, serializers.SkipField):
        return None


def visible_or_404(request, pk):
    return get_object_or_404(Appeal.objects.visible_to(request.user), pk=pk)


def known_or_404(request, pk):
    """Visible, or lent to this person's unit; what of it they may read is `AppealOut`'s."""
    return get_object_or_404(Appeal.objects.known_to(request.user), pk=pk)


def rows(user):
    return _judged(Appeal.objects.visible_to(user), user)


def known_rows(user):
    """The same, and what is lent to this person's unit, for `AppealOut` alone: it withholds the words."""
    return _judged(Appeal.objects.known_to(user), user).with_lent(user)


def _judged(found, user):
    """With all that policy asks of a row to tell its actions: one statement for a whole page."""
    return found.for_page().with_had(user).prefetch_related("current__judgements")


def answer(request, pk, code=status.HTTP_200_OK):
    """The appeal as it stands now; read anew, because a verb returns the bare row."""
    appeal = _judged(Appeal.objects.all(), request.user).with_lent(request.user).get(pk=pk)
    return Response(AppealOut(appeal, context={"request": request}).data, status=code)


def clean(shape, request):
    data = shape(data=request.data)
    data.is_valid(raise_exception=True)
    return data.validated_data
