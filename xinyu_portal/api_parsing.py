from rest_framework import parsers
from rest_framework.exceptions import ParseError


class MultiPartParser(parsers.MultiPartParser):
    """DRF's, in Chinese: for the verbs that take files."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            raise ParseError("请求内容不是有效的 multipart/form-data。") from None


class JSONParser(parsers.JSONParser):
    """DRF's, in Chinese; endless nesting is broken JSON too and not a 500, and null is nothing to read."""

    def parse(self, stream, media_type=None, parser_context=None):
        try:
            data = super().parse(stream, media_type, parser_context)
        except (ParseError, RecursionError):
            raise ParseError("请求内容不是有效的 JSON。") from None
        if data is None:
            raise ParseError("请求内容是空的，应是一个 JSON 对象。")
        return data
