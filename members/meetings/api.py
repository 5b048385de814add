from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.exceptions import NotFound
from rest_framework.permissions import AllowAny

from branches.organisation.policy import hats
from members.meetings import feed, subscribing
from members.meetings.models import Meeting
from xinyu_portal.api_shapes import refusals

NO_CALENDAR = "没有这个日历。订阅链接可能已经换过，请登录后重新复制。"


@extend_schema(
    tags=["党员"], summary="日历订阅（iCalendar）", auth=[],
    responses={(200, "text/calendar"): OpenApiTypes.STR, **refusals(404)},
    parameters=[OpenApiParameter("token", OpenApiTypes.STR, required=True, description="订阅页上给的那一串。")],
)
@api_view(["GET"])
@authentication_classes([])
@permission_classes([AllowAny])
def calendar(request):
    """What the person of the token may see today, without a login: phones have none."""
    person = subscribing.person_of(request.GET.get("token", ""))
    if person is None:
        raise NotFound(NO_CALENDAR)
    now = timezone.now()
    found = Meeting.objects.visible_to(person).filter(starts_at__gte=now - feed.KEPT).select_related("branch")
    found = found.order_by("-starts_at", "-pk")[:feed.SHOWN]
    worn = hats(person)
    text = feed.write(
        found, now=now, several=worn.handles_for_committee or len(set(worn.sees_branches)) > 1,
        address=lambda meeting: request.build_absolute_uri(reverse("meetings:detail", args=[meeting.pk])),
    )
    return HttpResponse(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private"})
