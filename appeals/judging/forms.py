from django import forms

from appeals.forms import REASON_LIMIT, VerbForm, Words
from appeals.timeline import RATINGS
from appeals.workflow import OUTCOMES_SAID


def _picks(label, choices, coerce=str, sentence=""):
    return forms.TypedChoiceField(
        choices=choices, coerce=coerce, empty_value=None, required=False, label=label, widget=forms.RadioSelect,
        error_messages={"invalid_choice": sentence},
    )


class FollowUpForm(VerbForm):
    reached = forms.TypedChoiceField(
        choices=[("yes", "联系上了"), ("no", "没联系上")], coerce=lambda said: said == "yes",
        widget=forms.RadioSelect, label="联系上了吗", help_text="没联系上的，下面不用填；换一天再打，最多三次。",
        error_messages=dict.fromkeys(("required", "invalid_choice"), "请选联系上了没有。"),
    )
    contacted = _picks(
        "办理的人联系过主播吗", [("yes", "联系过"), ("no", "没有")], lambda said: said == "yes", "请选联系过没有。"
    )
    outcome = _picks(
        "事情解决了吗", OUTCOMES_SAID, sentence="请选事情解决了没有。"
    )
    rating = _picks("满意吗", list(RATINGS.items()), int, "请选满意不满意。")
    reason = Words(max_length=REASON_LIMIT, rows=2, label="主播怎么说", help_text="不满意的请写一句原因。")
