"""How the portal says no, on page and API alike (design §3): a clear sentence, and nothing typed is lost."""

from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent, ValidationError
from django.db import OperationalError
from django.http import Http404, JsonResponse, QueryDict
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import defaults
from rest_framework import status
from rest_framework.exceptions import NotFound
from rest_framework.response import Response
from rest_framework.views import exception_handler

from xinyu_portal.errors import Conflict

# The fields that hold somebody's words; codes, keys and passwords are not shown again.
_CALLED = {
    "title": "标题", "question": "问题", "answer": "答复",
    "body": "内容", "text": "内容", "plan": "打算", "reason": "原因", "remark": "备注",
    "remarks": "想说的话", "subject": "事项",
    "note": "备注", "name": "名称", "address": "地址", "stage_name": "主播名", "nickname": "账号名",
    "heading": "类别", "owner": "谁要的", "basis": "依据",
    "job": "工作单位及职务", "native_place": "籍贯", "home": "组织关系所在",
    "to_name": "转到哪里", "short_name": "简称", "contact": "联系人",
    "agenda": "议题", "place": "地点", "lecturer": "主讲人", "content": "主要内容", "resolution": "决议或成果",
    "theme": "学什么",
}
STALE_FORM = "您要提交的那一页开得太久，已经失效了。请回到上一页刷新后再提交。"
LOGIN_ENDED = "登录已经过期，刚才那一步还没有办。登录以后可以接着提交，不用再填。"
ONLY_BY_BUTTON = "这个地址要按下按钮才有用，直接打开看不到内容。刚才没有办任何事。"
GONE = "没有找到，或者不归您看。"
TOO_BIG = "一次传的文件太大或太多，没有收。您写的字还在上一页的草稿里，请少选几张照片再提交。"
BUSY = "这一步没有办成，不是您的错。请过一会儿再试。"


def kept(request):
    """What was typed, as `[(what it is called, text), …]`, to be shown again on a page of refusal."""
    return words((name, value) for name, values in request.POST.lists() for value in values)


def words(fields):
    """The same of any `(name, value)` pairs."""
    return [(_CALLED[name], value) for name, value in fields if name in _CALLED and value.strip()]


def came_from(request):
    """The address, without its host, of the page whose form was sent; empty where the browser tells none or only us."""
    referer = request.META.get("HTTP_REFERER", "")
    local = request.method == "POST" and url_has_allowed_host_and_scheme(referer, {request.get_host()})
    address = urlsplit(referer)._replace(scheme="", netloc="").geturl() if local else ""
    return "" if address == "/" else address


def csrf_failure(request, reason=""):
    return _page(request, "403.html", 403, message=STALE_FORM)


def conflict(request, error):
    return _page(request, "409.html", 409, conflict=error.message)


def busy(request):
    return _page(request, "503.html", 503, message=BUSY)


def only_by_button(request, allowed):
    """405 for who opens the address of a button, as a browser does that comes back to it."""
    response = _page(request, "405.html", 405, message=ONLY_BY_BUTTON)
    response["Allow"] = allowed
    return response


def _page(request, template, status, **said):
    """With what was typed, and the way back to where it was typed, if the browser tells that."""
    context = {**said, "kept": kept(request), "back_url": came_from(request)}
    return render(request, template, context, status=status)


def api_exception(error, context):
    """DRF's handler, and our two: Conflict is 409 with the present state, Django's ValidationError is 400."""
    if isinstance(error, Conflict):
        present = {name: getattr(error.row, name) for name in ("status", "version") if hasattr(error.row, name)}
        return Response({"detail": error.message, **present}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, ValidationError):
        return Response(_by_field(error), status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, OperationalError):
        return Response({"detail": "系统正忙，请过一会儿再试。"}, status=status.HTTP_503_SERVICE_UNAVAILABLE)
    if isinstance(error, Http404):
        error = NotFound(GONE)  # Django's own sentence is English and names the model
    return exception_handler(error, context)


def _by_field(error):
    return error.message_dict if hasattr(error, "error_dict") else {"detail": " ".join(error.messages)}


def bad_request(request, exception):
    request.GET = QueryDict()  # where the query is what could not be read, the menu around the page fails over it again
    if isinstance(exception, RequestDataTooBig | TooManyFilesSent):
        return too_big(request)
    return _page_or_json(request, 400, "这次请求读不懂，请检查后再发。", exception)


def too_big(request):
    """Its body was not read: whatever asks for it again on the way would fail over it once more."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": TOO_BIG}, status=400)
    request._post, request._files = QueryDict(), MultiValueDict()
    return render(request, "400.html", {"message": TOO_BIG}, status=400)


def not_found(request, exception):
    return _page_or_json(request, 404, "没找到。", exception)


def _page_or_json(request, code, sentence, exception):
    """What never reached DRF, such as an address that no route knows, is still answered in JSON below /api/."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence}, status=code)
    return _DJANGOS[code](request, exception)


_DJANGOS = {400: defaults.bad_request, 404: defaults.page_not_found}
