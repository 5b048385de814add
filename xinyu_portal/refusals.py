"""How the portal says no, on page and API alike (design §3): a clear sentence, and nothing typed is lost."""

from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.http import JsonResponse, QueryDict
from django.shortcuts import render
from django.views import defaults
from rest_framework import status
from rest_framework.response import Response
from rest_framework.views import exception_handler

from xinyu_portal.errors import Conflict

# The fields that hold somebody's words; codes, keys and passwords are not shown again.
_CALLED = {"title": "标题", "body": "内容", "text": "内容", "reason": "原因", "remark": "想说的话"}
STALE_FORM = "这一页开得太久，已经失效了。您写的内容在下面，请回到上一页刷新后再提交。"
LOGIN_ENDED = "登录已经过期。您写的内容在下面，登录后可以接着用。"
BUSY = "系统正忙，这一步没有存上。您写的内容在下面，请过一会儿再试。"


def kept(request):
    """What was typed, as `[(what it is called, text), …]`, to be shown again on a page of refusal."""
    return [
        (_CALLED[name], value)
        for name, values in request.POST.lists()
        for value in values
        if name in _CALLED and value.strip()
    ]


def csrf_failure(request, reason=""):
    return render(request, "403.html", {"message": STALE_FORM, "kept": kept(request)}, status=403)


def conflict(request, error):
    return render(request, "409.html", {"conflict": error.message, "kept": kept(request)}, status=409)


def busy(request):
    return render(request, "503.html", {"message": BUSY, "kept": kept(request)}, status=503)


def api_exception(error, context):
    """DRF's handler, and our two: Conflict is 409 with the present state, Django's ValidationError is 400."""
    if isinstance(error, Conflict):
        present = {name: getattr(error.row, name) for name in ("status", "version") if hasattr(error.row, name)}
        return Response({"detail": error.message, **present}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, ValidationError):
        return Response(_by_field(error), status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, OperationalError):
        return Response({"detail": "系统正忙，请过一会儿再试。"}, status=status.HTTP_503_SERVICE_UNAVAILABLE)
    return exception_handler(error, context)


def _by_field(error):
    return error.message_dict if hasattr(error, "error_dict") else {"detail": " ".join(error.messages)}


def bad_request(request, exception):
    request.GET = QueryDict()  # where the query is what could not be read, the menu around the page fails over it again
    return _page_or_json(request, 400, "这次请求读不懂，请检查后再发。", exception)


def not_found(request, exception):
    return _page_or_json(request, 404, "没找到。", exception)


def _page_or_json(request, code, sentence, exception):
    """What never reached DRF, such as an address that no route knows, is still answered in JSON below /api/."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=code)
    return _DJANGOS[code](request, exception)


_DJANGOS = {400: defaults.bad_request, 404: defaults.page_not_found}
