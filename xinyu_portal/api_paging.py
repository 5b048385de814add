from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from xinyu_portal import paging


class KeysetPagination(BasePagination):
    """`{results, next, previous}` in the order of `view.keyset_order`, for example "-submitted_at"."""

    page_size = paging.SIZE

    def paginate_queryset(self, queryset, request, view=None):
        self.url, params = request.build_absolute_uri(), request.query_params
        try:
            self.page = paging.paginate(
                queryset,
                order=view.keyset_order,
                size=self.page_size,
                cursor=params.get(paging.CURSOR),
                filters=params,
            )
        except paging.BadCursor:
            raise ValidationError({paging.CURSOR: ["翻页位置已失效，请从第一页重新开始。"]})
        return self.page.rows

    def get_paginated_response(self, data):
        links = {"next": self._link(self.page.next), "previous": self._link(self.page.previous)}
        return Response({"results": data, **links})

    def _link(self, cursor):
        return cursor and replace_query_param(self.url, paging.CURSOR, cursor)

    def get_paginated_response_schema(self, schema):
        link = {"type": "string", "format": "uri", "nullable": True}
        return {
            "type": "object",
            "required": ["results", "next", "previous"],
            "properties": {"results": schema, "next": link, "previous": link},
        }

    def get_schema_operation_parameters(self, view):
        return [
            {
                "name": paging.CURSOR,
                "in": "query",
                "required": False,
                "description": "Opaque; take it from `next` or `previous`.",
                "schema": {"type": "string"},
            }
        ]
