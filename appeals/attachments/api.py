from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.generics import get_object_or_404
from rest_framework.response import Response

from appeals.api_doors import TAG, rows
from appeals.attachments.views import serve
from xinyu_portal.api_shapes import refusals

ERASED = "这个文件已按规定清除，校验码还在经过里。"

@extend_schema(
    tags=TAG, summary="一个附件；?size=small 是照片的小图",
    responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **refusals(401, 404, 410)},
)
@api_view(["GET"])
def attachment(request, pk, uuid):
    answer = serve(request, get_object_or_404(rows(request.user), pk=pk), uuid)
    return Response({"detail": ERASED}, status=answer.status_code) if answer.status_code == 410 else answer
