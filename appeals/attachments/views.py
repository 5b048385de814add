from django.http import FileResponse, Http404
from django.shortcuts import render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from appeals.attachments import policy, store
from appeals.attachments.inspecting import MIME
from appeals.doors import visible_or_404
from appeals.protection.views_log import looked

# Whatever a file may hold, a browser runs nothing of it.
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


@require_safe
def attachment(request, pk, uuid):
    """The file, to whoever sees the words of its line; `?size=small` is the thumbnail. A PDF is only downloaded."""
    return serve(request, visible_or_404(request, pk), uuid)


def serve(request, appeal, uuid, user=None):
    """`user` where it is whoever has the query code. What was erased is 410, to whoever might have opened it."""
    user = user or request.user
    file = next((one for one in policy.visible(user, appeal) if one.uuid == uuid), None)
    if file and file.erased_at:
        return render(request, "410.html", {"file": file}, status=410)
    small = file is not None and file.is_picture and request.GET.get("size") == "small"
    try:
        opened = store.path_of(uuid, thumb=small).open("rb") if file else None
    except FileNotFoundError:
        opened = None
    if opened is None:
        raise Http404
    looked(user, appeal)
    return _response(opened, file, small)


def _response(opened, file, small):
    response = FileResponse(
        opened, as_attachment=not file.is_picture, filename=file.shown,
        content_type="image/jpeg" if small else MIME[file.kind],
    )
    response["Content-Security-Policy"] = SANDBOX
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
