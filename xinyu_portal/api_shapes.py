"""Shapes that every room's API shares, and the answers that a verb may give instead (design §3)."""

from rest_framework import serializers


class NamedOut(serializers.Serializer):
    """A unit or a person, as much as a list needs."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class RefusalOut(serializers.Serializer):
    detail = serializers.CharField(help_text="一句话说明原因。")


class FieldErrorsOut(serializers.Serializer):
    """Field name -> sentences; what belongs to no field is under `detail` or `non_field_errors`."""

    field = serializers.ListField(child=serializers.CharField(), help_text="字段名对应的说明。")


class ConflictOut(RefusalOut):
    status = serializers.CharField(required=False, help_text="现在的状态。")
    version = serializers.IntegerField(required=False, help_text="现在的版本。")


_SHAPES = {
    400: FieldErrorsOut, 401: RefusalOut, 403: RefusalOut, 404: RefusalOut, 409: ConflictOut, 410: RefusalOut,
    429: RefusalOut,
}


def refusals(*codes):
    """`{code: shape}` for the `responses` of a documented view."""
    return {code: _SHAPES[code] for code in codes}
