from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import api_view
from rest_framework.generics import get_object_or_404

from appeals.api_doors import TAG, rows
from appeals.attachments.views import serve
from xinyu_portal.api_shapes import refusals


@extend_schema(
    tags=TAG, summary="一个附件；?size=small 是照片的小图",
    responses={(200, "application/octet-stream"): OpenApiTypes.BINARY, **refusals(401, 404)},
)
@api_view(["GET"])
def attachment(request, pk, uuid):
    return serve(request, get_object_or_404(rows(request.user), pk=pk), uuid)
