from django.conf import settings
from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """DRF's, in Chinese, and safe against what DRF lets through: a huge body and endless nesting."""

    def parse(self, stream, media_type=None, parser_context=None):
        # DRF reads the stream itself, past Django's own limit of a request body.
        if int(parser_context["request"].META.get("CONTENT_LENGTH") or 0) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise ParseError("请求内容太长。")
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, RecursionError):
            raise ParseError("请求内容不是有效的 JSON。") from None
