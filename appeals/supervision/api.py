from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import VersionIn
from appeals.models import TEXT_LIMIT
from appeals.supervision import services
from appeals.supervision.models import SheetGrade, SheetReason
from appeals.workflow import Verb

_TEXT = f"不超过 {TEXT_LIMIT} 字。"


class SuperviseIn(VersionIn):
    reason = serializers.ChoiceField(SheetReason.choices, error_messages={"invalid_choice": "请选一个原因。"})
    grade = serializers.ChoiceField(
        SheetGrade.choices, default=SheetGrade.ORDINARY, error_messages={"invalid_choice": "请选一个级别。"}
    )
    text = serializers.CharField(help_text=f"要求做到什么，{_TEXT}")
    days = serializers.IntegerField(required=False, help_text="几个工作日内回复，不填是 3 个。")
    due_at = serializers.DateTimeField(required=False, help_text="或者：最晚什么时候回复。")


class AnswerSheetIn(VersionIn):
    text = serializers.CharField(help_text=_TEXT)
    sheet = serializers.CharField(
        default="", allow_blank=True, max_length=20, help_text="督办单号；不填就是最早那张没回复的。"
    )


@verb("发督办单（市行业党委）", SuperviseIn)
@api_view(["POST"])
def supervise(request, pk):
    return act(Verb.SUPERVISE, services.supervise, SuperviseIn, request, pk)


@verb("回复督办单", AnswerSheetIn)
@api_view(["POST"])
def answer_sheet(request, pk):
    return act(Verb.ANSWER_SHEET, services.answer_sheet, AnswerSheetIn, request, pk)
