from django import forms

from appeals.forms import Words
from appeals.proof.services import REASON_LIMIT
from appeals.workflow import Status

ALL = "all"


class EraseForm(forms.Form):
    """What goes: everything once the appeal is closed, or one of its lines (`lines` as `erasable` gives them)."""

    seq = forms.ChoiceField(
        label="清除哪些", error_messages=dict.fromkeys(("required", "invalid_choice"), "请选清除哪些。")
    )
    reason = Words(
        max_length=REASON_LIMIT, required="请写按什么规定清除。", rows=2, label="按什么规定",
        help_text="比如：本人要求删除；办结满 3 年。和您的姓名一起留在记录里。",
    )
    sure = forms.BooleanField(
        label="我看过下面要清除的内容，知道清除以后谁也找不回来。", error_messages={"required": "请先看过，再打勾。"}
    )

    def __init__(self, *args, appeal, lines, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [(line.seq, f"第 {line.seq} 条 {line.get_verb_display()}") for line in lines]
        if appeal.status == Status.CLOSED and lines:
            offered.insert(0, (ALL, "全部内容和附件"))
        self.fields["seq"].choices = [("", "请选"), *offered]

    @property
    def words(self):
        seq = self.cleaned_data["seq"]
        return {"seq": None if seq == ALL else int(seq), "reason": self.cleaned_data["reason"]}
