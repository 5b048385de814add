from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, authentication_classes, content_negotiation_class, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny

from members.meetings import feed, policy, subscribing
from members.meetings.models import Meeting
from xinyu_portal.api_shapes import refusals

NO_CALENDAR = "没有这个日历。订阅链接可能已经换过，请登录后重新复制。"


class WhateverIsAccepted(DefaultContentNegotiation):
    """A phone asks for text/calendar, a browser for HTML: both get the calendar, and a refusal in JSON."""

    def select_renderer(self, request, renderers, format_suffix=None):
        return renderers[0], renderers[0].media_type


@extend_schema(
    tags=["党员"], summary="日历订阅（iCalendar）", auth=[],
    responses={(200, "text/calendar"): OpenApiTypes.STR, **refusals(404)},
    parameters=[OpenApiParameter("token", OpenApiTypes.STR, required=True, description="订阅页上给的那一串。")],
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
@content_negotiation_class(WhateverIsAccepted)
def calendar(request):
    """What the person of the token may see today, without a login: phones have none."""
    person = subscribing.person_of(request.GET.get("token", ""))
    if person is None:
        raise NotFound(NO_CALENDAR)
    now = timezone.now()
    found = Meeting.objects.visible_to(person).filter(starts_at__gte=now - feed.KEPT).select_related("branch")
    found = list(found.order_by("-starts_at", "-pk")[:feed.SHOWN])
    text = feed.write(
        found, now=now, several=policy.reads_several(person, found),
        address=lambda meeting: request.build_absolute_uri(reverse("meetings:detail", args=[meeting.pk])),
    )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})
