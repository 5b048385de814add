"""The API's own description: an OpenAPI schema, and Swagger's page drawn from the sidecar, no foreign host."""

from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import IsAuthenticated

schema = SpectacularAPIView.as_view(permission_classes=[IsAuthenticated])


@require_safe
def docs(request):
    return render(request, "api/docs.html")
