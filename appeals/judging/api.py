from rest_framework import serializers
from rest_framework.decorators import api_view

from appeals.api_doors import act, verb
from appeals.api_shapes import PICK_OUTCOME, PICK_RATING, VersionIn
from appeals.judging import services
from appeals.workflow import OUTCOMES_SAID, Verb


class FollowUpIn(VersionIn):
    reached = serializers.BooleanField(help_text="联系上了没有；没联系上的，下面几项不用填。")
    contacted = serializers.BooleanField(required=False, allow_null=True, default=None, help_text="是否联系过主播。")
    outcome = serializers.ChoiceField(
        OUTCOMES_SAID, required=False, allow_blank=True, default="",
        error_messages={"invalid_choice": PICK_OUTCOME},
    )
    rating = serializers.IntegerField(
        min_value=1, max_value=5, required=False, allow_null=True, default=None, help_text="5 非常满意到 1。",
        error_messages={"min_value": PICK_RATING, "max_value": PICK_RATING},
    )
    reason = serializers.CharField(default="", allow_blank=True, help_text="不超过 500 字。")


@verb("回访：第几次、联系上没有、三个回答（市行业党委）", FollowUpIn)
@api_view(["POST"])
def follow_up(request, pk):
    return act(Verb.FOLLOW_UP, services.follow_up, FollowUpIn, request, pk)
